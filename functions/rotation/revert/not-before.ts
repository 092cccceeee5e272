import { type Step, type StepOutcome, wait } from '../step.ts';

/** A revert that took over writes nothing before the longest step of whoever wrote last must have ended; uncordoning excepted. */
export function mayNotWriteYet({ record, now }: Step): StepOutcome | undefined {
  const left = Date.parse(record.revert?.notBefore ?? '') - now.getTime();
  if (!(left > 0)) return undefined;
  return wait(`a step that was interrupted may still write until ${record.revert?.notBefore}`, { waitSeconds: Math.ceil(left / 1000) });
}
