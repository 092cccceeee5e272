import * as z from 'zod';
import { type BegunRun, beginRun } from '../../fleet/begin-run.ts';
import type { OrganizationPort } from '../../fleet/ports.ts';
import { readConfigurationIn } from '../../store/configuration.ts';
import type { ObjectStore } from '../../store/object-store.ts';
import { openOrganization } from '../../wiring/organization.ts';
import { readEnvironment } from './environment.ts';
import { openedStore } from './opened-store.ts';
import { logger } from './telemetry.ts';

const eventSchema = z.object({ input: z.unknown(), executionId: z.string(), startTime: z.iso.datetime({ offset: true }) });

/** First step of a run: checks the input and writes the accounts to enter. */
export async function discoverTargets(
  { store, organization }: { readonly store: ObjectStore; readonly organization: OrganizationPort },
  event: unknown,
): Promise<BegunRun> {
  const { input, executionId, startTime } = eventSchema.parse(event);
  const configuration = () => readConfigurationIn(store);
  const run = await beginRun({ store, input, executionId, startTime: new Date(startTime), organization, configuration });
  logger.info('run begun', { ...run, input });
  return run;
}

let organization: OrganizationPort | undefined;

export const handler = (event: unknown): Promise<BegunRun> => {
  organization ??= openOrganization(readEnvironment().region);
  return discoverTargets({ store: openedStore().store, organization }, event);
};
