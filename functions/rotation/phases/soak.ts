import { phrased } from '../decide/gate-answer.ts';
import { done, failed, minutes, type PhaseStep, type Step, wait } from '../step.ts';
import { lookWhileSoaking } from './soak-look.ts';

/** What is not known to be well at the end of the soak may become so for as long. */
const patienceMs = minutes(10);
/** What takes longer is waited for by an execution of its own. */
const holdMs = minutes(10);

/** Nothing moves, and everything is looked at again and again (rotation.md §4.1). What fails ends it at once; what is inconclusive or an error
 *  is waited for, until 10 minutes after the end of the soak. The time counts from the record, whatever becomes of the execution. */
export const soak: PhaseStep = async (step) => {
  const { record, now } = step;
  const { poolSoakMinutes, gateSeconds } = record.options;
  const { verdict, problems, progress } = await lookWhileSoaking(step);
  const endsAt = Date.parse(record.phaseStartedAt.soak ?? now.toISOString()) + minutes(poolSoakMinutes);
  const leftMs = Math.max(0, endsAt - now.getTime());
  const doubtSince = await doubted(step, verdict === 'pass');
  if (verdict === 'fail') return failed(phrased(problems), progress);
  if (verdict === 'pass') {
    if (leftMs === 0) return done(progress);
    return wait(`it soaks until ${new Date(endsAt).toISOString()}`, {
      waitSeconds: Math.min(gateSeconds, leftMs / 1000),
      hold: leftMs > holdMs,
      progress,
    });
  }
  // After a pause the end may be long past when the first doubt comes up.
  const givesUpAt = Math.max(endsAt, doubtSince) + patienceMs;
  if (now.getTime() >= givesUpAt) return failed(`${verdict} 10 min after the end of the soak: ${phrased(problems)}`, progress);
  return wait(phrased(problems), { waitSeconds: gateSeconds, hold: leftMs > holdMs, progress });
};

/** Since when the looks do not pass, without a pass between, in ms. */
async function doubted({ record, now, update }: Step, passes: boolean): Promise<number> {
  const { soakDoubt } = record.notes;
  const since = typeof soakDoubt === 'string' ? Date.parse(soakDoubt) : undefined;
  if (passes && since !== undefined)
    await update((latest) => {
      const { soakDoubt: _, ...notes } = latest.notes;
      return { ...latest, notes };
    });
  if (!passes && since === undefined) await update((latest) => ({ ...latest, notes: { soakDoubt: now.toISOString(), ...latest.notes } }));
  return since ?? now.getTime();
}
