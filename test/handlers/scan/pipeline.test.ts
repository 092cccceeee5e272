import { beforeEach, describe, expect, it } from 'vitest';
import { latestSchema } from '../../../functions/fleet/cluster-state.ts';
import { storedRunSchema } from '../../../functions/fleet/run-report.ts';
import type { ObjectStore } from '../../../functions/store/object-store.ts';
import { demoWorld } from '../../../simulator/fleet/demo-fleet.ts';
import { memoryStore } from '../../../simulator/memory-store.ts';
import type { World } from '../../../simulator/world.ts';
import { runPipeline } from '../pipeline-run.ts';
import { publishFor, type SimulatedPipeline, simulatedPipeline } from '../simulated-pipeline.ts';

/** By the clock of the demo: its support dates are of then. */
const asOf = '2026-11-21';

let memory: ReturnType<typeof memoryStore>;
let store: ObjectStore;
let pipeline: SimulatedPipeline;
beforeEach(async () => {
  memory = memoryStore();
  store = memory.store;
  pipeline = simulatedPipeline(store, demoWorld());
  await publishFor(store, demoWorld());
});

const storedRun = (runId: string) => storedRunSchema.parse(JSON.parse(memory.text(`runs/${runId}/run.json`)));
const latest = () => latestSchema.parse(JSON.parse(memory.text('state/latest.json')));
const changesOf = (runId: string) => storedRun(runId).changes.map(({ kind, clusterArn }) => `${kind} ${clusterArn.split('/').at(-1)}`);

/** The world without one of its clusters. */
const without = (world: World, name: string): World => ({
  ...world,
  accounts: world.accounts.map((account) => ({
    ...account,
    regions: account.regions.map((region) => ({ ...region, clusters: region.clusters.filter(({ cluster }) => cluster.name !== name) })),
  })),
});

describe('a run of the demo fleet', () => {
  it('has every account, region and cluster in its coverage, and a denied account is no failure of the run', async () => {
    const run = await runPipeline(pipeline, { asOf }, '2026-11-21T06:00:00Z');
    expect(run).toMatchObject({ complete: false, nothingScanned: false, clusters: 14, totals: { clusters: 14 } });
    const { coverage, clusters } = storedRun(run.runId);
    expect(coverage.targets.filter(({ status }) => status === 'failed')).toMatchObject([
      { accountId: '444444444444', code: 'AssumeRoleDenied' },
    ]);
    expect(coverage.clusters).toHaveLength(14);
    expect(clusters).toHaveLength(14);
  });

  it('leaves documents for people: of the run, and of each cluster beside its report', async () => {
    const { runId } = await runPipeline(pipeline, { asOf }, '2026-11-21T06:00:00Z');
    const document = memory.text(`runs/${runId}/report.html`);
    for (const { cluster } of storedRun(runId).clusters) expect(document).toContain(cluster.name);
    const clusters = memory.written.filter((key) => key.startsWith(`runs/${runId}/clusters/`));
    expect(clusters.filter((key) => key.endsWith('.html'))).toEqual(
      clusters.filter((key) => key.endsWith('.json')).map((key) => key.replace(/json$/, 'html')),
    );
    expect(memory.text(`runs/${runId}/clusters/111111111111/us-east-1/payments-us.html`)).toContain(
      '<title>payments-us: NOT READY</title>',
    );
  });

  it('fetches the catalogue of each region once', async () => {
    await runPipeline(pipeline, { asOf }, '2026-11-21T06:00:00Z');
    await runPipeline(pipeline, { asOf }, '2026-11-21T07:00:00Z');
    expect(pipeline.cataloguesFetched.toSorted()).toEqual([...new Set(pipeline.cataloguesFetched)].toSorted());
    expect(pipeline.cataloguesFetched).toHaveLength(3);
  });

  it('is a silent baseline at first, but for milestones and ends of support, and the second changes nothing', async () => {
    const first = await runPipeline(pipeline, { asOf }, '2026-11-21T06:00:00Z');
    const kinds = new Set(storedRun(first.runId).changes.map(({ kind }) => kind));
    expect(kinds).toContain('discovered');
    expect(kinds).toContain('milestone');
    expect(kinds).not.toContain('verdict-changed');
    const second = await runPipeline(pipeline, { asOf }, '2026-11-22T06:00:00Z');
    expect(storedRun(second.runId).changes).toEqual([]);
    expect(latest()).toMatchObject({ runId: second.runId, complete: false });
  });

  it('tells again what a run that was never committed had found', async () => {
    const first = await runPipeline(pipeline, { asOf }, '2026-11-21T06:00:00Z', { commits: false });
    expect(await store.get('state/latest.json')).toBeUndefined();
    const second = await runPipeline(pipeline, { asOf }, '2026-11-22T06:00:00Z');
    expect(changesOf(second.runId)).toEqual(changesOf(first.runId));
  });

  it('sees a cluster that is gone, once, and takes it for new when it comes back', async () => {
    await runPipeline(pipeline, { asOf }, '2026-11-21T06:00:00Z');
    const [{ cluster } = { cluster: { name: '' } }] = storedRun(
      (await runPipeline(pipeline, { asOf }, '2026-11-21T07:00:00Z')).runId,
    ).clusters;
    pipeline.world = without(demoWorld(), cluster.name);
    expect(changesOf((await runPipeline(pipeline, { asOf }, '2026-11-21T08:00:00Z')).runId)).toEqual([`vanished ${cluster.name}`]);
    expect(changesOf((await runPipeline(pipeline, { asOf }, '2026-11-21T09:00:00Z')).runId)).toEqual([]);
    pipeline.world = demoWorld();
    expect(changesOf((await runPipeline(pipeline, { asOf }, '2026-11-21T10:00:00Z')).runId)).toContain(`discovered ${cluster.name}`);
  });

  it('of a part of the fleet leaves the rest, and the record of the last run, alone', async () => {
    const whole = await runPipeline(pipeline, { asOf }, '2026-11-21T06:00:00Z');
    const [{ cluster } = { cluster: { accountId: '', name: '' } }] = storedRun(whole.runId).clusters;
    const part = await runPipeline(pipeline, { asOf, accounts: [cluster.accountId], clusters: [cluster.name] }, '2026-11-21T07:00:00Z');
    expect(part).toMatchObject({ clusters: 1, totals: { clusters: 1 } });
    expect(changesOf(part.runId)).toEqual([]);
    expect(latest().runId).toBe(whole.runId);
  });

  it('with another target says nothing of changes', async () => {
    await runPipeline(pipeline, { asOf }, '2026-11-21T06:00:00Z');
    const other = await runPipeline(pipeline, { asOf, targetVersion: '1.36' }, '2026-11-21T07:00:00Z', { commits: false });
    expect(other.notify).toBe(false);
    expect(storedRun(other.runId).changes).toEqual([]);
  });

  it('of a fleet without a cluster has scanned it', async () => {
    const empty = demoWorld().accounts.map((account) => ({
      ...account,
      regions: account.regions.map((region) => ({ ...region, clusters: [] })),
    }));
    pipeline.world = { ...demoWorld(), accounts: empty };
    expect(await runPipeline(pipeline, { asOf }, '2026-11-21T06:00:00Z')).toMatchObject({ nothingScanned: false, clusters: 0 });
  });

  it('of excluded clusters alone has scanned what it was to scan', async () => {
    await publishFor(store, demoWorld(), { clusters: { exclude: [{ name: '*' }] } });
    expect(await runPipeline(pipeline, { asOf }, '2026-11-21T06:00:00Z')).toMatchObject({ nothingScanned: false, totals: { clusters: 0 } });
  });

  it('narrowed to a name that no cluster has has scanned nothing', async () => {
    expect(await runPipeline(pipeline, { asOf, clusters: ['paymnets'] }, '2026-11-21T06:00:00Z')).toMatchObject({ nothingScanned: true });
  });

  it('of nothing but denied accounts has scanned nothing', async () => {
    const denied = demoWorld().accounts.filter((account) => account.denied);
    pipeline.world = { ...demoWorld(), accounts: denied };
    await publishFor(store, pipeline.world);
    expect(await runPipeline(pipeline, { asOf }, '2026-11-21T06:00:00Z')).toMatchObject({ nothingScanned: true, clusters: 0 });
  });
});

