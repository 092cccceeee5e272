import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../functions/config/load.ts';
import { ConfigurationInvalid } from '../../functions/config/problems.ts';

const file = 'greenlight.yaml';
const fleet = 'accounts: { organization: {} }\n';

/** The messages of a refused file, one a line; none when it is accepted. */
function messages(text: string, checks?: readonly string[]): readonly string[] {
  try {
    parseConfiguration(text, file, { checks });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationInvalid)) throw error;
    expect(error.message.split('\n')).toHaveLength(error.problems.length);
    return error.message.split('\n');
  }
}

/** What is said about one addition in line 2 of a good file. */
const about = (addition: string) => messages(fleet + addition);

describe('the text', () => {
  it.each([
    ['', 'greenlight.yaml:1 the file is empty; expected at least the key accounts'],
    ['# only a comment\n', 'greenlight.yaml:1 the file is empty; expected at least the key accounts'],
    ['---\n', 'greenlight.yaml:1 the file is empty; expected at least the key accounts'],
    ['- accounts\n', 'greenlight.yaml:1 expected a mapping, found a list'],
    ['accounts\n', 'greenlight.yaml:1 expected a mapping, found "accounts"'],
    [`${fleet}---\nregions: enabled\n`, 'greenlight.yaml:2 expected one YAML document, found 2'],
    [`${fleet}regions:\n\t- eu-west-1\n`, 'greenlight.yaml:3 not valid YAML: Tabs are not allowed as indentation'],
    [`${fleet}regions: !private enabled\n`, 'greenlight.yaml:2 not valid YAML: Unresolved tag: !private'],
    [`${fleet}regions: *list\n`, 'greenlight.yaml:2 regions: no anchor &list stands before this alias'],
    [`${fleet}? [regions]\n: enabled\n`, 'greenlight.yaml:2 expected every key to be plain text'],
    [`${fleet}severities: { __proto__: info }\n`, 'greenlight.yaml:2 severities.__proto__: unknown key'],
  ])('%j is refused', (text, message) => {
    expect(messages(text)).toEqual([message]);
  });

  it('refuses keys given twice, at any depth, beside the other problems', () => {
    expect(messages(`${fleet}schedule:\n  timezone: UTC\n  timezone: UTC\ntargetVersion: soon\n`)).toEqual([
      'greenlight.yaml:4 schedule.timezone: key given twice; line 3 has it already',
      'greenlight.yaml:5 targetVersion: expected "next" or a version in quotes such as "1.35", found "soon"',
    ]);
  });

  it('judges the last of keys given twice, which is the one that the parser keeps', () => {
    expect(messages(`${fleet}supportPolicy: STANDARD\nsupportPolicy: extended\n`)).toEqual([
      'greenlight.yaml:3 supportPolicy: key given twice; line 2 has it already',
      'greenlight.yaml:3 supportPolicy: expected STANDARD or EXTENDED, found "extended"',
    ]);
  });

  it('refuses aliases that multiply', () => {
    const levels = Array.from(
      { length: 9 },
      (_, n) => `x${n}: &x${n} [${Array.from({ length: 9 }, () => (n === 0 ? '1' : `*x${n - 1}`)).join(', ')}]\n`,
    );
    expect(messages(levels.join(''))).toEqual([
      'greenlight.yaml:1 not valid YAML: Excessive alias count indicates a resource exhaustion attack',
    ]);
  });

  it('follows an alias to what it stands for', () => {
    const anchored = `${fleet}notifications:\n  slack: &chat { workspaceId: T0123ABCD, channelId: C0123ABCD }\n  routes: [ { owner: a, slack: *chat } ]\n`;
    expect(parseConfiguration(anchored, file).notifications.routes[0]?.slack?.channelId).toBe('C0123ABCD');
    expect(messages(anchored.replace('channelId: C0123ABCD', 'channelId: general'))).toEqual([
      'greenlight.yaml:3 notifications.slack.channelId: expected the id of a Slack channel such as C0123ABCD, found "general"',
      'greenlight.yaml:3 notifications.routes[0].slack.channelId: expected the id of a Slack channel such as C0123ABCD, found "general"',
    ]);
  });

  it('has no dates, whatever the file says of its YAML version', () => {
    const text = `%YAML 1.1\n---\n${fleet}suppressions: [ { check: pdb-missing, reason: x, expires: 2027-03-01 } ]\n`;
    expect(parseConfiguration(text, file).suppressions[0]?.expires).toBe('2027-03-01');
  });

  it('reads off as a severity, not as false', () => {
    expect(parseConfiguration(`${fleet}severities: { readiness-probe: off }`, file).severities).toEqual({ 'readiness-probe': 'off' });
  });
});

