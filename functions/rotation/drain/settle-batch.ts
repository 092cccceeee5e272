import { baselineGate } from '../decide/baseline.ts';
import { readCluster } from '../read/read-cluster.ts';
import { done, minutes, type Side, type Step, type StepOutcome, snapshotOf, wait } from '../step.ts';
import { changeBatch, inBatchMs, openBatch } from './batch-record.ts';
import { failBatch } from './end-batch.ts';
import { firstOf } from './overdue.ts';
import { stillToLeave } from './sides.ts';

/** Waits until what a batch has moved is as it was (D32, D33): every moved workload has its Ready pods again within `settleMinutes`, and
 *  nothing anywhere crashes or waits that did not before.
 *
 *  - `done`: it is; the batch soaks next
 *  - `failed`: something crashes, or is not ready in time; the reason is the scheduler's or the kubelet's own */
export async function settleBatch(step: Step, side: Side): Promise<StepOutcome> {
  const { record, now, reads, outside } = step;
  const batch = openBatch(record, side);
  if (batch?.state !== 'settling') return done();
  const { options } = record;
  const drainedAt = batch.drainedAt ?? now.toISOString();
  const view = await readCluster(reads.kubernetes, outside.clock());
  const [since, moved, leaving] = [new Date(drainedAt), new Set(batch.moved), await stillToLeave(step, side, view)];
  const { verdict, problems } = baselineGate(snapshotOf(record).workloads, view, options, since, moved, leaving);
  const progress = { batch: batch.index, problems: problems.slice(0, 5) };
  if (verdict === 'pass') {
    await changeBatch(step, batch, (latest) => ({ ...latest, state: 'soaking', settledAt: latest.settledAt ?? now.toISOString() }));
    return done(progress);
  }
  const tooLate =
    inBatchMs(record, batch, now, drainedAt) >= minutes(options.settleMinutes * (side === 'green' ? options.revertFactor : 1));
  if (verdict !== 'fail' && !tooLate) return wait(firstOf(problems), { waitSeconds: options.pollSeconds, progress });
  return failBatch(step, batch, `batch ${batch.index} does not settle: ${firstOf(problems)}`, progress);
}
