import type { LiveGroup } from '../../node-groups/live-group.ts';
import type { PreflightFacts } from './facts.ts';

/** As findings name it: `Node group workers-a`, `Auto Scaling group workers`. */
export function nameOfGroup({ kind, name }: Pick<LiveGroup, 'kind' | 'name'>): string {
  return kind === 'managed' ? `Node group ${name}` : `Auto Scaling group ${name}`;
}

export const nameOfPod = ({ metadata }: { readonly metadata: { readonly namespace?: string | null; readonly name: string } }): string =>
  `Pod ${metadata.namespace ?? 'default'}/${metadata.name}`;

/** Both groups that could be read, blue first. */
export function groupsOf({ blue, green }: PreflightFacts): { readonly side: 'blue' | 'green'; readonly group: LiveGroup }[] {
  return [
    ...(blue ? [{ side: 'blue' as const, group: blue.live }] : []),
    ...(green ? [{ side: 'green' as const, group: green.live }] : []),
  ];
}
