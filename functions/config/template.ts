/** What `greenlight config init` writes: the settings that people change first, each with what it means. It parses as it stands. */
export const configurationTemplate = `# yaml-language-server: $schema=./greenlight.schema.json
# Configuration of EKS Greenlight. What is left out has a default.
# Check this file:      greenlight config validate
# Help in your editor:  greenlight config schema > greenlight.schema.json

# Which accounts are scanned: exactly one of the two. Account ids stand in quotes.
accounts:
  explicit:
    - { id: "111111111111", name: payments }
  # organization: { organizationalUnits: [ou-abcd-11111111], exclude: ["333333333333"] }

# The enabled regions of each account, or a list such as [eu-west-1, us-east-1].
regions: enabled

# The read-only role in every account. The external id is not a secret; the organization is where you have one.
# scanRole: { externalId: greenlight-of-my-company, organizationId: o-a1b2c3d4e5 }

# Clusters to leave out. Globs: *, ?, {a,b}, [ab].
# clusters: { exclude: [ { tag: "greenlight=off" }, { name: "sandbox-*" } ] }

# When the deployed scan runs.
schedule: { cron: "0 6 * * *", timezone: UTC }

# The next minor that EKS offers, or a version in quotes such as "1.35".
targetVersion: next

# Whom to tell about what changed; nothing is sent when nothing changed.
# notifications:
#   email: [platform@example.com]
#   slack: { workspaceId: T0123ABCD, channelId: C0123ABCD }
#   routes: [ { owner: team-payments, email: [payments@example.com] } ]
#   digest: { day: MON }

# Where the owner of a finding is read from.
# owners: { fromTag: team, fromLabel: app.kubernetes.io/part-of }

# The severity of a check: required, recommended, info or off.
# severities: { readiness-probe: info }

# Findings that are accepted for a while. reason and expires are mandatory.
# suppressions:
#   - { check: pdb-missing, cluster: "dev-*", reason: "dev clusters may lose pods", owner: platform, expires: 2027-03-01 }
`;
