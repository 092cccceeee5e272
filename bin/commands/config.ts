import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { configurationJsonSchema } from '../../functions/config/json-schema.ts';
import { configurationTemplate } from '../../functions/config/template.ts';
import { defaultConfigurationFile, readConfiguration } from './configuration.ts';
import { writeWhole } from './emit-report.ts';
import { CommandFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

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
    .description('check greenlight.yaml; every problem at once')
    .argument('[file]', 'the file to check', defaultConfigurationFile)
    .action(async (file: string) => {
      await readConfiguration(file);
      terminal.note(`${file} is valid`);
    });
  config
    .command('schema')
    .description('print the JSON Schema of greenlight.yaml, for editors')
    .action(() => terminal.print(`${JSON.stringify(configurationJsonSchema(), null, 2)}\n`));
}
