import { expect, it } from 'vitest';
import type { ClusterReport } from '../../functions/analysis/cluster-report.ts';
import { runContextSchema } from '../../functions/fleet/run-input.ts';
import { readStoredRun } from '../../functions/fleet/stored-runs.ts';
import { summarizeRun } from '../../functions/fleet/summarize-run.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createConfiguration } from '../analysis/builders.ts';
import { createReport } from '../report/text/builders.ts';

const runId = '2026-11-21T06-00-00Z-1a2b3c4d';
const context = runContextSchema.parse({
  schemaVersion: '1',
  runId,
  startedAt: '2026-11-21T06:00:00Z',
  now: '2026-11-21T06:00:00Z',
  input: {},
  configurationHash: 'x',
  configuration: createConfiguration(),
});
const place = { accountId: '111111111111', region: 'eu-west-1' };
const target = { ...place, status: 'scanned', code: null, message: null, reason: null };

/** A run of that many clusters, as its scans left it. */
async function leftBy(count: number) {
  const memory = memoryStore();
  const put = (key: string, ...items: unknown[]) =>
    memory.store.put(`runs/${runId}/${key}`, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  const names = Array.from({ length: count }, (_, index) => `cluster-${String(index).padStart(3, '0')}`);
  await put('items/targets.jsonl', { accountId: place.accountId, accountName: null, regions: null });
  await put(`lists/${place.accountId}.jsonl`, { target, accountName: null, clusters: names });
  await put('items/clusters.jsonl', ...names.map((name) => ({ ...place, accountName: null, name })));
  for (const name of names) {
    const report: ClusterReport = createReport();
    const cluster = { ...report.cluster, ...place, name, arn: `arn:aws:eks:eu-west-1:111111111111:cluster/${name}` };
    await put(`clusters/${place.accountId}/${place.region}/${name}.json`, { ...report, cluster });
    await put(`coverage/${place.accountId}/${place.region}/${name}.json`, { ...target, name, unavailable: {} });
  }
  return memory;
}

it('keeps the reports of up to 200 clusters in run.json', async () => {
  const { store } = await leftBy(200);
  const { run } = await summarizeRun(store, context, new Date('2026-11-21T06:01:00Z'));
  expect(run.clusters).toHaveLength(200);
  expect(run.clusters.every((cluster) => 'findings' in cluster)).toBe(true);
});

it('keeps summaries of more than 200, with where the reports are, and the same totals', async () => {
  const { store } = await leftBy(201);
  const { run, reportKey } = await summarizeRun(store, context, new Date('2026-11-21T06:01:00Z'));
  expect(reportKey).toBe(`runs/${runId}/run.json`);
  expect(run.totals).toMatchObject({ clusters: 201, verdicts: { READY: 201 } });
  expect(run.clusters.map((cluster) => Object.hasOwn(cluster, 'findings'))).toEqual(run.clusters.map(() => false));
  expect(run.clusters[7]).toMatchObject({
    verdict: 'READY',
    counts: { required: 0, recommended: 0, info: 0 },
    reportKey: `runs/${runId}/clusters/111111111111/eu-west-1/cluster-007.json`,
  });
  const whole = await readStoredRun(store, runId);
  expect(whole?.clusters.every((cluster) => 'findings' in cluster)).toBe(true);
});
