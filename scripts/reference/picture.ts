import { configurationHash } from '../../functions/config/hash.ts';
import { buildRunReport } from '../../functions/fleet/build-run-report.ts';
import { runId } from '../../functions/fleet/run-id.ts';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { scanFleet } from '../../functions/fleet/scan-fleet.ts';
import { runText } from '../../functions/report/text/run.ts';
import { demoScope } from '../../functions/wiring/demo.ts';
import { terminalPicture } from './terminal-picture.ts';

/** Columns of a usual terminal window. */
const columns = 120;
/** The fleet and the worst cluster; the picture is to be taken in at a glance. */
const rows = 36;

/** docs/images/report.svg: the top of what `npm start` prints. */
export async function reportPicture(): Promise<string> {
  const lines = runText(await demoRun(), { columns, color: true }).split('\n');
  return terminalPicture(['$ npm start', '', ...lines.slice(0, rows), '…'], columns);
}

/** The run of the demo fleet; its clock stands still. */
export async function demoRun(): Promise<RunReport> {
  const { targets, sources, configuration, clock, suffix } = demoScope();
  const startedAt = clock();
  const scan = await scanFleet({
    targets,
    sources,
    configuration,
    clock,
    now: startedAt,
    analysis: { target: configuration.targetVersion },
  });
  const configurationHashed = configurationHash(configuration);
  return buildRunReport({
    ...scan,
    runId: runId(startedAt, suffix),
    startedAt,
    finishedAt: clock(),
    configurationHash: configurationHashed,
  });
}
