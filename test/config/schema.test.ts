import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { configurationHash } from '../../functions/config/hash.ts';
import { configurationJsonSchema } from '../../functions/config/json-schema.ts';
import { parseConfiguration } from '../../functions/config/load.ts';
import { ConfigurationInvalid } from '../../functions/config/problems.ts';
import { configurationTemplate } from '../../functions/config/template.ts';

const file = 'greenlight.yaml';
const minimal = 'accounts: { organization: {} }';

/** The file of the specification, with its dots filled in. */
const complete = `
accounts:
  organization: { organizationalUnits: [ou-abcd-11111111], exclude: ["333333333333"] }
regions: enabled
clusters: { exclude: [ { tag: "greenlight=off" }, { name: "sandbox-*" } ], awsOnly: [ { name: "private-*" } ] }
schedule: { cron: "0 6 * * *", timezone: Europe/Berlin }
targetVersion: next
supportPolicy: STANDARD
scanRole: { name: eks-greenlight-scan, externalId: "fleet-7f3a", trustedPrincipals: ["arn:aws:iam::111111111111:role/platform-admin"] }
kubernetes: { pods: true, helmReleases: false, metrics: false, pageSize: 500, timeoutSeconds: 120, vpc: { vpcId: vpc-0a1b2c3d, subnetIds: [subnet-0123456789abcdef0], securityGroupIds: [sg-0123456789abcdef0] } }
concurrency: { accounts: 50, clusters: 50 }
store: { keepInventories: true }
notifications:
  milestones: [180, 90, 60, 30, 14, 7, 3, 1, 0]
  email: [platform@example.com]
  slack: { workspaceId: T0123ABCD, channelId: C0123ABCD }
  slackWebhook: { secretArn: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:slack-a1b2c3" }
  routes: [ { owner: team-payments, email: [payments@example.com], slack: { workspaceId: T0123ABCD, channelId: C0123ABCD } } ]
  digest: { day: MON }
owners: { fromTag: team, fromLabel: app.kubernetes.io/part-of }
severities: { readiness-probe: info }
suppressions:
  - { check: pdb-missing, cluster: "dev-*", namespace: "*", reason: "dev clusters", owner: platform, expires: 2027-03-01 }
thresholds: { minReplicas: 2, nodeSubnetFreeIps: { required: 30, recommended: 100 }, excludeNamespaces: [] }
rotation: { enabled: false, approval: { required: false }, maxConcurrent: 3, windows: [], freeze: false, gates: { alarms: [], lambda: [] }, allow: { force: [], unmanaged: [] }, options: { poolSoakMinutes: 60 } }
`;

describe('configurationSchema', () => {
  it('takes the file of the specification as it stands', () => {
    const configuration = parseConfiguration(complete, file);
    expect(configuration.accounts).toEqual({ organization: { organizationalUnits: ['ou-abcd-11111111'], exclude: ['333333333333'] } });
    expect(configuration.suppressions).toEqual([
      { check: 'pdb-missing', cluster: 'dev-*', namespace: '*', reason: 'dev clusters', owner: 'platform', expires: '2027-03-01' },
    ]);
    expect(configuration.kubernetes.vpc?.subnetIds).toEqual(['subnet-0123456789abcdef0']);
    expect(configuration.rotation.options).toEqual({ poolSoakMinutes: 60 });
  });

  it('takes explicit accounts, and lists of regions', () => {
    const text =
      'accounts: { explicit: [ { id: "012345678901", name: payments, regions: [us-gov-west-1] } ] }\nregions: [eu-west-1, eusc-de-east-1]';
    const { accounts, regions } = parseConfiguration(text, file);
    expect(accounts).toEqual({ explicit: [{ id: '012345678901', name: 'payments', regions: ['us-gov-west-1'] }] });
    expect(regions).toEqual(['eu-west-1', 'eusc-de-east-1']);
  });

  it('has all the defaults', () => {
    const { accounts, ...rest } = parseConfiguration(minimal, file);
    expect(accounts).toEqual({ organization: { organizationalUnits: [], exclude: [] } });
    expect(rest).toEqual({
      regions: 'enabled',
      clusters: { exclude: [], awsOnly: [] },
      schedule: { cron: '0 6 * * *', timezone: 'UTC' },
      targetVersion: 'next',
      scanRole: { name: 'eks-greenlight-scan', trustedPrincipals: [] },
      kubernetes: { pods: true, helmReleases: false, metrics: false, pageSize: 500, timeoutSeconds: 120 },
      concurrency: { accounts: 50, clusters: 50 },
      store: { keepInventories: true },
      notifications: { milestones: [180, 90, 60, 30, 14, 7, 3, 1, 0], email: [], routes: [] },
      owners: {},
      severities: {},
      suppressions: [],
      thresholds: { minReplicas: 2, nodeSubnetFreeIps: { required: 30, recommended: 100 }, excludeNamespaces: [] },
      rotation: {
        enabled: false,
        approval: { required: false },
        maxConcurrent: 3,
        windows: [],
        freeze: false,
        gates: { alarms: [], lambda: [] },
        allow: { force: [], unmanaged: [] },
        options: {},
      },
    });
    expect(defaultConfiguration).toEqual({ accounts: { explicit: [] }, ...rest });
  });

  it('opens a window every day in UTC unless told otherwise', () => {
    const { windows } = parseConfiguration(`${minimal}\nrotation: { windows: [ { start: 22:00, end: 04:00 } ] }`, file).rotation;
    expect(windows).toEqual([{ days: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'], start: '22:00', end: '04:00', timezone: 'UTC' }]);
  });

  it.each([minimal, complete, configurationTemplate])('parses again to itself after it was stored as JSON', (text) => {
    const configuration = parseConfiguration(text, file);
    expect(parseConfiguration(JSON.stringify(configuration), 'config/greenlight.json')).toEqual(configuration);
  });

  it('answers any text with a configuration or with problems', () => {
    const lines = fc.array(fc.constantFrom(...complete.split('\n'), 'regions:', '  - x', '}', '? a', '&a', '*a', '\t', '"'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          lines.map((some) => some.join('\n')),
        ),
        (text) => {
          try {
            parseConfiguration(text, file, { checks: ['pdb-missing'] });
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigurationInvalid);
          }
        },
      ),
    );
  });

  it('finds every unknown key, with its line, however many there are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^q[a-z]{9}$/), { minLength: 1, maxLength: 8 }), (keys) => {
        const parse = () => parseConfiguration(`${minimal}\n${keys.map((key) => `${key}: 1\n`).join('')}`, file);
        const problems = keys.map((key, index) => expect.objectContaining({ path: key, line: index + 2 }));
        expect(parse).toThrow(expect.objectContaining({ problems }));
      }),
    );
  });
});

