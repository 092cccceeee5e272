import { buildRunReport } from '../../functions/fleet/build-run-report.ts';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { scanFleet } from '../../functions/fleet/scan-fleet.ts';
import { demoScope } from '../../functions/wiring/demo.ts';

/** The run of the demo fleet: what a real report looks like. */
export async function demoRun(): Promise<RunReport> {
  const { targets, sources, configuration, clock } = demoScope();
  const [startedAt, now, finishedAt] = [clock(), clock(), clock()];
  const scan = await scanFleet({ targets, sources, configuration, clock, now, analysis: { target: 'next' } });
  return buildRunReport({ ...scan, runId: '2026-11-21T06-00-00Z-de000000', startedAt, finishedAt, configurationHash: 'demo' });
}
