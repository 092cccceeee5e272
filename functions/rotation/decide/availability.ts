import * as z from 'zod';
import type { RotationRecord, Workload } from '../record.ts';
import { nameOfWorkload } from './workloads.ts';

const dipSchema = z.object({
  /** Replicas wanted when fewest were Ready. */
  desired: z.number(),
  ready: z.number(),
  at: z.string(),
});
/** The fewest Ready replicas of a workload that any look has seen. */
export type Dip = z.output<typeof dipSchema>;

const dipsSchema = z.record(z.string(), dipSchema);

type Notes = RotationRecord['notes'];

/** Remembers how far each workload was below what it wanted, at the worst of all looks. Workloads that always had what they wanted are not
 *  listed, so that a record of thousands of workloads stays small.
 *  @returns the notes themselves when nothing was worse than known: nothing need be written then */
export function noteAvailability(notes: Notes, workloads: readonly Workload[], at: Date): Notes {
  const known = dipsIn(notes);
  const worse = workloads.filter(
    (workload) => workload.ready < Math.min(workload.desired, known[nameOfWorkload(workload)]?.ready ?? Infinity),
  );
  if (worse.length === 0) return notes;
  const dips = worse.map((workload) => {
    const dip: Dip = { desired: workload.desired, ready: workload.ready, at: at.toISOString() };
    return [nameOfWorkload(workload), dip] as const;
  });
  return { ...notes, availability: { ...known, ...Object.fromEntries(dips) } };
}

/** By workload, as `kind namespace/name`. */
export function dipsIn(notes: Notes): Readonly<Record<string, Dip>> {
  return dipsSchema.safeParse(notes.availability).data ?? {};
}