describe('what every key is held to', () => {
  it.each([
    ['notifications: { milestone: [1] }', 'notifications.milestone: unknown key; did you mean "milestones"?'],
    ['region: enabled', 'region: unknown key; did you mean "regions"?'],
    ['quux: 1', 'quux: unknown key'],
    ['clusters: { exclude: [ { nmae: x, tag: a=b } ] }', 'clusters.exclude[0].nmae: unknown key; did you mean "name"?'],
    ['"a b": 1', '["a b"]: unknown key'],
    ['thresholds:', 'thresholds: empty; expected a mapping'],
    ['thresholds: ~', 'thresholds: empty; expected a mapping'],
    [
      'targetVersion: 1.30',
      'targetVersion: quote it: YAML reads 1.30 as 1.3; expected "next" or a version in quotes such as "1.35", found 1.30',
    ],
    ['targetVersion: "1.030"', 'targetVersion: expected "next" or a version in quotes such as "1.35", found "1.030"'],
    ['supportPolicy: standard', 'supportPolicy: expected STANDARD or EXTENDED, found "standard"'],
    ['regions: eu-west-1', 'regions: expected "enabled" or a list of at least one region, found "eu-west-1"'],
    ['regions: []', 'regions: expected at least one entry, found an empty list'],
    ['regions: [1]', 'regions[0]: expected a region such as eu-west-1, found 1'],
    ['regions: [eu-west-1, Ireland]', 'regions[1]: expected a region such as eu-west-1, found "Ireland"'],
    ['regions: [eu-west-1, us-east-1, eu-west-1]', 'regions[2]: given twice; entry 1 of the list has it already'],
    ['clusters: { awsOnly: [ {} ] }', 'clusters.awsOnly[0]: expected tag, name, or both'],
    [
      'clusters: { exclude: [ { tag: off } ] }',
      'clusters.exclude[0].tag: expected a tag as key=value, where the value may be a glob, found "off"',
    ],
    ['schedule: { timezone: Mars/Base }', 'schedule.timezone: expected a time zone of the IANA database such as Europe/Berlin'],
    [
      'scanRole: { trustedPrincipals: ["*"] }',
      'scanRole.trustedPrincipals[0]: expected the ARN of an IAM role or user such as arn:aws:iam::111111111111:role/platform-admin, found "*"',
    ],
    ['scanRole: { name: a/b }', 'scanRole.name: expected a role name without a path, of 1 to 64 letters, digits and +=,.@_-, found "a/b"'],
    [
      'scanRole: { externalId: 12345 }',
      'scanRole.externalId: quote it: YAML reads it as a number; expected an external id of 2 to 1224 letters, digits and +=,.@:/_-, in quotes if it is a number, found 12345',
    ],
    ['kubernetes: { pods: yes }', 'kubernetes.pods: expected true or false, found "yes"'],
    ['kubernetes: { pageSize: 5 }', 'kubernetes.pageSize: expected a whole number of objects from 10 to 5000, found 5'],
    ['kubernetes: { timeoutSeconds: 1.5 }', 'kubernetes.timeoutSeconds: expected a whole number of seconds from 5 to 840, found 1.5'],
    ['concurrency: { clusters: 0 }', 'concurrency.clusters: expected a whole number of clusters from 1 to 1000, found 0'],
    ['notifications: { email: a@example.com }', 'notifications.email: expected a list, found "a@example.com"'],
    ['notifications: { email: [platform] }', 'notifications.email[0]: expected an e-mail address, found "platform"'],
    ['notifications: { routes: [ { owner: a } ] }', 'notifications.routes[0]: expected a destination: email, slack, or both'],
    [
      'notifications: { routes: [ { owner: a, email: [a@example.com] }, { owner: a, email: [b@example.com] } ] }',
      'notifications.routes[1]: given twice; entry 1 of the list has it already',
    ],
    [
      'notifications: { digest: { day: Monday } }',
      'notifications.digest.day: expected MON, TUE, WED, THU, FRI, SAT or SUN, found "Monday"',
    ],
    ['owners: { fromTag: "" }', 'owners.fromTag: expected the key of a tag, as text that is not empty, found ""'],
    ['severities: { pdb-missing: warning }', 'severities.pdb-missing: expected required, recommended, info or off, found "warning"'],
    [
      'severities: { "pdb-*": off }',
      'severities["pdb-*"]: expected the id of a check such as readiness-probe (globs are not allowed here)',
    ],
    [
      'thresholds: { nodeSubnetFreeIps: { required: 200 } }',
      'thresholds.nodeSubnetFreeIps: expected required not to be above recommended: the first is the tighter limit',
    ],
    ['thresholds: { minReplicas: two }', 'thresholds.minReplicas: expected a whole number of replicas from 1 to 1000, found "two"'],
    ['rotation: { options: { poolSoakMinutes: 1h } }', 'rotation.options.poolSoakMinutes: expected a number of minutes, found "1h"'],
    ['rotation: { options: { poolSoakMinutes: -1 } }', 'rotation.options.poolSoakMinutes: expected at least 0 minutes, found -1'],
    ['rotation: { options: { poolSoakMinute: 1 } }', 'rotation.options.poolSoakMinute: unknown key; did you mean "poolSoakMinutes"?'],
    [
      'rotation: { windows: [ { start: "22:00", end: "24:00" } ] }',
      'rotation.windows[0].end: expected a time of day as HH:MM, from 00:00 to 23:59, found "24:00"',
    ],
    [
      'rotation: { windows: [ { days: [], start: "22:00", end: "23:00" } ] }',
      'rotation.windows[0].days: expected at least one entry, found an empty list',
    ],
    ['rotation: { gates: { lambda: [gate] } }', 'rotation.gates.lambda[0]: expected the ARN of a Lambda function, found "gate"'],
  ])('%s', (addition, message) => {
    expect(about(addition)).toEqual([`greenlight.yaml:2 ${message}`]);
  });

  it('reports repeated entries beside wrong ones', () => {
    expect(about('notifications: { milestones: [30, x, 30] }')).toEqual([
      'greenlight.yaml:2 notifications.milestones[1]: expected a whole number of days from 0 to 3650, found "x"',
      'greenlight.yaml:2 notifications.milestones[2]: given twice; entry 1 of the list has it already',
    ]);
  });

  it('never shows the address of a webhook', () => {
    expect(about('notifications: { slackWebhook: { secretArn: "https://hooks.example.com/T0/B0/secret" } }')).toEqual([
      'greenlight.yaml:2 notifications.slackWebhook.secretArn: expected the ARN of a Secrets Manager secret; the web address of the webhook stands in the secret, found a web address (not shown)',
    ]);
  });

  it('shortens what it shows', () => {
    expect(about(`supportPolicy: ${'x'.repeat(500)}`)).toEqual([
      `greenlight.yaml:2 supportPolicy: expected STANDARD or EXTENDED, found "${'x'.repeat(60)}…"`,
    ]);
  });
});

