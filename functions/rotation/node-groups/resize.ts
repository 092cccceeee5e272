import { isWanted } from '../decide/bounds.ts';
import { nameOfGroup } from '../decide/group-differences.ts';
import type { Step } from '../step.ts';
import { busy } from './both-groups.ts';
import type { BoundsChange, LiveGroup } from './live-group.ts';
import { writeBounds } from './write-bounds.ts';

/** Brings a group to sizes, once it takes a change.
 *  @param live as read in this step
 *  @returns why it is not done yet; undefined when the group has the sizes and is at rest */
export async function resize(step: Step, live: LiveGroup, change: BoundsChange): Promise<string | undefined> {
  const waiting = busy(live);
  if (waiting !== undefined) return waiting;
  if (isWanted(live.kind, live.bounds, change)) return undefined;
  await writeBounds(step.writes, step.record.cluster.name, live, change);
  const { min, desired, max } = { ...live.bounds, ...change };
  const message = `sizes ${sizes(live.bounds)} → ${sizes({ min, desired, max })}`;
  step.note({ kind: 'write', object: nameOfGroup(live), message });
  return `${nameOfGroup(live)} gets ${message}`;
}

const sizes = ({ min, desired, max }: LiveGroup['bounds']): string => `min ${min} desired ${desired} max ${max}`;
