import * as z from 'zod';
import { type ClusterPlace, keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type TimelineEvent, timelineEventSchema } from './record.ts';

/** What one step did. */
const stepEventsSchema = z.array(timelineEventSchema);

/** What happened in a rotation, in the order of fences and steps: of what each start of a machine did. What cannot be read is left out, because
 *  an end must not fail for it, and named. */
export async function readTimeline(store: ObjectStore, cluster: ClusterPlace, rotationId: string): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  for await (const key of store.list(keys.rotationEvents(cluster, rotationId))) {
    const object = await store.get(key);
    if (object) events.push(...(eventsIn(object.body) ?? [unreadable(key, events.at(-1))]));
  }
  return events;
}

function eventsIn(body: Uint8Array): TimelineEvent[] | undefined {
  try {
    return stepEventsSchema.safeParse(JSON.parse(new TextDecoder().decode(body))).data;
  } catch {
    return undefined;
  }
}

function unreadable(key: string, before: TimelineEvent | undefined): TimelineEvent {
  const { at, phase } = before ?? { at: new Date(0).toISOString(), phase: 'acquire' as const };
  return { at, phase, kind: 'problem', object: key, message: 'these events cannot be read' };
}
