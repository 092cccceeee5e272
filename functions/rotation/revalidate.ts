import { describeGroup } from './node-groups/describe-group.ts';
import { bandOf } from './phases.ts';
import { blueOf, type Step, snapshotOf } from './step.ts';

/** After a standstill in which others may have changed the world, an old snapshot is no ground for going forward (V22); it stays the truth for
 *  going back.
 *  @returns why the rotation cannot go on; undefined where blue is still what it was */
export async function revalidate(step: Step): Promise<string | undefined> {
  const { record, reads } = step;
  const band = bandOf(record.phase);
  if (!record.snapshot || record.committed || band === 'Retire') return undefined;
  if (band === 'Pre' && record.phase !== 'create-green' && record.phase !== 'freeze')
    return 'it stood still for longer than its lease, and what it had seen is old: start it again';
  const before = snapshotOf(record).blue;
  const live = await describeGroup(reads, record.cluster.name, blueOf(record));
  if (!live) return `while it stood still ${before.name} was deleted`;
  if (live.version !== before.version || live.releaseVersion !== before.releaseVersion)
    return `while it stood still ${before.name} went from ${before.releaseVersion ?? before.version} to ${live.releaseVersion ?? live.version}`;
  const known = new Set(
    snapshotOf(record).nodes.flatMap(({ group, instanceId }) => (group === 'blue' && instanceId !== null ? [instanceId] : [])),
  );
  const strangers = live.instances.filter(({ id }) => !known.has(id));
  if (strangers.length > 0) return `while it stood still ${before.name} got ${strangers.length} other instances`;
  step.note({ kind: 'decision', object: before.name, message: 'it stood still, and blue is what it was: it goes on' });
  return undefined;
}
