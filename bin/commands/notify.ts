import type { Command } from 'commander';
import { CommandFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly stack: string;
  readonly profile?: string;
  readonly region?: string;
}

/** Seconds in which a sample must be out. */
const patience = 300;

/** `greenlight notify test`: a marked sample on every route, by the deployed machine itself. */
export function notifyCommand(program: Command, terminal: Terminal): void {
  const notify = program.command('notify').description('messages of the deployed scan');
  notify
    .command('test')
    .description('send a marked sample to every route, through the deployed state machine')
    .option('--stack <name>', 'name of the stack in the tooling account', 'EksGreenlight')
    .option('--region <region>', 'region of the stack (default: AWS_REGION)')
    .option('--profile <profile>', 'profile of the AWS configuration')
    .action(async (options: Options) => {
      const { runFleetScan } = await import('../../functions/wiring/deployment.ts');
      terminal.progress('sending a sample to every route');
      const region = options.region ?? terminal.environment.region;
      const ended = await runFleetScan({ simulate: 'milestone' }, AbortSignal.timeout(patience * 1000), { ...options, region });
      terminal.progress('');
      if (ended.status !== 'SUCCEEDED')
        throw new CommandFailure(`the sample was not sent everywhere: ${ended.arn} ended ${ended.status}: ${ended.error}: ${ended.cause}`);
      terminal.note(
        'sent: look for TEST in the mailboxes and channels of every route; a mail address must have confirmed its subscription',
      );
    });
}
