import { rename, rm, writeFile } from 'node:fs/promises';
import { checks } from '../../functions/checks/list.ts';
import { forOwner, ownersIn } from '../../functions/fleet/owner-view.ts';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { messageOf } from '../../functions/inventory/error-codes.ts';
import { runCsv } from '../../functions/report/csv.ts';
import { runMarkdown } from '../../functions/report/markdown.ts';
import { runSarif } from '../../functions/report/sarif.ts';
import { runText } from '../../functions/report/text/run.ts';
import { isBucketUrl } from '../../functions/store/location.ts';
import { runDocument } from '../../functions/wiring/documents.ts';
import { type BucketCaller, writeObject } from '../../functions/wiring/stores.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { CommandFailure } from './failure.ts';
import type { ReportOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Renders a run, or what of it is an owner's, and writes it to standard output or to `--output`, whole or not at all.
 *  @returns what was shown
 *  @throws CommandFailure when it cannot be written */
export async function emitReport(run: RunReport, options: ReportOptions, terminal: Terminal): Promise<RunReport> {
  const shown = options.owner === undefined ? run : forOwner(run, options.owner);
  if (options.owner !== undefined && shown.clusters.length === 0 && !options.quiet) noteOwners(run, options.owner, terminal);
  const { columns, color } = terminal.environment;
  const documents: Readonly<Record<ReportOptions['format'], () => string>> = {
    text: () => runText(shown, { columns, color: color && options.output === undefined }),
    json: () => `${JSON.stringify(shown, null, 2)}\n`,
    csv: () => runCsv(shown),
    markdown: () => runMarkdown(shown),
    html: () => runDocument(shown),
    sarif: () => runSarif(shown, { version: packageJson.version, checks }),
  };
  const document = documents[options.format]();
  terminal.progress('');
  if (options.output === undefined) await terminal.print(document);
  else {
    await writeWhole(options.output, document, options);
    if (!options.quiet) terminal.note(`report: ${options.output}`);
  }
  return shown;
}

/** Nothing found may be a name that nobody has. */
function noteOwners(run: RunReport, owner: string, terminal: Terminal): void {
  const owners = ownersIn(run);
  const known =
    owners.length === 0 ? 'no finding has an owner: set owners in greenlight.yaml' : `owners with findings: ${owners.join(', ')}`;
  terminal.note(`there is no finding of owner "${owner}"; ${known}`);
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
