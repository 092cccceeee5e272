import type { Problem } from '../../record.ts';
import type { GroupFacts, PreflightFacts } from './facts.ts';
import { nameOfGroup } from './group-names.ts';
import { warn } from './problems.ts';

/** Tags that a tool leaves on what it owns. Terraform has none of its own: these are customs. */
const marks: readonly (readonly [tool: string, mark: (key: string, value: string) => boolean])[] = [
  ['eksctl', (key) => key.startsWith('alpha.eksctl.io/') || key.startsWith('eksctl.cluster.k8s.io/')],
  ['CloudFormation', (key) => key === 'aws:cloudformation:stack-name'],
  [
    'Terraform',
    (key, value) => /^(?:tf|terraform)(?:$|[:._/-])/i.test(key) || (/^managed[-_ ]?by$/i.test(key) && /terraform/i.test(value)),
  ],
];

/** (22) A group that a tool owns: its next apply sees the sizes as drift, and would undo the rotation. F-29. */
export function ownership({ blue, green }: PreflightFacts): Problem[] {
  return [blue, green].flatMap((group) => (group ? aboutOwner(group) : []));
}

function aboutOwner({ live, source }: GroupFacts): Problem[] {
  const tags = [...live.tags.map(({ key, value }) => [key, value] as const), ...Object.entries(source.tags)];
  const owner = marks.find(([, mark]) => tags.some(([key, value]) => mark(key, value)))?.[0];
  if (owner === undefined) return [];
  const message = `${owner} owns it: its next apply sees the sizes as drift, and would undo the rotation`;
  return [warn('owned-by-tool', '22', nameOfGroup(live), message, `apply nothing meanwhile, and bring ${owner} up to date afterwards`)];
}
