import * as z from 'zod';

const amount = (unit: string, fallback: number, least: number, most: number, what: string) =>
  z
    .number({ error: `expected a number of ${unit}` })
    .min(least, { error: `expected at least ${least} ${unit}` })
    .max(most, { error: `expected at most ${most} ${unit}` })
    .default(fallback)
    .describe(`${what} ${least} to ${most} ${unit}, ${fallback} if left out.`);

const minutes = (fallback: number, least: number, most: number, what: string) => amount('minutes', fallback, least, most, what);
const seconds = (fallback: number, least: number, most: number, what: string) => amount('seconds', fallback, least, most, what);
const percent = (fallback: number, what: string) => amount('percent', fallback, 1, 100, what);
const nodes = (fallback: number, least: number, most: number, what: string) => amount('nodes', fallback, least, most, what);
const day = 24 * 60;

/** Every duration and limit of a rotation (rotation.md §3, §4.4), with its unit in its name. Fractions are allowed, so that a test cluster
 *  rotates in a minute. */
export const optionsSchema = z.strictObject({
  canaryNodes: nodes(1, 1, 100, 'Green nodes that must be Ready before more are launched; blue nodes drained in the first batch.'),
  growPercent: percent(50, 'Largest step of green, of what it has.'),
  headroomPercent: amount('percent', 20, 0, 100, 'Green may become larger than blue by so much, where a zone is short.'),
  headroomNodes: nodes(2, 0, 100, 'And by at least so many nodes.'),
  batchPercent: percent(10, 'Blue nodes drained at a time.'),
  batchMinimum: nodes(1, 1, 100, 'At least so many.'),
  batchMaximum: nodes(20, 1, 100, 'At most so many.'),
  retirePercent: percent(25, 'Largest step in which blue goes to zero.'),
  evictionsInFlight: amount('evictions', 20, 1, 200, 'Stateless pods evicted at a time.'),
  evictRetrySeconds: seconds(5, 0.1, 300, 'Shortest wait before a refused eviction is asked again.'),
  evictRetryMaximumSeconds: seconds(20, 0.1, 600, 'Longest wait before a refused eviction is asked again.'),
  evictErrorMinutes: minutes(5, 0.01, 120, 'Eviction of a pod may fail for so long before it blocks.'),
  drainedSeconds: seconds(10, 0.1, 300, 'A node is drained when it is seen empty twice, so far apart.'),
  nodeDeadlineMinutes: minutes(30, 0.05, day, 'For draining one node.'),
  batchDeadlineMinutes: minutes(45, 0.05, day, 'For draining one batch.'),
  drainDeadlineMinutes: minutes(day, 0.1, 7 * day, 'For draining all of blue.'),
  revertFactor: amount('times', 1.5, 1, 5, 'A revert may take so much longer to move pods back.'),
  joinMinutes: minutes(15, 0.05, 120, 'From launch to Ready.'),
  scaleDeadlineMinutes: minutes(40, 0.1, day, 'For making green whole.'),
  createDeadlineMinutes: minutes(20, 0.1, 120, 'For creating green.'),
  freezeDeadlineMinutes: minutes(5, 0.05, 60, 'For freezing the sizes.'),
  validateDeadlineMinutes: minutes(15, 0.05, 120, 'For validating green.'),
  retireDeadlineMinutes: minutes(40, 0.1, day, 'For retiring blue.'),
  finishDeadlineMinutes: minutes(10, 0.05, 120, 'For restoring and verifying at the end.'),
  blueWholeDeadlineMinutes: minutes(40, 0.1, day, 'In a revert, for blue to be whole again.'),
  unreachableMinutes: minutes(15, 0.05, 120, 'An API that cannot be reached is waited for so long.'),
  flapMinutes: minutes(5, 0.01, 60, 'A green node may be NotReady for so long.'),
  batchSoakMinutes: minutes(2, 0, 60, 'Between batches.'),
  poolSoakMinutes: minutes(60, 0, 7 * day, 'After the last batch.'),
  settleMinutes: minutes(10, 0.05, 120, 'For workloads to be ready again after a batch.'),
  pendingSeconds: seconds(
    60,
    1,
    600,
    'A pod that cannot be scheduled for so long is reported with the reason; it fails a batch after settleMinutes.',
  ),
  crashMinutes: minutes(2, 0.05, 60, 'A new crash loop or failing image pull older than that fails a batch.'),
  jobWaitMinutes: minutes(30, 0, day, 'Jobs that run are waited for so long.'),
  deregistrationSeconds: seconds(300, 0, 3600, 'Longest wait for a target group to let go of a node.'),
  approvalMinutes: minutes(day, 0.05, 7 * day, 'For an answer to an approval request.'),
  pollSeconds: seconds(15, 0.1, 300, 'Between polls in the first eight of a phase; a third of it right after something was done.'),
  slowPollSeconds: seconds(30, 0.1, 300, 'Between polls after that.'),
  gateSeconds: seconds(60, 0.1, 600, 'Between two looks at the gates while soaking.'),
  takeoverSeconds: seconds(130, 0, 600, 'A revert that takes over waits so long before it writes: the longest a step may run, and 10 s.'),
  brokenPercent: amount('percent', 10, 0, 100, 'More pods than that Pending or crashing at the start: refused.'),
  onBlocked: z.enum(['revert', 'quarantine', 'force']).default('revert').describe('What happens when a blocked pod outlives its deadline.'),
  onNoAnswer: z.enum(['revert', 'continue']).default('revert').describe('What happens when an approval is not answered in time.'),
  overdueJobs: z.enum(['block', 'evict']).default('block').describe('What happens to a Job that outlives jobWaitMinutes.'),
  disruptionAnnotations: z.enum(['respect', 'warn', 'ignore']).default('respect').describe('Annotations that refuse disruption.'),
  allowOrphans: z.boolean().default(false).describe('Pods of a DaemonSet that is gone may be evicted.'),
  acceptLoss: z.array(z.string()).default([]).describe('Pods, as namespace/name globs, that are skipped by label and may be lost.'),
  protectEmptyDir: z
    .record(z.string(), z.string())
    .nullable()
    .default(null)
    .describe('Labels of pods whose emptyDir data must not be lost: they block.'),
  maxGraceSeconds: z.number().min(0).nullable().default(null).describe('Cuts longer grace periods. Each pod has its own if left out.'),
  surge: z.boolean().default(false).describe('One replica more for workloads that no eviction may touch, taken back afterwards.'),
  deleteBlue: z
    .boolean()
    .default(false)
    .describe(
      'Blue is to be deleted later: by whoever manages it, a rotation does not do it yet; the report then does not ask for its standby.',
    ),
  waive: z.array(z.string()).default([]).describe('Ids of preflight findings that do not refuse.'),
  requireApproval: z.boolean().default(false).describe('A person must agree before blue is retired.'),
});

export type RotationOptions = z.output<typeof optionsSchema>;

export const defaultOptions: RotationOptions = optionsSchema.parse({});

/** Options as somebody gives them: any of them, without the others' defaults. */
export const givenOptionsSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(optionsSchema.shape).map(([name, schema]) => [
      name,
      schema
        .removeDefault()
        .optional()
        .describe(schema.description ?? name),
    ]),
  ),
);

/** What holds for a rotation: what its input says before what the configuration says before the defaults. */
export function effectiveOptions(...given: readonly Readonly<Record<string, unknown>>[]): RotationOptions {
  return optionsSchema.parse(Object.assign({}, ...given));
}
