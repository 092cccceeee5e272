import { CollectionError } from '../../inventory/error-codes.ts';
import type { GroupSnapshot, RotationRecord } from '../record.ts';
import type { Step } from '../step.ts';
import type { LiveGroup } from './live-group.ts';

type Tags = GroupSnapshot['tags'];
type Named = Pick<LiveGroup, 'autoScalingGroupName'>;

/** Puts tags on an Auto Scaling group. Where an operator owns it that is refused, and only noted (F-14).
 *  @returns false where it was refused */
export async function putTags(step: Step, group: Named, tags: Tags): Promise<boolean> {
  if (tags.length === 0) return true;
  return unlessRefused(step, group, async () => {
    await step.writes.autoScaling.createOrUpdateTags({
      Tags: tags.map(({ key, value, propagateAtLaunch }) => ({ ...tagOf(group, key), Value: value, PropagateAtLaunch: propagateAtLaunch })),
    });
    step.note({ kind: 'write', object: objectOf(group), message: `tagged ${tags.map(({ key }) => key).join(', ')}` });
  });
}

/** Takes a tag off an Auto Scaling group.
 *  @returns false where it was refused */
export async function removeTag(step: Step, group: Named, key: string): Promise<boolean> {
  return unlessRefused(step, group, async () => {
    await step.writes.autoScaling.deleteTags({ Tags: [tagOf(group, key)] });
    step.note({ kind: 'write', object: objectOf(group), message: `tag ${key} removed` });
  });
}

async function unlessRefused(step: Step, group: Named, act: () => Promise<void>): Promise<boolean> {
  if (areTagsRefused(step.record, group)) return false;
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof CollectionError) || error.code !== 'AccessDenied') throw error;
    await step.update((record) => ({
      ...record,
      notes: { ...record.notes, tagsRefused: [...new Set([...refusedIn(record), group.autoScalingGroupName])] },
    }));
    step.note({
      kind: 'problem',
      object: objectOf(group),
      message: `its tags may not be changed, they stay as they are: ${error.message}`,
    });
    return false;
  }
}

/** Tags of the group may not be changed by us. */
export function areTagsRefused(record: Pick<RotationRecord, 'notes'>, { autoScalingGroupName }: Named): boolean {
  return refusedIn(record).includes(autoScalingGroupName);
}

function refusedIn({ notes }: Pick<RotationRecord, 'notes'>): string[] {
  return Array.isArray(notes.tagsRefused) ? notes.tagsRefused.filter((one) => typeof one === 'string') : [];
}

function tagOf({ autoScalingGroupName }: Named, key: string) {
  return { ResourceId: autoScalingGroupName, ResourceType: 'auto-scaling-group', Key: key };
}

function objectOf({ autoScalingGroupName }: Named): string {
  return `Auto Scaling group ${autoScalingGroupName}`;
}
