import { forEachLimited } from '../fleet/fan-out.ts';
import type { StoredRun } from '../fleet/run-report.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { eventEntry } from './event-bridge.ts';
import { type DeliveryFailure, NotificationFailed, reasonOf } from './failed.ts';
import type { Item, MessageItem } from './item.ts';
import type { NotificationPlan, PlannedMessage } from './plan-messages.ts';
import type { Channel, MessageChannel, NotificationPorts } from './ports.ts';
import { type Claim, type Claimer, claim, recordSent } from './record.ts';
import { send } from './render.ts';

/** Objects that are read or written at a time. */
const recordsAtOnce = 16;

/** Events of one call. EventBridge takes ten at a time.
 *  @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const eventsAtOnce = 10;

export interface Delivery {
  readonly plan: NotificationPlan;
  readonly run: StoredRun;
  readonly store: ObjectStore;
  readonly ports: NotificationPorts;
  /** The time of sending, for claims and records. */
  readonly now: Date;
  /** Where the report of the run can be read; null when there is no such place. */
  readonly link: string | null;
}

export interface Delivered {
  /** Messages by channel, and single events. */
  readonly sent: Readonly<Record<Channel, number>>;
  /** Things that had been told before, by this run or another. */
  readonly duplicates: number;
}

/** Tells what was planned, each thing once on each channel: it is claimed in the store before it is sent and recorded after, so a run that
 *  broke off, tried again or ran beside another repeats nothing but what was sent in the very moment before a crash.
 *  A channel that fails does not keep the others from being tried.
 *  @throws NotificationFailed when something was not told, was told but could not be recorded, or is just being told by another run;
 *          what the store throws while things are claimed, before anything is sent */
export async function deliverNotifications(delivery: Delivery): Promise<Delivered> {
  const { plan, run, store, ports, now } = delivery;
  const claimer: Claimer = { store, runId: run.runId, now };
  const wanted = wantedChannels(plan, ports);
  const claims = new Map<string, Claim>();
  await forEachLimited([...wanted.values()], recordsAtOnce, async ({ item, channels }) => {
    claims.set(item.id, await claim(item, [...channels], claimer));
  });
  const missing = (item: Item, channel: Channel): boolean => {
    const claimed = claims.get(item.id);
    return claimed?.status === 'mine' && claimed.missing.includes(channel);
  };

  const sent: Record<Channel, number> = { alerts: 0, chat: 0, slack: 0, events: 0 };
  const failures: DeliveryFailure[] = [...busyOnes(claims)];
  const tell = async (channel: Channel, owner: string | null, items: readonly Item[], post: () => Promise<void>) => {
    try {
      await post();
    } catch (error) {
      failures.push({ channel, owner, reason: reasonOf(error) });
      return;
    }
    sent[channel] += channel === 'events' ? items.length : 1;
    await forEachLimited(items, recordsAtOnce, async (item) => {
      await recordSent(item, channel, claimer).catch((error: unknown) => {
        failures.push({ channel: 'records', owner, reason: reasonOf(error) });
      });
    });
  };

  for (const message of plan.messages) {
    for (const channel of messageChannels(message, ports)) {
      const items = message.items.filter((item) => missing(item, channel));
      if (items.length > 0) await tell(channel, message.owner, items, () => send(channel, toldOf(message.owner, items, delivery), ports));
    }
  }
  const events = plan.events.filter((item) => missing(item, 'events'));
  for (let start = 0; start < events.length; start += eventsAtOnce) {
    const batch = events.slice(start, start + eventsAtOnce);
    await tell('events', null, batch, () => ports.putEvents(batch.map((item) => eventEntry(item, delivery))));
  }
  if (failures.length > 0) throw new NotificationFailed(`Telling what changed in run ${run.runId}`, failures);
  return { sent, duplicates: [...claims.values()].filter(({ status }) => status === 'told').length };
}

function toldOf(owner: string | null, items: readonly MessageItem[], { run, link }: Delivery) {
  return { runId: run.runId, scannedAt: run.finishedAt, owner, items, link, simulated: false };
}

/** Without the webhook where none is configured. */
function messageChannels({ channels }: PlannedMessage, ports: NotificationPorts): MessageChannel[] {
  return channels.filter((channel) => channel !== 'slack' || ports.postSlack !== undefined);
}

/** Every item once, with all channels on which it is told: a change stands in a message and is an event as well. */
function wantedChannels(plan: NotificationPlan, ports: NotificationPorts) {
  const wanted = new Map<string, { readonly item: Item; readonly channels: Set<Channel> }>();
  const want = (item: Item, channels: readonly Channel[]) => {
    const known = wanted.get(item.id) ?? { item, channels: new Set<Channel>() };
    for (const channel of channels) known.channels.add(channel);
    wanted.set(item.id, known);
  };
  for (const message of plan.messages) for (const item of message.items) want(item, messageChannels(message, ports));
  for (const item of plan.events) want(item, ['events']);
  return wanted;
}

/** What another run has only just claimed may never be sent, if that run breaks off. So this run must not count it as told: it fails, and
 *  its next attempt finds it told, or takes it over. */
function busyOnes(claims: ReadonlyMap<string, Claim>): DeliveryFailure[] {
  const runs = new Map<string, number>();
  for (const claimed of claims.values()) if (claimed.status === 'busy') runs.set(claimed.runId, (runs.get(claimed.runId) ?? 0) + 1);
  return [...runs].map(([runId, number]) => ({
    channel: 'records',
    owner: null,
    reason: `${number} of them are being told by run ${runId}, which has not ended`,
  }));
}
