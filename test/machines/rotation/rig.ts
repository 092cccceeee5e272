import type { RotationNotice } from '../../../functions/rotation/ports.ts';
import type { RotationRecord } from '../../../functions/rotation/record.ts';
import { findRotation, readRecord } from '../../../functions/rotation/record-store.ts';
import { publishConfiguration } from '../../../functions/store/configuration.ts';
import type { ObjectStore } from '../../../functions/store/object-store.ts';
import { memoryStore } from '../../../simulator/memory-store.ts';
import { rotationHandlers, rotationMachines, type StartedMachine, simulatedOutside } from '../../../simulator/rotation/machines.ts';
import { worldSnapshot } from '../../../simulator/rotation/snapshot.ts';
import type { LiveWorld } from '../../../simulator/rotation/world.ts';
import type { Execution } from '../../../simulator/step-functions/run-asl.ts';
import { createConfiguration } from '../../analysis/builders.ts';

export interface RigOptions {
  /** `rotation` of greenlight.yaml. */
  readonly rotation?: Readonly<Record<string, unknown>>;
  readonly store?: ObjectStore;
  /** Who makes the calls, for the audit. */
  readonly principal?: string;
}

/** The four machines with the real functions over a live world, in virtual time, and what was seen of it from outside. */
export async function rotationRig(
  world: LiveWorld,
  { rotation = {}, store = memoryStore().store, principal = 'rotation' }: RigOptions = {},
) {
  const clusterName = [...world.clusters.keys()][0] ?? '';
  const before = worldSnapshot(world);
  const notices: RotationNotice[] = [];
  const trouble = { tell: undefined as Error | undefined };
  const configure = (settings: Readonly<Record<string, unknown>>) =>
    publishConfiguration(store, createConfiguration({ rotation: { enabled: true, ...settings } }));
  await configure(rotation);
  const tell = async (notice: RotationNotice) => {
    if (trouble.tell) throw trouble.tell;
    notices.push(notice);
  };
  const outside = simulatedOutside(world, { store, tell, principal });
  const handlers = rotationHandlers(outside);
  const machines = rotationMachines(world, store, handlers);
  const input = { accountId: world.accountId, region: world.region, clusterName, pair: 'workers' };

  return {
    world,
    store,
    before,
    notices,
    trouble,
    outside,
    handlers,
    configure,
    input,
    /** Starts node-rotation; `input` is added to that of the pair. */
    rotate: ({ input: more = {}, name = 'rot-1', ...options }: Partial<StartedMachine> = {}): Promise<Execution> =>
      machines.rotate({ name, input: { ...input, ...more }, ...options }),
    /** Starts revert-rotation. */
    revert: (
      given: Readonly<Record<string, unknown>>,
      { name = 'watchdog-1', ...options }: Partial<StartedMachine> = {},
    ): Promise<Execution> => machines.revert({ ...options, name, input: given }),
    async record(rotationId = 'rot-1'): Promise<RotationRecord> {
      const cluster = await findRotation(store, rotationId);
      const stored = cluster && (await readRecord(store, cluster, rotationId));
      if (!stored) throw new Error(`there is no record of ${rotationId}`);
      return stored.record;
    },
    after: () => worldSnapshot(world),
  };
}

export type RotationRig = Awaited<ReturnType<typeof rotationRig>>;

/** What the rule of the watchdog gives the machine for an execution that ended. */
export const endedBy = (execution: Execution) => {
  const name = execution.id.split(':').at(-1) ?? '';
  return { rotationId: name, ended: { executionArn: execution.id, name, input: JSON.stringify(execution.input) } };
};