describe('a run that is resumed', () => {
  it('does again what has no result, and then is the run that it would have been', async () => {
    const startTime = '2026-11-21T06:00:00Z';
    const whole = memoryStore();
    await publishFor(whole.store, demoWorld());
    const expected = await runPipeline(simulatedPipeline(whole.store, demoWorld()), { asOf }, startTime, { executionId: 'a' });

    pipeline.world = {
      ...demoWorld(),
      accounts: demoWorld().accounts.map((account, index) =>
        index === 0 ? { ...account, denied: { code: 'Throttled', message: 'later' } } : account,
      ),
    };
    const broken = await runPipeline(pipeline, { asOf }, startTime, { executionId: 'a', commits: false });
    expect(broken.clusters).toBeLessThan(14);
    pipeline.world = demoWorld();
    const resumed = await runPipeline(pipeline, { resumeRunId: broken.runId }, '2026-11-21T09:00:00Z', { executionId: 'b' });
    expect(resumed.runId).toBe(expected.runId);
    const comparable = (text: string) => ({ ...storedRunSchema.parse(JSON.parse(text)), finishedAt: '' });
    const withoutTimes = (text: string) =>
      JSON.parse(JSON.stringify(comparable(text)).replaceAll(/"(collectedAt|durationMs)":("[^"]*"|\d+)/g, '"$1":0'));
    expect(withoutTimes(memory.text(`runs/${resumed.runId}/run.json`))).toEqual(
      withoutTimes(whole.text(`runs/${expected.runId}/run.json`)),
    );
  });

  it('after a crash in the middle of its commit still has all its changes', async () => {
    const first = await runPipeline(pipeline, { asOf }, '2026-11-21T06:00:00Z', { commits: false, executionId: 'a' });
    const before = changesOf(first.runId);
    let writes = 0;
    const crashing = {
      ...store,
      putIfAbsent: async (key: string, body: Uint8Array | string) => {
        writes += 1;
        if (writes > 5) throw new Error('crash');
        return store.putIfAbsent(key, body);
      },
    };
    const { commit } = await import('../../../functions/handlers/scan/commit-run.ts');
    await expect(commit({ ...pipeline, store: crashing }, { runId: first.runId })).rejects.toThrow('crash');
    await runPipeline(pipeline, { resumeRunId: first.runId }, '2026-11-21T09:00:00Z');
    expect(changesOf(first.runId)).toEqual(before);
    expect(latest().runId).toBe(first.runId);
  });
});
