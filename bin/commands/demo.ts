import type { Command } from 'commander';
import { exitCodeOf } from './exit-code.ts';
import { storeOption, withReportOptions } from './options.ts';
import { reportRefusals } from './refusals.ts';
import { runScan, type ScanOptions } from './run-scan.ts';
import type { Terminal } from './terminal.ts';

/** `greenlight demo`: the bundled fleet through the same scan as a live one, with nothing outside this process. */
export function demoCommand(program: Command, terminal: Terminal): void {
  withReportOptions(program.command('demo').description('scan the bundled demo fleet: no AWS account, no network'))
    .addOption(storeOption())
    .action(async (options: ScanOptions) => {
      const { demoScope } = await import('../../functions/wiring/demo.ts');
      const scope = demoScope();
      if (!options.quiet) terminal.note(`demo fleet; its clock stands at ${scope.clock().toISOString()}\n`);
      const run = await runScan({ ...scope, wholeFleet: true }, options, terminal);
      process.exitCode = exitCodeOf(run, options.failOn, !reportRefusals(run, terminal));
    });
}
