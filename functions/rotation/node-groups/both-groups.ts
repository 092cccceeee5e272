import { CollectionError } from '../../inventory/error-codes.ts';
import { blueOf, greenOf, type Step } from '../step.ts';
import { describeGroup } from './describe-group.ts';
import type { LiveGroup } from './live-group.ts';

/** Blue as it is now.
 *  @throws CollectionError NotFound when somebody has deleted it */
export async function liveBlue({ reads, record }: Pick<Step, 'reads' | 'record'>): Promise<LiveGroup> {
  return there(await describeGroup(reads, record.cluster.name, blueOf(record)), blueOf(record).name);
}

/** Green as it is now.
 *  @throws CollectionError NotFound when somebody has deleted it */
export async function liveGreen({ reads, record }: Pick<Step, 'reads' | 'record'>): Promise<LiveGroup> {
  return there(await describeGroup(reads, record.cluster.name, greenOf(record)), greenOf(record).name);
}

function there(group: LiveGroup | undefined, name: string): LiveGroup {
  if (group) return group;
  throw new CollectionError('NotFound', `group ${name} does not exist any more`);
}

/** A managed node group under change takes no other one.
 *  @returns why to wait; undefined when it is at rest */
export function busy(group: Pick<LiveGroup, 'updating' | 'name' | 'status'>): string | undefined {
  return group.updating ? `node group ${group.name} is ${group.status}` : undefined;
}
