import { clusterRoleManifests, manifestsOf, yamlOf } from '../../functions/access/cluster-role.ts';
import { everyOptIn } from '../../functions/access/evidence-in-use.ts';
import { rotationFunctionRoles, scanFunctionRoles } from '../../functions/access/names.ts';
import { jsonText } from '../../functions/access/policy-document.ts';
import { rotateProfile } from '../../functions/access/profile.ts';
import { rotatePolicy as rotatePolicyDocument } from '../../functions/access/rotate-policy.ts';
import { rotateTable } from '../../functions/access/rotate-rules.ts';
import { findingClusters, scanPolicy as scanPolicyDocument } from '../../functions/access/scan-policy.ts';
import { trustPolicy } from '../../functions/access/trust-policy.ts';
import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { checksReading } from './evidence.ts';
import { evidence } from './evidence-kinds.ts';
import { code, codes, document, fence, heading, table } from './markdown.ts';

/** docs/reference/scan-policy.json: what IAM must allow, no more. */
export function scanPolicy(): string {
  return jsonText(scanPolicyDocument({ partition: 'aws', choice: everyOptIn }));
}

/** docs/reference/cluster-role.yaml: what RBAC must allow with every option at its default, no more, bound to the group of the access entry. */
export function clusterRole(): string {
  const origin = '# What a scan reads in a cluster. Made by "npm run generate" from functions/inventory/evidence.\n';
  return `${origin}${yamlOf(clusterRoleManifests(defaultConfiguration))}`;
}

/** docs/reference/rotate-policy.json: what IAM must allow the rotate role, where rotations are enabled. */
export function rotatePolicy(): string {
  return jsonText(rotatePolicyDocument({ partition: 'aws' }));
}

/** docs/reference/rotate-cluster-role.yaml: what RBAC must allow it, with every setting that opens more at its default. */
export function rotateClusterRole(): string {
  const origin = '# What a rotation does in a cluster. Made by "npm run generate" from functions/access/rotate-rules.ts.\n';
  return `${origin}${yamlOf(manifestsOf(rotateProfile(defaultConfiguration.rotation)))}`;
}

/** The trust policy of a fleet, with everything that greenlight.yaml can add to it. */
function trust(): string {
  const example = {
    partition: 'aws',
    toolingAccountId: '999999999999',
    externalId: 'an-external-id',
    organizationId: 'o-exampleorgid',
    trustedPrincipals: ['arn:aws:iam::999999999999:role/platform-admin'],
  };
  return jsonText(trustPolicy(example));
}

/** docs/reference/permissions.md */
export function permissionsReference(): string {
  return document([
    ...heading('Permissions', 'the permissions in functions/inventory/evidence'),
    'A scan only reads. It needs a role in each account with an IAM policy for the AWS APIs and a trust policy for who may enter it, and a',
    'ClusterRole in each cluster. `greenlight access print` prints all of it for your greenlight.yaml, `access apply` brings it into clusters,',
    'and `access verify` says what is missing.',
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
    '## Trust',
    '',
    'Who may enter the scan role. Its name is fixed and it has no path. Three functions of the tooling account enter other accounts, by their exact roles:',
    `${Object.values(scanFunctionRoles)
      .map((name) => code(name))
      .join(', ')}. People who scan from a laptop stand under \`scanRole.trustedPrincipals\`.`,
    'The account is the principal and the roles are a condition, so that the role can be made before they are, and goes on trusting one that is made anew.',
    '',
    ...fence('json', trust()),
    '',
    ...table(
      ['Condition', 'There if'],
      [
        [code('aws:PrincipalArn'), 'always: nobody else of the account is trusted'],
        [code('sts:ExternalId'), '`scanRole.externalId` is set in greenlight.yaml'],
        [code('aws:PrincipalOrgID'), 'the organization is named: `greenlight access print --organization-id`'],
      ],
    ),
    '',
    '## ClusterRole',
    '',
    'The file is [cluster-role.yaml](cluster-role.yaml). It is bound to the group `eks-greenlight:scan`, which the access entry of the scanning principal names.',
    'There is no rule for Secrets, of ConfigMaps one by its name, and none that writes. `kubernetes.helmReleases` in greenlight.yaml adds `list` of Secrets and',
    '`kubernetes.metrics` adds `get` of `/metrics`, both off by default: `greenlight access print` prints the role for your configuration.',
    '',
    ...fence('yaml', clusterRole()),
    '',
    ...table(['Resource', 'Verbs', 'Evidence', 'Checks'], ruleRows()),
    '',
    'What is missing shows in the report: an action as `AccessDenied`, a rule as `Forbidden`. The checks that need it are then `unknown`, the others go on.',
    '',
    ...rotation(),
  ]);
}

function rotation(): string[] {
  return [
    '## Rotation of node groups',
    '',
    'Only where `rotation.enabled` is set. Without it there is no role, no policy and no ClusterRole that writes.',
    'The role `eks-greenlight-rotate` has a fixed name and no path. Its policy is [rotate-policy.json](rotate-policy.json): sizes change only on groups with',
    'the tag `eks-greenlight/pair` or `eks-greenlight/rotation`. It trusts one function, on the same conditions as above:',
    `${Object.values(rotationFunctionRoles)
      .map((name) => code(name))
      .join(', ')}.`,
    '',
    'Its ClusterRole, bound to the group `eks-greenlight:rotate`, is [rotate-cluster-role.yaml](rotate-cluster-role.yaml), and more only with these settings:',
    '',
    ...table(
      ['Resource', 'Verbs', 'Purpose', 'Only with'],
      rotateTable.map(({ apiGroup, resources, verbs, purpose, setting }) => [
        codes(resources.map((name) => (apiGroup === '' ? name : `${name}.${apiGroup}`))),
        verbs.join(', '),
        purpose,
        setting === undefined ? '–' : code(setting),
      ]),
    ),
  ];
}

function actionRows(): string[][] {
  const ofEvidence = evidence.flatMap(({ key, aws }) =>
    (aws?.actions ?? []).map((action) => [code(action), code(key), linked(checksReading(key))]),
  );
  return [...ofEvidence, ...findingClusters.map(({ action, purpose }) => [code(action), purpose, '–'])];
}

function ruleRows(): string[][] {
  return evidence.flatMap(({ key, kubernetes, optIn }) =>
    (kubernetes ?? []).map((permission) => [
      codes(
        'nonResourceURLs' in permission
          ? permission.nonResourceURLs
          : permission.resources.map((name) => (permission.apiGroup === '' ? name : `${name}.${permission.apiGroup}`)),
      ),
      permission.verbs.join(', '),
      `${code(key)}${optIn ? ` (only with \`kubernetes.${optIn}\`)` : ''}`,
      linked(checksReading(key)),
    ]),
  );
}

function linked(ids: readonly string[]): string {
  return ids.map((id) => `[${id}](checks.md#${id})`).join(', ') || '–';
}
