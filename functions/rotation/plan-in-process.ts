import { partitionOf } from '../inventory/partition.ts';
import { startRotation } from './acquire.ts';
import { type RotationInput, rotationIdOf } from './input.ts';
import { rotationNamed } from './operate.ts';
import type { RotationOutside } from './ports.ts';
import type { RotationRecord } from './record.ts';
import { runStep } from './run-step.ts';

/** The rotation cannot be planned now. */
class CannotPlan extends Error {
  override readonly name = 'CannotPlan';
}

/** Runs snapshot and preflight in this process, as a dry run: the steps of the machine, without the machine. Nothing outside the store changes.
 *  @param request names this plan, at most 16 of `[a-z0-9-]`
 *  @param onWait hears why a step waits
 *  @returns the record at its end, with the plan in `notes.plan`
 *  @throws InvalidInput; CannotPlan when something holds it up that does not end by itself */
export async function planInProcess(
  outside: RotationOutside,
  input: RotationInput,
  request: string,
  onWait: (why: string) => void,
): Promise<RotationRecord> {
  const { region, accountId, clusterName } = input;
  const arn = `arn:${partitionOf(region)}:eks:${region}:${accountId}:cluster/${clusterName}`;
  const name = rotationIdOf(arn, clusterName, request);
  const started = await startRotation(outside, { input: { ...input, dryRun: true }, executionName: name, executionArn: `plan:${name}` });
  const { rotationId, fence } = started;
  const windowStartedAt = outside.clock().toISOString();
  for (const phase of ['snapshot', 'preflight'] as const) {
    for (let polls = 0; ; polls += 1) {
      const answer = await runStep(outside, { rotationId, fence, phase, polls, windowStartedAt });
      if (answer.outcome !== null || answer.status !== 'wait') break;
      const why = String(answer.progress.waitingFor ?? `${phase} is not done`);
      if (answer.hold) throw new CannotPlan(`cannot plan a rotation of ${clusterName} now: ${why}`);
      onWait(why);
      await outside.pause(answer.waitSeconds * 1000);
    }
  }
  return (await rotationNamed(outside.store, rotationId)).record;
}
