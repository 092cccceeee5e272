import type { Configuration } from '../config/schema.ts';
import type { Latest } from '../fleet/cluster-state.ts';
import type { RunFailure } from '../fleet/run-failures.ts';
import type { StoredRun } from '../fleet/run-report.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type Delivered, deliverNotifications } from './deliver.ts';
import { sampleEvent } from './event-bridge.ts';
import { type DeliveryFailure, NotificationFailed, reasonOf } from './failed.ts';
import { planMessages } from './plan-messages.ts';
import type { Channel, NotificationPorts } from './ports.ts';
import { send } from './render.ts';
import { sampleMessages, sampleMilestone } from './simulate.ts';

export interface NotifyRunInput {
  readonly store: ObjectStore;
  readonly runId: string;
  readonly configuration: Configuration;
  readonly run: StoredRun;
  /** `state/latest.json` as it was before this run; null before the first. */
  readonly latest: Latest | null;
  /** What this run could not read and the last one could. */
  readonly newFailures: readonly RunFailure[];
  readonly ports: NotificationPorts;
  /** The time of sending, by which claims and records are dated. Days left and the day of the digest are those of the run. */
  readonly now: Date;
  /** Where the report of the run can be read; null when there is no such place. */
  readonly link: string | null;
  /** Whether the weekly digest may be sent: not by a run that was narrowed to a part of the fleet.
   *  @default true */
  readonly digest?: boolean | undefined;
  /** Checks that this run met for the first time.
   *  @default none */
  readonly newChecks?: readonly string[] | undefined;
}

/** Tells what changed in a run: whom it concerns, once, on every channel. Loads and writes nothing but the records of what was told.
 *  @throws NotificationFailed when not everything could be told; running it again tells the rest */
export async function notifyRun(input: NotifyRunInput): Promise<Delivered> {
  const { store, runId, run, ports, now, link } = input;
  if (run.runId !== runId) throw new Error(`Telling what changed in run ${runId}: the report is of run ${run.runId}`);
  return deliverNotifications({ plan: planMessages(input), run, store, ports, now, link });
}

export interface SendSampleInput {
  readonly configuration: Configuration;
  /** Names the sample in messages; no run needs to exist. */
  readonly runId: string;
  readonly ports: NotificationPorts;
  readonly now: Date;
  readonly link: string | null;
}

/** Sends a milestone of a cluster that does not exist, marked as a test, to every route and to the event bus, in the forms of real
 *  messages. Nothing is recorded, so it can be repeated.
 *  @returns what was sent, in order
 *  @throws NotificationFailed that names every route and channel that failed; the others were sent */
export async function sendSample(input: SendSampleInput): Promise<{ readonly channel: Channel; readonly owner: string | null }[]> {
  const { configuration, runId, ports, now, link } = input;
  const sent: { channel: Channel; owner: string | null }[] = [];
  const failures: DeliveryFailure[] = [];
  const tell = async (channel: Channel, owner: string | null, post: () => Promise<void>) => {
    try {
      await post();
      sent.push({ channel, owner });
    } catch (error) {
      failures.push({ channel, owner, reason: reasonOf(error) });
    }
  };
  for (const { told, channels } of sampleMessages(configuration, input)) {
    for (const channel of channels)
      if (channel !== 'slack' || ports.postSlack !== undefined) await tell(channel, told.owner, () => send(channel, told, ports));
  }
  await tell('events', null, () => ports.putEvents([sampleEvent(sampleMilestone(runId, null, now), runId, link)]));
  if (failures.length > 0) throw new NotificationFailed('Sending the sample', failures);
  return sent;
}
