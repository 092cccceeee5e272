import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { checks } from '../../functions/checks/list.ts';
import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { parseConfiguration } from '../../functions/config/load.ts';
import type { Configuration } from '../../functions/config/schema.ts';
import { messageOf } from '../../functions/inventory/error-codes.ts';
import { CommandFailure } from './failure.ts';
import { type ExtraEvidence, extraEvidence } from './options.ts';

export const defaultConfigurationFile = 'greenlight.yaml';

/** The configuration of a file. Throws a `CommandFailure` when it cannot be read, `ConfigurationInvalid` with every problem when it is wrong. */
export async function readConfiguration(file: string): Promise<Configuration> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandFailure(`cannot read the configuration ${file}: ${messageOf(error)}; "greenlight config init" writes a first one`);
  });
  return parseConfiguration(text, file, { checks: checks.map(({ id }) => id) });
}

/** The configuration that was named, or greenlight.yaml where there is one, or the defaults.
 *  @param extras evidence of `--with`, which is asked for whatever the file says */
export async function configurationFor(
  named: string | undefined,
  extras: readonly ExtraEvidence[] = [],
): Promise<{ configuration: Configuration; file: string | undefined }> {
  const file = named ?? (existsSync(defaultConfigurationFile) ? defaultConfigurationFile : undefined);
  const configuration = file === undefined ? defaultConfiguration : await readConfiguration(file);
  if (extras.length === 0) return { configuration, file };
  const asked = Object.fromEntries(extras.map((name) => [extraEvidence[name], true]));
  return { configuration: { ...configuration, kubernetes: { ...configuration.kubernetes, ...asked } }, file };
}
