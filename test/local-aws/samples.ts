import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { environment } from './world.ts';

/** One look at a control plane, as world/availability.py writes it. */
const sample = z.object({
  /** Seconds since 1970. */
  t: z.number(),
  plane: z.string(),
  workloads: z.record(z.string(), z.tuple([z.number(), z.number()])),
  pdbs: z.record(z.string(), z.tuple([z.number(), z.number()])),
  cpu: z.number(),
  cordoned: z.array(z.string()),
  notready: z.array(z.string()),
});
export type Sample = z.output<typeof sample>;

export interface Availability {
  /** Seconds in which fewer replicas were ready than wanted, by workload (`namespace/name`); none in which all were. */
  readonly degraded: Readonly<Record<string, number>>;
  /** Seconds in which none was ready. */
  readonly outage: Readonly<Record<string, number>>;
  /** Seconds in which a budget had fewer healthy pods than it demands. */
  readonly belowBudget: Readonly<Record<string, number>>;
  /** Millicores of nodes that were Ready and schedulable, when they were fewest. */
  readonly leastCpu: number;
  readonly samples: number;
}

/** Every look at a plane so far, from the time on.
 *  @param since seconds since 1970 */
export function samplesSince(since: number, plane = 'main'): Sample[] {
  const lines = readFileSync(join(environment().WORLD_DIR ?? '', 'samples.jsonl'), 'utf8').split('\n');
  const all = lines.filter((line) => line !== '').map((line) => sample.parse(JSON.parse(line)));
  return all.filter((one) => one.plane === plane && one.t >= since);
}

/** What was served meanwhile. Each look stands for the time until the next one.
 *  @throws Error when there are too few looks to say anything */
export function availability(samples: readonly Sample[]): Availability {
  if (samples.length < 2)
    throw new Error(`expected at least two samples, found ${samples.length}: does the spec of the world have "sample"?`);
  const spans = samples.slice(0, -1).map((one, index) => ({ one, seconds: (samples[index + 1]?.t ?? one.t) - one.t }));
  const total = (field: 'workloads' | 'pdbs', isBad: (is: number, wanted: number) => boolean): Record<string, number> => {
    const seconds: Record<string, number> = {};
    for (const { one, seconds: lasting } of spans)
      for (const [name, [is, wanted]] of Object.entries(one[field])) if (isBad(is, wanted)) seconds[name] = (seconds[name] ?? 0) + lasting;
    return seconds;
  };
  return {
    degraded: total('workloads', (ready, wanted) => ready < wanted),
    outage: total('workloads', (ready, wanted) => ready === 0 && wanted > 0),
    belowBudget: total('pdbs', (healthy, wanted) => healthy < wanted),
    leastCpu: Math.min(...samples.map(({ cpu }) => cpu)),
    samples: samples.length,
  };
}
