import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { configurationHash } from '../../functions/config/hash.ts';
import { configurationJsonSchema } from '../../functions/config/json-schema.ts';
import { configurationTemplate } from '../../functions/config/template.ts';
import { messageOf } from '../../functions/inventory/error-codes.ts';
import { publishConfiguration } from '../../functions/store/configuration.ts';
import { keys } from '../../functions/store/layout.ts';
import { openStore } from '../../functions/wiring/stores.ts';
import { defaultConfigurationFile, readConfiguration } from './configuration.ts';
import { writeWhole } from './emit-report.ts';
import { CommandFailure } from './failure.ts';
import { parseStore } from './options.ts';
import type { Terminal } from './terminal.ts';

interface PublishOptions {
  readonly publish?: boolean;
  readonly store?: string;
}

/** `greenlight config init|validate|schema`. */
export function configCommand(program: Command, terminal: Terminal): void {
  const config = program.command('config').description('write, check or describe greenlight.yaml');
  config
    .command('init')
    .description('write a first, commented greenlight.yaml')
    .argument('[file]', 'where to write it', defaultConfigurationFile)
    .action(async (file: string) => {
      if (existsSync(file)) throw new CommandFailure(`${file} exists already and stays as it is; name another file, or remove it first`);
      await writeWhole(file, configurationTemplate);
      terminal.note(`wrote ${file}: put your accounts in, then run "greenlight config validate"`);
    });
  config
    .command('validate')
    .description('check greenlight.yaml, every problem at once; with --publish also put it in force')
    .argument('[file]', 'the file to check', defaultConfigurationFile)
    .option('--publish', 'also put it in force: the next scan of the deployment reads it')
    .option(
      '--store <location>',
      'where to publish it: s3://BUCKET of the deployment (its output FindingsBucketName), or a folder',
      parseStore,
    )
    .action(async (file: string, { publish, store }: PublishOptions) => {
      if (publish && store === undefined)
        throw new CommandFailure('--publish needs --store s3://BUCKET: the output FindingsBucketName of the stack EksGreenlight');
      if (!publish && store !== undefined) throw new CommandFailure('--store says where to publish: give --publish too');
      const configuration = await readConfiguration(file);
      terminal.note(`${file} is valid`);
      if (store === undefined) return;
      const place = `${store}/${keys.configuration}`;
      await publishConfiguration(openStore(store), configuration).catch((error: unknown) => {
        throw new CommandFailure(`cannot publish ${file} to ${place}: ${messageOf(error)}`);
      });
      terminal.note(`published configuration ${configurationHash(configuration)} to ${place}`);
    });
  config
    .command('schema')
    .description('print the JSON Schema of greenlight.yaml, for editors')
    .action(() => terminal.print(`${JSON.stringify(configurationJsonSchema(), null, 2)}\n`));
}