describe('configurationTemplate', () => {
  it('parses as it stands', () => {
    expect(parseConfiguration(configurationTemplate, file).accounts.explicit).toEqual([{ id: '111111111111', name: 'payments' }]);
  });

  it('parses with every example uncommented, the other kind of accounts apart', () => {
    const text = configurationTemplate.replace(/^# (?=\w+:( \{|$)| {2})/gm, '');
    const { clusters, notifications, owners, severities, suppressions } = parseConfiguration(text, file);
    expect(clusters.exclude).toHaveLength(2);
    expect(notifications).toMatchObject({ email: ['platform@example.com'], digest: { day: 'MON' } });
    expect(owners.fromTag).toBe('team');
    expect(severities).toEqual({ 'readiness-probe': 'info' });
    expect(suppressions).toHaveLength(1);
  });
});

describe('configurationJsonSchema', () => {
  const schema = configurationJsonSchema();

  it('is a titled schema of draft 2020-12 in which only accounts are required', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'urn:eks-greenlight:configuration:1',
      title: 'greenlight.yaml',
      required: ['accounts'],
      additionalProperties: false,
      properties: { accounts: { oneOf: [{ required: ['organization'] }, { required: ['explicit'] }] } },
    });
  });

  it('describes every key and is strict in every mapping', () => {
    expect(gaps(schema, '')).toEqual([]);
  });
});

/** Paths of the schema without a description, and of mappings that take unknown keys. */
function gaps(node: unknown, path: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const found = 'properties' in node && !('additionalProperties' in node && node.additionalProperties === false) ? [`${path} is open`] : [];
  const below = Object.entries(node).flatMap(([key, value]) => gaps(value, `${path}/${key}`));
  const properties = 'properties' in node && typeof node.properties === 'object' ? Object.entries(node.properties ?? {}) : [];
  const silent = properties.filter(([, property]) => !(typeof property === 'object' && property !== null && 'description' in property));
  return [...found, ...silent.map(([key]) => `${path}/${key} has no description`), ...below];
}

describe('configurationHash', () => {
  it('is 16 hex digits that spelling does not change', () => {
    const hash = configurationHash(parseConfiguration(minimal, file));
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    const spelled = '# comment\ntargetVersion: "next"\nregions: enabled\naccounts:\n  organization:\n    exclude: []\n';
    expect(configurationHash(parseConfiguration(spelled, file))).toBe(hash);
  });

  it('is of the canonical JSON: known from outside', () => {
    // Computed with Python: hashlib.sha256(json.dumps(defaults, sort_keys=True, separators=(',', ':')).encode()).hexdigest()[:16]
    expect(configurationHash(defaultConfiguration)).toBe('c8d19ab5abce0bd8');
  });

  it.each(['targetVersion: "1.35"', 'severities: { a: off }', 'store: { keepInventories: false }', 'regions: [eu-west-1, us-east-1]'])(
    'changes with %s',
    (addition) => {
      const hash = configurationHash(parseConfiguration(minimal, file));
      expect(configurationHash(parseConfiguration(`${minimal}\n${addition}`, file))).not.toBe(hash);
    },
  );

  it('sees the order of lists', () => {
    const hashes = ['[eu-west-1, us-east-1]', '[us-east-1, eu-west-1]'].map((list) =>
      configurationHash(parseConfiguration(`${minimal}\nregions: ${list}`, file)),
    );
    expect(new Set(hashes).size).toBe(2);
  });
});
