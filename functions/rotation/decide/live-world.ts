import * as z from 'zod';
import type { LiveGroup } from '../node-groups/live-group.ts';
import type { LiveNode } from '../read/cluster-view.ts';
import { type GroupSnapshot, groupSnapshotSchema, type RotationRecord, type Stamps } from '../record.ts';

/** What a rotation left, as it was read just now. */
export interface LiveWorld {
  /** Which end it is compared with: everything as before, or green in the place of blue. */
  readonly end: 'reverted' | 'succeeded';
  readonly rotationId: string;
  readonly stamps: Stamps;
  /** Green is ours: a revert deletes it. */
  readonly greenCreated: boolean;
  /** Blue may be gone after a success. */
  readonly blueDeleted: boolean;
  /** Undefined when it does not exist. */
  readonly blue: LiveGroup | undefined;
  readonly green: LiveGroup | undefined;
  readonly nodes: readonly LiveNode[];
  /** Replica counts that a surge raised and that are not settled yet: `Deployment shop/web` → now; undefined when it is gone. */
  readonly surged: Readonly<Record<string, number | undefined>>;
}

export const groupSummarySchema = groupSnapshotSchema
  .pick({
    kind: true,
    name: true,
    autoScalingGroupName: true,
    bounds: true,
    status: true,
    version: true,
    releaseVersion: true,
    suspendedProcesses: true,
  })
  .extend({ taints: z.array(z.string()) });
/** A group, as far as a report shows it. */
export type GroupSummary = z.output<typeof groupSummarySchema>;

const lookSchema = z.object({
  at: z.string(),
  blue: groupSummarySchema.nullable(),
  green: groupSummarySchema.nullable(),
  differences: z.array(z.string()),
});
/** The last look at the world, from which the report says what is there now (F-84). */
export type LastLook = z.output<typeof lookSchema>;

type Notes = RotationRecord['notes'];

/** Keeps the last look for the report. */
export function noteLastLook(
  notes: Notes,
  { blue, green }: Pick<LiveWorld, 'blue' | 'green'>,
  differences: readonly string[],
  at: Date,
): Notes {
  const look: LastLook = {
    at: at.toISOString(),
    blue: blue ? groupSummary(blue) : null,
    green: green ? groupSummary(green) : null,
    differences: [...differences],
  };
  return { ...notes, lastLook: look };
}

export function lastLookIn(notes: Notes): LastLook | undefined {
  return lookSchema.safeParse(notes.lastLook).data;
}

export function groupSummary(group: GroupSnapshot): GroupSummary {
  const { kind, name, autoScalingGroupName, bounds, status, version, releaseVersion, taints, suspendedProcesses } = group;
  return {
    kind,
    name,
    autoScalingGroupName,
    bounds,
    status,
    version,
    releaseVersion,
    taints: taints.map(({ key, value, effect }) => `${key}${value === null ? '' : `=${value}`}:${effect}`),
    suspendedProcesses,
  };
}
