import type { LiveGroup } from '../node-groups/live-group.ts';
import type { LiveNode } from '../read/cluster-view.ts';
import { type GateAnswer, passes } from './gate-answer.ts';

/** What of both groups a soak looks at. */
export interface SoakingGroups {
  readonly size: number;
  readonly blue: LiveGroup | undefined;
  readonly blueNodes: readonly LiveNode[];
  readonly greenNodes: readonly LiveNode[];
  /** Pods that would have to be moved off blue, as sentences. */
  readonly onBlue: readonly string[];
}

/** Whether blue is still the fastest way back: there, alive, and empty. What is not so is `inconclusive`: a node comes back, a pod that landed on
 *  a node before its cordon moves on. A blue that is short of some nodes is only told: its group replaces them (F-09). */
export function judgeBlue({ blue, blueNodes, size, onBlue }: SoakingGroups): GateAnswer {
  const problems: string[] = [];
  if (!blue) problems.push('the blue group is gone: there is no fast way back any more');
  else if (size > 0 && !blueNodes.some(isReady))
    problems.push(`none of the ${blueNodes.length} nodes of ${blue.name} is Ready: there is no fast way back now`);
  if (onBlue.length > 0) problems.push(...onBlue);
  return { verdict: problems.length > 0 ? 'inconclusive' : 'pass', problems };
}

/** What others change meanwhile is waited for: nothing is known to be well under it. */
export function judgeRest(unrest: string | undefined): GateAnswer {
  return unrest === undefined ? passes : { verdict: 'inconclusive', problems: [unrest] };
}

/** How green falls short of the nodes that serve: launched again by its group, or not Ready. `patience` says which option it runs against. */
export function greenShort({
  greenNodes,
  size,
}: Pick<SoakingGroups, 'greenNodes' | 'size'>): { readonly message: string; readonly patience: 'flap' | 'join' } | undefined {
  const ready = greenNodes.filter(isReady).length;
  if (ready >= size) return undefined;
  const unready = greenNodes.filter((node) => !isReady(node)).map(({ metadata }) => metadata.name);
  const names = unready.length > 0 ? `; not Ready: ${unready.sort().slice(0, 5).join(', ')}` : '';
  return { message: `green has ${ready} Ready nodes of ${size}${names}`, patience: greenNodes.length < size ? 'join' : 'flap' };
}

export function isReady({ status }: LiveNode): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}
