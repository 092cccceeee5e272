import { CollectionError } from '../../inventory/error-codes.ts';
import type { RotationRecord } from '../record.ts';
import type { Step } from '../step.ts';
import type { LiveGroup } from './live-group.ts';

/** Processes that would launch, end or exchange instances by themselves; suspended from the freeze to the end. ReplaceUnhealthy and Launch
 *  stay on: a node that is lost comes back.
 *  @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html */
export const quietedProcesses: readonly string[] = ['AZRebalance', 'AlarmNotification', 'ScheduledActions', 'InstanceRefresh'];

/** Suspended only while sizes are being frozen: somebody who scales at the same moment must not cost a node. */
export const terminate = 'Terminate';

type Group = Pick<LiveGroup, 'autoScalingGroupName' | 'suspendedProcesses'>;

/** Suspends processes that nobody has suspended yet. What is ours is written down first. A group that has another operator refuses (F-14):
 *  that is noted, and not tried again.
 *  @returns false where it was refused */
export async function suspendOurs(
  step: Step,
  { autoScalingGroupName: name, suspendedProcesses }: Group,
  processes: readonly string[],
): Promise<boolean> {
  if (isRefused(step.record, name)) return false;
  const running = processes.filter((process) => !suspendedProcesses.includes(process));
  if (running.length === 0) return true;
  await step.update((record) => withOurs(record, name, (ours) => [...new Set([...ours, ...running])].sort()));
  try {
    await step.writes.autoScaling.suspendProcesses({ AutoScalingGroupName: name, ScalingProcesses: running });
  } catch (error) {
    if (!(error instanceof CollectionError) || error.code !== 'AccessDenied') throw error;
    await step.update((record) => ({
      ...withOurs(record, name, (ours) => ours.filter((process) => !running.includes(process))),
      notes: { ...record.notes, processesRefused: [...new Set([...refusedIn(record), name])] },
    }));
    step.note({
      kind: 'problem',
      object: `Auto Scaling group ${name}`,
      message: `its processes may not be suspended, sizes and cordons must do: ${error.message}`,
    });
    return false;
  }
  step.note({ kind: 'write', object: `Auto Scaling group ${name}`, message: `suspended ${running.join(', ')}` });
  return true;
}

/** Resumes what we suspended, of these processes; what others suspended stays (V9). */
export async function resumeOurs(
  step: Step,
  { autoScalingGroupName: name, suspendedProcesses }: Group,
  which: (process: string) => boolean = () => true,
): Promise<void> {
  const ours = oursIn(step.record, name).filter(which);
  if (ours.length === 0) return;
  const suspended = ours.filter((process) => suspendedProcesses.includes(process));
  if (suspended.length > 0) {
    await step.writes.autoScaling.resumeProcesses({ AutoScalingGroupName: name, ScalingProcesses: suspended });
    step.note({ kind: 'write', object: `Auto Scaling group ${name}`, message: `resumed ${suspended.join(', ')}` });
  }
  await step.update((record) => withOurs(record, name, (left) => left.filter((process) => !ours.includes(process))));
}

/** Processes of a group that we have suspended. */
export function oursIn({ stamps }: Pick<RotationRecord, 'stamps'>, name: string): readonly string[] {
  return stamps.suspended[name] ?? [];
}

/** The group belongs to an operator who alone may suspend its processes. */
function isRefused(record: Pick<RotationRecord, 'notes'>, name: string): boolean {
  return refusedIn(record).includes(name);
}

function refusedIn({ notes }: Pick<RotationRecord, 'notes'>): string[] {
  return Array.isArray(notes.processesRefused) ? notes.processesRefused.filter((one) => typeof one === 'string') : [];
}

function withOurs(record: RotationRecord, name: string, change: (ours: readonly string[]) => string[]): RotationRecord {
  return { ...record, stamps: { ...record.stamps, suspended: { ...record.stamps.suspended, [name]: change(oursIn(record, name)) } } };
}
