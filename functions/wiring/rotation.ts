import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gateFunctions } from '../adapters/aws/gate-functions.ts';
import type { RotationOutside } from '../rotation/ports.ts';
import { readConfigurationIn } from '../store/configuration.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { openAccount } from './accounts.ts';
import { openRotationCluster } from './rotation-ports.ts';
import { type RotationStoreOptions, rotationDesk } from './rotation-store.ts';

const pauseReally = async (milliseconds: number): Promise<void> => {
  await sleep(milliseconds);
};

/** The real outside of a rotation, for a function that lives through many invocations: accounts that were entered stay entered. */
export function rotationOutside(options: RotationStoreOptions): RotationOutside {
  const desk = rotationDesk(options);
  return {
    ...desk,
    openCluster: openRotationCluster({ region: options.region, configuration: () => readConfigurationIn(desk.store) }),
    gates: gateFunctions({ region: options.region }),
    pause: pauseReally,
    random: Math.random,
  };
}

export interface PlanOutsideOptions {
  readonly store: ObjectStore;
  /** The user, in the names of role sessions. */
  readonly session: string;
  readonly region: string;
  readonly profile?: string | undefined;
  /** @default the caller's own credentials */
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
}

/** The outside of a plan that is made on a laptop: read with the caller's credentials, or through a role. Nobody is told anything. */
export function openRotationOutside({ store, session, region, profile, roleArn, externalId }: PlanOutsideOptions): RotationOutside {
  const role = roleArn === undefined ? undefined : { arn: roleArn, externalId };
  return {
    store,
    openCluster: openRotationCluster({
      region,
      configuration: () => readConfigurationIn(store),
      enter: (id) => openAccount({ runId: session, region, profile, role, account: { id } }),
    }),
    gates: gateFunctions({ region }),
    tell: async () => {},
    clock: () => new Date(),
    pause: pauseReally,
    randomId: () => randomUUID(),
    random: Math.random,
  };
}
