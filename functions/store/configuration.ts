import * as z from 'zod';
import { type Configuration, configurationSchema } from '../config/schema.ts';
import { keys } from './layout.ts';
import type { ObjectStore } from './object-store.ts';

/** The configuration of the store is missing or wrong. */
class InvalidConfiguration extends Error {
  override readonly name = 'InvalidConfiguration';
}

const howToPublish = 'publish one with "greenlight config validate --publish --store …", or deploy the stack again';

/** The last text that was parsed: a function reads the same configuration in every invocation, and a rotation in every step. */
let parsed: { readonly text: string; readonly configuration: Configuration } | undefined;

/** The configuration in force.
 *  @throws InvalidConfiguration that says what is wrong and what to do */
export async function readConfigurationIn(store: ObjectStore): Promise<Configuration> {
  const object = await store.get(keys.configuration);
  if (!object) throw new InvalidConfiguration(`${keys.configuration} is not in the store: ${howToPublish}`);
  const text = new TextDecoder().decode(object.body);
  if (parsed?.text === text) return parsed.configuration;
  try {
    const configuration = configurationSchema.parse(JSON.parse(text));
    parsed = { text, configuration };
    return configuration;
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new InvalidConfiguration(`cannot use ${keys.configuration} of the store: ${reason}; ${howToPublish}`, { cause: error });
  }
}

/** Puts a configuration in force: the next run reads it. */
export async function publishConfiguration(store: ObjectStore, configuration: Configuration): Promise<void> {
  await store.put(keys.configuration, `${JSON.stringify(configuration, null, 2)}\n`);
}
