import { rename, rm, writeFile } from 'node:fs/promises';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { messageOf } from '../../functions/inventory/error-codes.ts';
import { runText } from '../../functions/report/text/run.ts';
import { isBucketUrl } from '../../functions/store/location.ts';
import { type BucketCaller, writeObject } from '../../functions/wiring/stores.ts';
import { CommandFailure } from './failure.ts';
import type { ReportOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Renders a run and writes it to standard output or to `--output`, whole or not at all.
 *  @throws CommandFailure when it cannot be written */
export async function emitReport(run: RunReport, options: ReportOptions, terminal: Terminal): Promise<void> {
  const { columns, color } = terminal.environment;
  const toFile = options.output !== undefined;
  const text = options.format === 'json' ? `${JSON.stringify(run, null, 2)}\n` : runText(run, { columns, color: color && !toFile });
  terminal.progress('');
  if (options.output === undefined) return terminal.print(text);
  await writeWhole(options.output, text, options);
  if (!options.quiet) terminal.note(`report: ${options.output}`);
}

/** Writes a file, or an object of a bucket: a reader sees the old one or the new one, never half of it. */
export async function writeWhole(path: string, body: string, caller: BucketCaller = {}): Promise<void> {
  try {
    await (isBucketUrl(path) ? writeObject(path, body, caller) : writeFileWhole(path, body));
  } catch (error) {
    throw new CommandFailure(`cannot write ${path}: ${messageOf(error)}`);
  }
}

async function writeFileWhole(path: string, body: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, body);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
