import { checksReading } from './evidence.ts';
import { evidence } from './evidence-kinds.ts';
import { code, codes, document, fence, heading, table } from './markdown.ts';

/** Where the group of the access entry and the ClusterRole meet. */
const group = 'eks-greenlight:scan';

/** Actions that no evidence asks for: how clusters are found. */
const findingClusters: readonly (readonly [action: string, purpose: string])[] = [
  ['eks:ListClusters', '`scan` without `--cluster`: which clusters there are'],
  ['account:ListRegions', '`regions: enabled` in greenlight.yaml: which regions there are'],
];

/** Resource of each action that can be limited to one; the others take `*`.
 *  @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html */
const resources: Readonly<Record<string, string>> = {
  'eks:DescribeAddon': 'addon',
  'eks:DescribeCluster': 'cluster',
  'eks:DescribeFargateProfile': 'fargateprofile',
  'eks:DescribeNodegroup': 'nodegroup',
  'eks:ListAddons': 'cluster',
  'eks:ListFargateProfiles': 'cluster',
  'eks:ListNodegroups': 'cluster',
};

/** docs/reference/scan-policy.json: what IAM must allow, no more. */
export function scanPolicy(): string {
  const actions = [...evidence.flatMap(({ aws }) => aws?.actions ?? []), ...findingClusters.map(([action]) => action)];
  const unique = [...new Set(actions)].sort();
  const scoped = unique.filter((action) => resources[action]);
  const types = [...new Set(scoped.map((action) => resources[action]))].sort();
  const statements = [
    { Sid: 'ReadClusters', Effect: 'Allow', Action: scoped, Resource: types.map((type) => `arn:aws:eks:*:*:${type}/*`) },
    { Sid: 'ReadWithoutResource', Effect: 'Allow', Action: unique.filter((action) => !resources[action]), Resource: '*' },
  ];
  return `${JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2)}\n`;
}

/** docs/reference/cluster-role.yaml: what RBAC must allow, no more, bound to the group of the access entry. */
export function clusterRole(): string {
  const rules = new Map<string, { apiGroup: string; verbs: readonly string[]; resources: string[] }>();
  for (const { apiGroup, verbs, resources: names } of evidence.flatMap(({ kubernetes }) => kubernetes ?? [])) {
    const sorted = [...verbs].sort();
    const key = `${apiGroup} ${sorted}`;
    const rule = rules.get(key) ?? { apiGroup, verbs: sorted, resources: [] };
    rule.resources.push(...names);
    rules.set(key, rule);
  }
  const lines = [...rules.values()].flatMap(({ apiGroup, verbs, resources: names }) => [
    `  - apiGroups: ["${apiGroup}"]`,
    `    resources: [${[...new Set(names)].join(', ')}]`,
    `    verbs: [${verbs.join(', ')}]`,
  ]);
  return document([
    '# What a scan reads in a cluster. Made by "npm run generate" from functions/inventory/evidence.',
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRole',
    'metadata:',
    `  name: ${group}`,
    'rules:',
    ...lines,
    '---',
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRoleBinding',
    'metadata:',
    `  name: ${group}`,
    'roleRef:',
    '  apiGroup: rbac.authorization.k8s.io',
    '  kind: ClusterRole',
    `  name: ${group}`,
    'subjects:',
    '  - apiGroup: rbac.authorization.k8s.io',
    '    kind: Group',
    `    name: ${group}`,
  ]);
}

/** docs/reference/permissions.md */
export function permissionsReference(): string {
  return document([
    ...heading('Permissions', 'the permissions in functions/inventory/evidence'),
    'A scan only reads. It needs two things: an IAM policy for the AWS APIs, and a ClusterRole in each cluster.',
    '',
    '## IAM policy',
    '',
    'The file is [scan-policy.json](scan-policy.json). In other partitions replace `arn:aws:`, for example by `arn:aws-cn:`.',
    '',
    ...fence('json', scanPolicy()),
    '',
    ...table(['Action', 'Evidence or purpose', 'Checks'], actionRows()),
    '',
    '`sts:GetCallerIdentity` needs no permission. Whoever enters the account through a role needs `sts:AssumeRole` on that role.',
    '',
    '## ClusterRole',
    '',
    'The file is [cluster-role.yaml](cluster-role.yaml). It is bound to the group `eks-greenlight:scan`, which the access entry of the scanning principal names.',
    'There is no rule for Secrets or ConfigMaps, and none that writes.',
    '',
    ...fence('yaml', clusterRole()),
    '',
    ...table(['Resource', 'Verbs', 'Evidence', 'Checks'], ruleRows()),
    '',
    'What is missing shows in the report: an action as `AccessDenied`, a rule as `Forbidden`. The checks that need it are then `unknown`, the others go on.',
  ]);
}

function actionRows(): string[][] {
  const ofEvidence = evidence.flatMap(({ key, aws }) =>
    (aws?.actions ?? []).map((action) => [code(action), code(key), linked(checksReading(key))]),
  );
  return [...ofEvidence, ...findingClusters.map(([action, purpose]) => [code(action), purpose, '–'])];
}

function ruleRows(): string[][] {
  return evidence.flatMap(({ key, kubernetes, optIn }) =>
    (kubernetes ?? []).map(({ apiGroup, resources: names, verbs }) => [
      codes(names.map((name) => (apiGroup === '' ? name : `${name}.${apiGroup}`))),
      verbs.join(', '),
      `${code(key)}${optIn ? ` (only with \`kubernetes.${optIn}\`)` : ''}`,
      linked(checksReading(key)),
    ]),
  );
}

function linked(ids: readonly string[]): string {
  return ids.map((id) => `[${id}](checks.md#${id})`).join(', ') || '–';
}
