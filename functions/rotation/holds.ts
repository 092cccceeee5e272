import * as z from 'zod';
import { parseAnswer } from '../inventory/parse.ts';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { crowded, type OpenRotation } from './decide/concurrency.ts';
import { isReverting } from './decide/reverting.ts';
import { closedWindows } from './decide/windows.ts';
import { readRecord } from './record-store.ts';
import type { Step } from './step.ts';

/** What the marker of an open rotation says. */
const markerSchema = z.object({
  rotationId: z.string(),
  accountId: z.string(),
  region: z.string(),
  name: z.string(),
  startedAt: z.string(),
});

/** Why a rotation may not begin yet: no maintenance window is open, or as many others as may be are at work. A dry run changes nothing and
 *  waits for nobody, and who has begun is not held back again.
 *  @returns a sentence; undefined when it may begin */
export async function startHold({ record, configuration, outside, now }: Step): Promise<string | undefined> {
  if (record.dryRun || record.snapshot) return undefined;
  const closed = closedWindows(configuration.windows, now);
  if (closed !== undefined) return closed;
  const { rotationId, startedAt, cluster } = record;
  const ours = { rotationId, startedAt, accountId: cluster.accountId, region: cluster.region };
  return crowded(ours, await othersAtWork(outside.store, rotationId), configuration.maxConcurrent);
}

/** Why the next batch may not begin yet. A revert waits for nobody: it is the way to where nothing is cordoned.
 *  @returns a sentence; undefined when it may begin */
export async function batchHold({ record, configuration, now }: Step): Promise<string | undefined> {
  if (isReverting(record)) return undefined;
  if (configuration.freeze) return 'rotation.freeze is set in the configuration';
  return closedWindows(configuration.windows, now);
}

/** A marker stays until everybody was told of the end, so the record says who has ended. Dry runs take no place. */
async function othersAtWork(store: ObjectStore, rotationId: string): Promise<OpenRotation[]> {
  const others: OpenRotation[] = [];
  for await (const key of store.list(keys.openRotations)) {
    if (key === keys.openRotation(rotationId)) continue;
    const object = await store.get(key);
    if (!object) continue;
    const marker = parseAnswer(markerSchema, jsonOf(object.body), key);
    const stored = await readRecord(store, marker, marker.rotationId);
    if (!stored || stored.record.outcome || stored.record.dryRun) continue;
    others.push({ ...marker, begun: stored.record.snapshot !== null });
  }
  return others;
}

/** What is no JSON is as wrong as another shape: nobody knows what it stands for. */
function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
