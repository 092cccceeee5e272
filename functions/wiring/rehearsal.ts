import { memoryStore } from '../../simulator/memory-store.ts';
import { worldFromInventory } from '../../simulator/rotation/from-inventory.ts';
import { rotationHandlers, rotationMachines, simulatedOutside } from '../../simulator/rotation/machines.ts';
import { rehearsalFaults } from '../../simulator/rotation/rehearsal-faults.ts';
import { defaultConfiguration } from '../config/defaults.ts';
import { rotationPlanSchema } from '../rotation/decide/plan.ts';
import { rotationIdOf } from '../rotation/input.ts';
import { operate, rotationNamed } from '../rotation/operate.ts';
import { type Phase, revertPhases } from '../rotation/phases.ts';
import type { RotationRecord } from '../rotation/record.ts';
import type { Rehearsal, RehearsalResult } from '../rotation/rehearsal-result.ts';
import { stepEventSchema } from '../rotation/run-step.ts';
import { readTimeline } from '../rotation/timeline.ts';
import { publishConfiguration } from '../store/configuration.ts';

/** Runs the state machines and the functions of a rotation on a copy of a cluster, with a clock of its own: never a second driver. Nothing
 *  leaves this process.
 *  @throws Error that names the evidence that is missing, or a fault that there is not */
export async function rehearse({ inventory, nodegroup, options, faults, revert }: Rehearsal): Promise<RehearsalResult> {
  const { accountId, region, name, arn } = inventory.cluster;
  const happenings = faults.map(rehearsalFaults);
  const world = worldFromInventory(inventory);
  const { store } = memoryStore();
  await publishConfiguration(store, { ...defaultConfiguration, accounts: { explicit: [{ id: accountId }] } });
  const outside = simulatedOutside(world, { store });
  const handlers = rotationHandlers(outside);
  const { rotate } = rotationMachines(world, store, handlers);
  const rotationId = rotationIdOf(arn, name, 'rehearsal');
  const step = handlers.RotationStepFunction;
  const begun = new Set<string>();
  handlers.RotationStepFunction = async (event) => {
    const { phase } = stepEventSchema.parse(event);
    if (!begun.has(phase)) {
      begun.add(phase);
      for (const happens of happenings) happens(world, phase, await groupsOf());
      if (revert && phase === 'soak')
        await operate(outside, rotationId, 'abort', { by: 'rehearsal', reason: 'the rehearsal goes back after the last batch' });
    }
    return step?.(event);
  };
  const recordNow = async (): Promise<RotationRecord> => (await rotationNamed(store, rotationId)).record;
  const groupsOf = async () => {
    const { blue, green } = await recordNow();
    return { blue: blue?.name ?? null, green: green?.name ?? null };
  };

  const blue = nodegroup === undefined ? {} : { blue: { nodegroup } };
  const startedAt = world.clock.now();
  await rotate({ name: rotationId, input: { accountId, region, clusterName: name, ...blue, options } });
  const record = await recordNow();
  if (!record.outcome) throw new Error(`the rehearsal did not come to an end: ${record.waitingFor ?? record.phase}`);
  const endedAt = world.clock.now();
  return {
    cluster: { accountId, region, name },
    plan: rotationPlanSchema.safeParse(record.notes.plan).data ?? null,
    problems: record.problems,
    assumptions: [
      'volumes are in the zone of the pod that uses them',
      'running Jobs end after ten minutes',
      'nodes join after the usual time, and AWS has capacity',
      'pods start and stop within the usual times',
    ],
    timeline: await readTimeline(store, inventory.cluster, rotationId),
    durationMs: endedAt - startedAt,
    outcome: { name: record.outcome.name, cause: record.outcome.cause },
    ...(record.phaseStartedAt['r0-stop'] !== undefined && { revert: revertOf(record, record.outcome.name, endedAt) }),
  };
}

/** The steps of a revert with the time from the beginning of each to that of the next. */
function revertOf({ phaseStartedAt }: RotationRecord, outcome: NonNullable<RehearsalResult['revert']>['outcome'], endedAt: number) {
  const begun = revertPhases.flatMap((phase) => {
    const at = phaseStartedAt[phase];
    return at === undefined ? [] : [{ phase: phase as Phase, at: Date.parse(at) }];
  });
  const steps = begun.map(({ phase, at }, index) => ({ phase, durationMs: (begun[index + 1]?.at ?? endedAt) - at }));
  return { outcome, durationMs: endedAt - (begun[0]?.at ?? endedAt), steps };
}