describe('accounts', () => {
  const twelve = '12 digits in quotes such as "111111111111"';
  const quote = 'quote it: YAML reads a bare account id as a number and drops leading zeros';
  it.each([
    ['regions: enabled', 'accounts: missing; expected a mapping'],
    ['accounts: {}', 'accounts: expected exactly one of organization and explicit'],
    ['accounts: { organization: {}, explicit: [ { id: "111111111111" } ] }', 'accounts: expected exactly one of organization and explicit'],
    ['accounts: { explicit: [] }', 'accounts.explicit: expected at least one entry, found an empty list'],
    ['accounts: { explicit: [ {} ] }', `accounts.explicit[0].id: missing; expected ${twelve}`],
    ['accounts: { explicit: [ { id: 111111111111 } ] }', `accounts.explicit[0].id: ${quote}; expected ${twelve}, found 111111111111`],
    [
      'accounts: { organization: { exclude: [012345678901] } }',
      `accounts.organization.exclude[0]: ${quote}; expected ${twelve}, found 012345678901`,
    ],
    ['accounts: { explicit: [ { id: "111111111111", q: 1 } ] }', 'accounts.explicit[0].q: unknown key'],
    ['accounts: { explicit: [ { id: "1111" } ] }', `accounts.explicit[0].id: expected ${twelve}, found "1111"`],
    [
      'accounts: { explicit: [ { id: "111111111111" }, { id: "111111111111" } ] }',
      'accounts.explicit[1]: given twice; entry 1 of the list has it already',
    ],
    [
      'accounts: { organization: { organizationalUnits: [payments] } }',
      'accounts.organization.organizationalUnits[0]: expected an organizational unit such as ou-abcd-11111111, or a root such as r-abcd, found "payments"',
    ],
  ])('%s', (text, message) => {
    expect(messages(text)).toEqual([`greenlight.yaml:1 ${message}`]);
  });
});

