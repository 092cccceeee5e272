import * as z from 'zod';
import { parseAnswer } from '../inventory/parse.ts';
import { type ClusterPlace, keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { outcomes } from './phases.ts';

const flagSchema = z.object({
  rotationId: z.string(),
  outcome: z.enum(outcomes),
  cause: z.string(),
  at: z.string(),
  /** Null until somebody has looked. */
  acknowledged: z.object({ by: z.string(), at: z.string() }).nullable(),
});
/** Says that somebody must look at a cluster before it is rotated again. It never expires. */
export type NeedsHuman = z.output<typeof flagSchema>;

/** The flag of a cluster, acknowledged or not; undefined where there never was one. */
export async function readNeedsHuman(store: ObjectStore, cluster: ClusterPlace): Promise<NeedsHuman | undefined> {
  return (await present(store, cluster))?.flag;
}

/** Raises the flag for a rotation; for the same rotation only once, so that what was acknowledged stays so. */
export async function raiseNeedsHuman(store: ObjectStore, cluster: ClusterPlace, flag: Omit<NeedsHuman, 'acknowledged'>): Promise<void> {
  const body = bodyOf({ ...flag, acknowledged: null });
  for (;;) {
    const found = await present(store, cluster);
    if (found?.flag.rotationId === flag.rotationId) return;
    const written = found
      ? await store.putIfUnchanged(keys.needsHuman(cluster), body, found.version)
      : await store.putIfAbsent(keys.needsHuman(cluster), body);
    if (written) return;
  }
}

/** Somebody has looked: the cluster may be rotated again. Who acknowledged first stays named.
 *  @returns the flag as it stands now; undefined where there is none */
export async function acknowledge(store: ObjectStore, cluster: ClusterPlace, by: string, at: Date): Promise<NeedsHuman | undefined> {
  for (;;) {
    const found = await present(store, cluster);
    if (!found || found.flag.acknowledged) return found?.flag;
    const flag: NeedsHuman = { ...found.flag, acknowledged: { by, at: at.toISOString() } };
    if (await store.putIfUnchanged(keys.needsHuman(cluster), bodyOf(flag), found.version)) return flag;
  }
}

async function present(store: ObjectStore, cluster: ClusterPlace): Promise<{ flag: NeedsHuman; version: string } | undefined> {
  const key = keys.needsHuman(cluster);
  const object = await store.get(key);
  return object && { flag: parseAnswer(flagSchema, JSON.parse(new TextDecoder().decode(object.body)), key), version: object.version };
}

const bodyOf = (flag: NeedsHuman): string => `${JSON.stringify(flag)}\n`;
