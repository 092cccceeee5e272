import { baselineGate } from '../decide/baseline.ts';
import { askGates } from '../gates.ts';
import { readCluster } from '../read/read-cluster.ts';
import { done, minutes, type Side, type Step, type StepOutcome, snapshotOf, wait } from '../step.ts';
import { changeBatch, openBatch } from './batch-record.ts';
import { failBatch } from './end-batch.ts';
import { firstOf } from './overdue.ts';
import { stillToLeave } from './sides.ts';

/** Looks at the gates between two batches. The batch is done once `batchSoakMinutes` are over and the gates pass; what is inconclusive, or
 *  cannot be asked, is no pass (V15), and is waited for up to `settleMinutes` more. A revert asks no alarm and no function: it goes back to what
 *  was well before, and only looks at the workloads. */
export async function soakBatch(step: Step, side: Side): Promise<StepOutcome> {
  const { record, now } = step;
  const batch = openBatch(record, side);
  if (batch?.state !== 'soaking') return done();
  const { batchSoakMinutes, settleMinutes, gateSeconds, pollSeconds } = record.options;
  const settledAt = Date.parse(batch.settledAt ?? now.toISOString());
  const { verdict, problems } = side === 'blue' ? await askGates(step) : await workloadsAlone(step, new Date(settledAt));
  const leftMs = settledAt + minutes(batchSoakMinutes) - now.getTime();
  const progress = { batch: batch.index, verdict, secondsLeft: Math.max(0, Math.ceil(leftMs / 1000)) };
  if (verdict === 'pass' && leftMs <= 0) {
    await changeBatch(step, batch, (latest) => ({ ...latest, state: 'done', endedAt: latest.endedAt ?? now.toISOString() }));
    step.note({ kind: 'decision', object: `batch ${batch.index}`, message: `${batch.nodes.length} nodes of ${side} are done` });
    return done(progress);
  }
  if (verdict === 'fail' || (verdict !== 'pass' && leftMs + minutes(settleMinutes) <= 0)) {
    return failBatch(step, batch, `gates after batch ${batch.index}: ${firstOf(problems)}`, progress);
  }
  if (verdict !== 'pass') return wait(firstOf(problems), { waitSeconds: Math.min(gateSeconds, pollSeconds), progress });
  const until = new Date(settledAt + minutes(batchSoakMinutes)).toISOString();
  return wait(`batch ${batch.index} soaks until ${until}`, { waitSeconds: Math.min(gateSeconds, Math.ceil(leftMs / 1000)), progress });
}

async function workloadsAlone(step: Step, since: Date): Promise<ReturnType<typeof baselineGate>> {
  const { record, reads, outside } = step;
  const view = await readCluster(reads.kubernetes, outside.clock());
  return baselineGate(snapshotOf(record).workloads, view, record.options, since, undefined, await stillToLeave(step, 'green', view));
}
