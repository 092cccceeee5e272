import { describe, expect, it } from 'vitest';
import { storedRunSchema } from '../../../functions/fleet/run-report.ts';
import { runMetrics } from '../../../functions/handlers/scan/run-metrics.ts';
import { demoWorld } from '../../../simulator/fleet/demo-fleet.ts';
import { memoryStore } from '../../../simulator/memory-store.ts';
import { runPipeline } from '../pipeline-run.ts';
import { publishFor, simulatedPipeline } from '../simulated-pipeline.ts';

async function demoRun() {
  const { store, text } = memoryStore();
  await publishFor(store, demoWorld());
  const { runId } = await runPipeline(simulatedPipeline(store, demoWorld()), { asOf: '2026-11-21' }, '2026-11-21T06:00:00Z');
  return storedRunSchema.parse(JSON.parse(text(`runs/${runId}/run.json`)));
}

describe('the metrics of a run', () => {
  it('count clusters by verdict and support, failures by code and requests by API, and name no cluster', async () => {
    const run = await demoRun();
    const metrics = runMetrics(run);
    const figure = (name: string, dimension?: string) =>
      metrics.find((one) => one.name === name && (dimension === undefined || Object.values(one.dimensions ?? {}).includes(dimension)))
        ?.value;
    expect(figure('ClustersByVerdict', 'NOT_READY')).toBe(run.totals.verdicts.NOT_READY);
    expect(figure('ClustersBySupport', 'unknown')).toBe(run.totals.support.unknown);
    expect(figure('FailuresByCode', 'AssumeRoleDenied')).toBe(1);
    expect(figure('ApiRequests', 'eks')).toBeGreaterThan(50);
    expect(figure('RunIncomplete')).toBe(1);
    expect(figure('MonthlySurchargeUsd')).toBe(run.totals.monthlySurchargeUsd);
    expect(figure('ScanDuration')).toBe(Date.parse(run.finishedAt) - Date.parse(run.startedAt));
    const nextEnd = Math.min(
      ...run.clusters.flatMap(({ support }) =>
        [support.daysToEndOfStandardSupport ?? -1, support.daysToEndOfExtendedSupport ?? -1].filter((days) => days >= 0),
      ),
    );
    expect(figure('DaysToNextEndOfSupport')).toBe(nextEnd);
    expect(JSON.stringify(metrics)).not.toContain(run.clusters[0]?.cluster.name);
  });

  it('of a fleet without clusters have no next end of support', async () => {
    const run = await demoRun();
    const names = runMetrics({ ...run, clusters: [], coverage: { complete: true, targets: [], clusters: [] } }).map(({ name }) => name);
    expect(names).not.toContain('DaysToNextEndOfSupport');
    expect(names).toContain('RunIncomplete');
  });
});
