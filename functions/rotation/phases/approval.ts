import { phrased } from '../decide/gate-answer.ts';
import type { RotationRecord } from '../record.ts';
import { done, failed, minutes, type PhaseStep, type Step, type StepOutcome, wait } from '../step.ts';
import { lookWhileSoaking } from './soak-look.ts';

type Approval = NonNullable<RotationRecord['approval']>;

/** Waits for a person to agree before blue is retired, where that is asked for. The request stands in the record, from where people are told
 *  and where their answer is written; each look is also one at the gates, as in the soak. Nobody in time: `onNoAnswer` decides (F-82). */
export const approval: PhaseStep = async (step) => {
  const { record, configuration, now } = step;
  if (!record.options.requireApproval && !configuration.approval.required) return done({ approval: 'not asked for' });
  const request = record.approval ?? (await ask(step));
  if (request.state === 'rejected') return failed(`${request.by ?? 'somebody'} rejected the approval`);
  const { verdict, problems } = await lookWhileSoaking(step);
  if (verdict === 'fail') return failed(phrased(problems));
  if (request.state === 'approved') return verdict === 'pass' ? done({ approvedBy: request.by }) : wait(phrased(problems));
  if (now.getTime() < Date.parse(request.deadline)) return waiting(step, request);
  const unanswered = `nobody answered the approval request until ${request.deadline}`;
  if (record.options.onNoAnswer === 'revert') return failed(unanswered);
  if (verdict !== 'pass') return wait(phrased(problems));
  step.note({ kind: 'decision', object: record.rotationId, message: `${unanswered}: onNoAnswer is continue` });
  return done({ approval: 'not answered' });
};

/** Once: a second request would have another nonce, and the answer to the first would count for nothing. */
async function ask({ record, now, outside, update, note }: Step): Promise<Approval> {
  const deadline = new Date(now.getTime() + minutes(record.options.approvalMinutes)).toISOString();
  const nonce = outside.randomId();
  const asked: Approval = { state: 'pending', deadline, nonce, by: null, at: null };
  const latest = await update((one) => ({ ...one, approval: one.approval ?? asked }));
  note({ kind: 'decision', object: record.rotationId, message: `approval asked for, until ${deadline}` });
  return latest.approval ?? asked;
}

function waiting({ record, now }: Step, { deadline }: Approval): StepOutcome {
  const leftSeconds = (Date.parse(deadline) - now.getTime()) / 1000;
  return wait(`an approval is waited for until ${deadline}`, {
    waitSeconds: Math.min(record.options.gateSeconds, leftSeconds),
    hold: true,
  });
}
