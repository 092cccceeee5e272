import { checks } from '../../functions/checks/list.ts';
import type { KubernetesPermission } from '../../functions/inventory/define-evidence.ts';
import { type AnyEvidence, evidence } from './evidence-kinds.ts';
import { code, codes, document, heading, table } from './markdown.ts';

/** docs/reference/evidence.md */
export function evidenceReference(): string {
  const collected = evidence.filter(({ collect }) => collect);
  const later = evidence.filter(({ collect }) => !collect);
  return document([
    ...heading('Evidence', 'functions/inventory/evidence/list.ts'),
    'What an inventory may hold of one cluster. Each key is `collected` with its data or `unavailable` with an [error code](error-codes.md).',
    'AWS data has the field names of the SDK, Kubernetes data those of the API. Fields that no schema names are dropped before anything is written:',
    'the [JSON Schema](../schema/inventory.json) of a key is also the list of what is kept.',
    '',
    ...table(
      ['Key', 'What', 'IAM actions', 'RBAC', 'Asked for', 'Checks'],
      collected.map((kind) => [
        code(kind.key),
        kind.summary,
        codes(kind.aws?.actions ?? []),
        (kind.kubernetes ?? []).map(rule).join('<br>') || '–',
        kind.optIn ? `with \`kubernetes.${kind.optIn}\`` : 'always',
        checksReading(kind.key)
          .map((id) => `[${id}](checks.md#${id})`)
          .join(', ') || '–',
      ]),
    ),
    '',
    '`kubernetes.version` needs no rule: Kubernetes lets everybody who is signed in read `/version`.',
    'Keys of a cluster under `clusters.awsOnly` in greenlight.yaml that begin with `kubernetes.` are not asked for.',
    '',
    '## Not collected by a scan',
    '',
    'What a command is given by hand, or what no check reads yet. It counts as `NotRequested`.',
    '',
    ...table(
      ['Key', 'What'],
      later.map(({ key, summary }) => [code(key), summary]),
    ),
  ]);
}

/** Ids of the checks that read a key, for whatever purpose. */
export function checksReading(key: AnyEvidence['key']): string[] {
  return checks
    .filter(({ needs, completedBy, uses }) => [...needs, ...completedBy, ...uses].some((one) => one === key))
    .map(({ id }) => id);
}

function rule(permission: KubernetesPermission): string {
  if ('nonResourceURLs' in permission) return `${permission.verbs.join(', ')} ${codes(permission.nonResourceURLs)}`;
  const { apiGroup, resources, verbs, resourceNames } = permission;
  const group = apiGroup === '' ? '' : ` of ${code(apiGroup)}`;
  return `${verbs.join(', ')} ${codes(resources)}${group}${resourceNames ? `, only ${codes(resourceNames)}` : ''}`;
}