describe('suppressions', () => {
  const one = (conditions: string) => about(`suppressions: [ { reason: x, expires: 2027-03-01, ${conditions} } ]`);
  const date = 'expected a calendar date that exists, as YYYY-MM-DD';

  it.each([
    'check: "pdb-*"',
    'account: "111111111111"',
    'account: "1111*"',
    'region: "eu-*"',
    'cluster: "dev-*"',
    'namespace: "*"',
    'name: "[ab]"',
    'tag: team=x',
  ])('one condition is enough: %s', (condition) => {
    expect(one(condition)).toEqual([]);
  });

  it('needs a condition', () => {
    expect(one('owner: platform')).toEqual([
      'greenlight.yaml:2 suppressions[0]: expected at least one of check, account, region, cluster, namespace, name and tag: without one it would suppress everything',
    ]);
  });

  it('needs reason and expires, and says so together with everything else, at the line of the entry', () => {
    expect(about('suppressions:\n  - check: pdb-missing\n  - owner: me\n    reason:\n')).toEqual([
      'greenlight.yaml:3 suppressions[0].reason: missing; expected why this is accepted, as text that is not empty',
      `greenlight.yaml:3 suppressions[0].expires: missing; ${date}`,
      `greenlight.yaml:4 suppressions[1].expires: missing; ${date}`,
      'greenlight.yaml:4 suppressions[1]: expected at least one of check, account, region, cluster, namespace, name and tag: without one it would suppress everything',
      'greenlight.yaml:5 suppressions[1].reason: empty; expected why this is accepted, as text that is not empty',
    ]);
  });

  it.each([
    ['2027-02-30', '"2027-02-30"'],
    ['2027-02-29', '"2027-02-29"'],
    ['2027-13-01', '"2027-13-01"'],
    ['2027-3-1', '"2027-3-1"'],
    ['2027-03-01T00:00:00Z', '"2027-03-01T00:00:00Z"'],
    ['20270301', '20270301'],
  ])('does not expire on %s', (expires, shown) => {
    expect(about(`suppressions: [ { check: a, reason: x, expires: ${expires} } ]`)).toEqual([
      `greenlight.yaml:2 suppressions[0].expires: ${date}, found ${shown}`,
    ]);
  });

  it('keeps leap days', () => {
    expect(about('suppressions: [ { check: a, reason: x, expires: 2028-02-29 } ]')).toEqual([]);
  });

  it.each([
    [
      'account: 111111111111',
      'quote it: YAML reads a bare account id as a number and drops leading zeros; expected 12 digits in quotes such as "111111111111" or a glob of digits, found 111111111111',
    ],
    ['account: "1111"', 'expected 12 digits in quotes such as "111111111111" or a glob of digits, found "1111"'],
    ['account: "payments*"', 'expected 12 digits in quotes such as "111111111111" or a glob of digits, found "payments*"'],
  ])('%s', (condition, message) => {
    expect(one(condition)).toEqual([`greenlight.yaml:2 suppressions[0].account: ${message}`]);
  });
});

describe('ids of checks', () => {
  const checks = ['pdb-missing', 'readiness-probe'];
  const text = `${fleet}severities:\n  readiness-prob: info\n  Zzz: off\nsuppressions:\n${[
    'pdb-misssing',
    'zzz',
    'pod-*',
    'pdb-*',
    'readiness-probe',
  ]
    .map((check) => `  - { check: "${check}", reason: x, expires: 2027-03-01 }\n`)
    .join('')}`;

  it('are compared when they are given; a glob must match one', () => {
    expect(messages(text, checks)).toEqual([
      'greenlight.yaml:3 severities.readiness-prob: no check has this id; did you mean "readiness-probe"?',
      'greenlight.yaml:4 severities.Zzz: expected the id of a check such as readiness-probe (globs are not allowed here)',
      'greenlight.yaml:6 suppressions[0].check: no check has the id "pdb-misssing"; did you mean "pdb-missing"?',
      'greenlight.yaml:7 suppressions[1].check: no check has the id "zzz"',
      'greenlight.yaml:8 suppressions[2].check: no check has an id like "pod-*"',
    ]);
  });

  it('are not compared otherwise', () => {
    expect(messages(text.replace('  Zzz: off\n', ''))).toEqual([]);
  });
});

describe('ConfigurationInvalid', () => {
  it('carries each problem in parts, in the order of the lines', () => {
    const parse = () => parseConfiguration(`targetVersion: 1.30\n${fleet}notifications:\n  milestone: [1]\n`, 'fleet/greenlight.yaml');
    expect(parse).toThrow(ConfigurationInvalid);
    expect(parse).toThrow(
      expect.objectContaining({
        name: 'ConfigurationInvalid',
        problems: [
          {
            file: 'fleet/greenlight.yaml',
            line: 1,
            path: 'targetVersion',
            value: '1.30',
            expectation: 'quote it: YAML reads 1.30 as 1.3; expected "next" or a version in quotes such as "1.35"',
          },
          {
            file: 'fleet/greenlight.yaml',
            line: 4,
            path: 'notifications.milestone',
            value: null,
            expectation: 'unknown key; did you mean "milestones"?',
          },
        ],
      }),
    );
  });
});
