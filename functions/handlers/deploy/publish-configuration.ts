import * as z from 'zod';
import { configurationHash } from '../../config/hash.ts';
import { configurationSchema } from '../../config/schema.ts';
import { publishConfiguration } from '../../store/configuration.ts';
import type { ObjectStore } from '../../store/object-store.ts';
import { openedStore } from '../scan/opened-store.ts';
import { logger } from '../scan/telemetry.ts';
import { answer, type CustomResourceRequest, customResourceRequestSchema } from './custom-resource.ts';

const propertiesSchema = z.object({
  /** The validated configuration as JSON text. */
  Configuration: z.string().transform((text, context) => {
    const parsed = configurationSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: z.prettifyError(parsed.error) });
    return z.NEVER;
  }),
});

/** Writes the configuration of the deployment into the store. When the stack is destroyed it stays, like everything in the bucket. */
export async function publish(store: ObjectStore, { RequestType, ResourceProperties }: CustomResourceRequest): Promise<string> {
  if (RequestType === 'Delete') return 'config/greenlight.json stays';
  const { Configuration } = propertiesSchema.parse(ResourceProperties);
  await publishConfiguration(store, Configuration);
  return `published configuration ${configurationHash(Configuration)}`;
}

/** The custom resource: CloudFormation waits for the answer at the address it gives. */
export async function handler(event: unknown): Promise<void> {
  const request = customResourceRequestSchema.parse(event);
  try {
    const reason = await publish(openedStore().store, request);
    logger.info(reason);
    await answer(request, 'SUCCESS', reason);
  } catch (error) {
    logger.error('not published', error instanceof Error ? error : String(error));
    await answer(request, 'FAILED', `the configuration could not be published: ${error instanceof Error ? error.message : String(error)}`);
  }
}
