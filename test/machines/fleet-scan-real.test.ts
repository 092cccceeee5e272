import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { clusterStateSchema, latestSchema } from '../../functions/fleet/cluster-state.ts';
import { storedRunSchema } from '../../functions/fleet/run-report.ts';
import { keys } from '../../functions/store/layout.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import type { Json } from '../../simulator/step-functions/asl.ts';
import type { Fault } from '../../simulator/step-functions/faults.ts';
import { type Execution, redriveExecution, type StartOptions, startExecution } from '../../simulator/step-functions/run-asl.ts';
import type { World } from '../../simulator/world.ts';
import { publishFor } from '../handlers/simulated-pipeline.ts';
import { aslText } from './asl-texts.ts';
import { changed, outbox, realHandlers, smallWorld } from './real-scan.ts';

const fleetScan = aslText('fleet-scan');
/** By the clock of the demo: its support dates are of then. */
const asOf = '2026-11-21';
const healthy = { accountId: '111111111111', region: 'eu-west-1', name: 'payments-next' };
const blocked = { accountId: '111111111111', region: 'us-east-1', name: 'payments-us' };

let memory: ReturnType<typeof memoryStore>;
let store: ObjectStore;
let world: World;
let box: ReturnType<typeof outbox>;
beforeEach(async () => {
  memory = memoryStore();
  store = memory.store;
  world = smallWorld;
  box = outbox();
  await publishFor(store, smallWorld);
});

const worldOver = (over: ObjectStore) => ({ store: over, handlers: realHandlers(over, () => world, box.ports) });

/** A run that begins on a day of November 2026, at six. */
const scan = (day: number, { input = {}, ...options }: Omit<StartOptions, 'input'> & { input?: Record<string, Json> } = {}, over = store) =>
  startExecution(fleetScan, worldOver(over), {
    name: `fleet-scan:day-${day}`,
    startTime: `2026-11-${day}T06:00:00Z`,
    input: { asOf, notify: true, ...input },
    ...options,
  });

const outputSchema = z.strictObject({ runId: z.string(), complete: z.boolean(), totals: z.looseObject({}), reportKey: z.string() });
const runIdOf = (run: Execution): string => outputSchema.parse(run.output).runId;
const storedRun = (runId: string) => storedRunSchema.parse(JSON.parse(memory.text(keys.run(runId))));
const coverageOf = (run: Execution) => storedRun(runIdOf(run)).coverage;
const latest = () => latestSchema.parse(JSON.parse(memory.text(keys.latest)));
const stateOf = (place: typeof healthy) => clusterStateSchema.parse(JSON.parse(memory.text(keys.clusterState(place))));

const itemSchema = z.object({ items: z.array(z.looseObject({ id: z.string(), kind: z.string(), clusterArn: z.string().optional() })) });
/** What people were told, an entry each. */
const told = () => box.alerts.flatMap(({ event }) => itemSchema.parse(event).items);
const heard = (detailType: string) => box.events.filter((event) => event.detailType === detailType);
const clear = () => {
  box.alerts.length = 0;
  box.events.length = 0;
};

/** The objects below a prefix without what differs from scan to scan: times, write ids and durations. */
async function left(prefix: string, from = memory): Promise<Record<string, string>> {
  const objects: Record<string, string> = {};
  const differs = /"(collectedAt|analyzedAt|finishedAt|claimedAt|writeId|durationMs|alerts|chat|events)":("[^"]*"|\d+)/g;
  for await (const key of from.store.list(prefix)) {
    // A document says what the report beside it says, with its times, compressed: its title is enough.
    const text = key.endsWith('.html') ? (/<title>.*<\/title>/.exec(from.text(key))?.[0] ?? '') : from.text(key);
    objects[key] = text.replaceAll(differs, '"$1":0');
  }
  return objects;
}

/** The store where a put of some keys is refused, so many times. */
function refusing(which: (key: string) => boolean, times = Number.POSITIVE_INFINITY) {
  let refused = 0;
  const guard = (key: string) => {
    if (!which(key) || refused >= times) return;
    refused += 1;
    throw new Error(`s3:PutObject of ${key}: AccessDenied`);
  };
  const guarded: ObjectStore = {
    ...store,
    put: async (key, body) => {
      guard(key);
      await store.put(key, body);
    },
    putIfAbsent: async (key, body) => {
      guard(key);
      return store.putIfAbsent(key, body);
    },
    putIfUnchanged: async (key, body, version) => {
      guard(key);
      return store.putIfUnchanged(key, body, version);
    },
  };
  return { guarded, refused: () => refused };
}

/** A control plane that says what is wrong with it: a finding that must be fixed. */
const withBlocker = (of: World, code: string): World =>
  changed(of, blocked.name, (cluster) => ({
    ...cluster,
    cluster: { ...cluster.cluster, health: { issues: [{ code, message: 'gone', resourceIds: ['subnet-1'] }] } },
  }));

describe('a fleet with an account that denies', () => {
  it('is scanned all the same, and its coverage says which and why', async () => {
    const run = await scan(21);
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { complete: false, totals: { clusters: 3 } } });
    const { targets, clusters } = coverageOf(run);
    expect(targets.filter(({ status }) => status === 'failed')).toMatchObject([{ accountId: '444444444444', code: 'AssumeRoleDenied' }]);
    expect(clusters.map(({ name, status }) => [name, status])).toEqual([
      ['payments-next', 'scanned'],
      ['payments-us', 'scanned'],
      ['ml-training', 'failed'],
    ]);
    expect(latest()).toMatchObject({ runId: runIdOf(run), complete: false });
  });

  it('fails when there is nothing else', async () => {
    world = { ...smallWorld, accounts: smallWorld.accounts.filter(({ denied }) => denied) };
    await publishFor(store, world);
    expect(await scan(21)).toMatchObject({ status: 'FAILED', error: 'NothingScanned' });
  });
});

describe('an input', () => {
  it.each([
    [{ accounts: '111' }, 'accounts: '],
    [{ asOf: 'yesterday' }, 'asOf: expected a UTC date'],
    [{ resumeRunId: '2026-11-20T06-00-00Z-00000000' }, 'resumeRunId: expected'],
  ])('that is wrong fails the execution by name, and says what is wrong: %j', async (input, cause) => {
    const run = await startExecution(fleetScan, worldOver(store), { input });
    expect(run).toMatchObject({ status: 'FAILED', error: 'InvalidInput', visited: ['DiscoverTargets', 'RunFailed'] });
    expect(run.cause).toContain(cause);
  });
});

describe('a scan function', () => {
  it.each(Object.keys(realHandlers(memoryStore().store, () => smallWorld, outbox().ports)))(
    '%s whose answer is lost is invoked again, and leaves what it would have left',
    async (on) => {
      const calm = { memory, run: await scan(21) };
      const toldOnce = told();
      memory = memoryStore();
      store = memory.store;
      clear();
      await publishFor(store, smallWorld);
      const run = await scan(21, { faults: [{ on, call: 1, what: 'crash' }] });
      expect(run).toMatchObject({ status: 'SUCCEEDED', output: calm.run.output });
      expect(await left('runs/')).toEqual(await left('runs/', calm.memory));
      expect(await left('state/')).toEqual(await left('state/', calm.memory));
      expect(told()).toEqual(toldOnce);
    },
  );

  const killed: Fault = { on: 'ScanClusterFunction', call: 2, what: { error: 'Runtime.ExitError', message: 'signal: killed' } };

  it('that is killed costs its cluster alone, and resumeRunId scans that one alone', async () => {
    const run = await scan(21, { faults: [killed] });
    const lost = coverageOf(run).clusters.filter(({ message }) => message?.includes('killed'));
    expect(lost).toMatchObject([{ status: 'failed', code: 'Internal' }]);
    const resumed = await startExecution(fleetScan, worldOver(store), { name: 'fleet-scan:again', input: { resumeRunId: runIdOf(run) } });
    expect(resumed).toMatchObject({ status: 'SUCCEEDED', output: { runId: runIdOf(run), totals: { clusters: 3 } } });
    const items = resumed.maps.ScanClusters?.children.map((child) =>
      z.object({ cluster: z.object({ name: z.string() }) }).parse(child?.input),
    );
    // What failed before is no result: the cluster that nobody may describe is asked again, too.
    expect(items?.map(({ cluster }) => cluster.name).toSorted()).toEqual([lost[0]?.name, 'ml-training'].toSorted());
    expect(coverageOf(resumed).clusters.filter(({ message }) => message?.includes('killed'))).toEqual([]);
  });
});

describe('a store that refuses', () => {
  const ofHealthy = (key: string) => key.includes('/payments-next');

  it.each([
    ['once', 1],
    ['for ever', Number.POSITIVE_INFINITY],
  ])('what is said of a cluster, %s: the rest of the fleet is scanned, and the run says which was not', async (_what, times) => {
    const { guarded, refused } = refusing((key) => ofHealthy(key) && !key.includes('/failures/'), times);
    const run = await scan(21, {}, guarded);
    expect(run.status).toBe('SUCCEEDED');
    expect(refused()).toBe(1);
    const failed = coverageOf(run).clusters.find(({ name }) => name === healthy.name);
    expect(failed).toMatchObject({ status: 'failed', message: expect.stringContaining('AccessDenied') });
    expect(await store.get(keys.clusterState(healthy))).toBeUndefined();
    expect(stateOf(blocked).runId).toBe(runIdOf(run));
  });

  it('even the record of the failure: the cluster is still no success', async () => {
    const run = await scan(21, {}, refusing(ofHealthy).guarded);
    expect(run.status).toBe('SUCCEEDED');
    expect(coverageOf(run).clusters.find(({ name }) => name === healthy.name)).toMatchObject({ status: 'failed', code: 'Internal' });
  });

  it.each<[string, (key: string) => boolean, string]>([
    ['the work list', (key) => key.endsWith('clusters.jsonl'), 'PlanScan'],
    ['the report of the run', (key) => key.endsWith('/run.json'), 'SummarizeRun'],
    ['the records of what was told', (key) => key.startsWith('state/notifications/'), 'Notify'],
    ['the state', (key) => key.startsWith('state/clusters/'), 'CommitRun'],
  ])('%s for ever: the run fails there, and the next one tells what it did not', async (_what, which, state) => {
    const run = await scan(21, {}, refusing(which).guarded);
    expect(run).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('AccessDenied') });
    expect(run.visited.at(-2)).toBe(state);
    expect(await store.get(keys.latest)).toBeUndefined();
    const next = await scan(22);
    expect(next.status).toBe('SUCCEEDED');
    expect(told().filter(({ kind }) => kind === 'milestone')).toHaveLength(1);
    expect(heard('Cluster Discovered')).toHaveLength(2);
    expect(new Set(told().map(({ id }) => id)).size).toBe(told().length);
  });

  it.each(['state/notifications/', 'state/clusters/', 'state/latest'])(
    'a write below %s once: it is written by another try',
    async (prefix) => {
      const { guarded, refused } = refusing((key) => key.startsWith(prefix), 1);
      expect((await scan(21, {}, guarded)).status).toBe('SUCCEEDED');
      expect(refused()).toBe(1);
      expect(new Set(told().map(({ id }) => id)).size).toBe(told().length);
      clear();
      await scan(22);
      expect(told()).toEqual([]);
    },
  );
});

describe('what is told', () => {
  it('is told by another try when SNS fails once, and nothing twice', async () => {
    box.refusals.push('Throttling: Rate exceeded');
    const run = await scan(21);
    expect(run.status).toBe('SUCCEEDED');
    expect(box.alerts).toHaveLength(1);
    expect(heard('Fleet Scan Completed')).toHaveLength(1);
    expect(heard('Cluster Support Milestone')).toHaveLength(1);
  });

  it('is told by the next run when SNS fails throughout this one', async () => {
    box.refusals.push(...Array.from({ length: 12 }, () => 'InternalError'));
    expect(await scan(21)).toMatchObject({
      status: 'FAILED',
      error: 'NotificationFailed',
      cause: expect.stringContaining('InternalError'),
    });
    expect([box.alerts, await store.get(keys.latest)]).toEqual([[], undefined]);
    const resumeRunId = Object.keys(await left('runs/'))[0]?.split('/')[1] ?? '';
    const next = await startExecution(fleetScan, worldOver(store), { name: 'fleet-scan:again', input: { resumeRunId } });
    expect(next.status).toBe('SUCCEEDED');
    expect(told().map(({ kind }) => kind)).toEqual(['milestone', 'incomplete']);
  });

  it('is nothing in a run that finds nothing new', async () => {
    await scan(21);
    clear();
    const second = await scan(22);
    expect(second.status).toBe('SUCCEEDED');
    expect(box.alerts).toEqual([]);
    expect(box.events.map(({ detailType }) => detailType)).toEqual(['Fleet Scan Completed']);
    expect(storedRun(runIdOf(second)).changes).toEqual([]);
    expect(stateOf(healthy).runId).toBe(runIdOf(second));
  });

  it('is a new blocker, once', async () => {
    await scan(21);
    clear();
    world = withBlocker(world, 'Ec2SubnetNotFound');
    await scan(22);
    expect(box.alerts).toHaveLength(1);
    expect(told()).toMatchObject([
      { kind: 'appeared', clusterArn: expect.stringContaining(blocked.name), finding: { check: 'cluster-health' } },
    ]);
    clear();
    await scan(23);
    expect([box.alerts, heard('Finding Appeared')]).toEqual([[], []]);
    world = smallWorld;
    await scan(24);
    expect(box.alerts).toEqual([]);
    expect(heard('Finding Resolved')).toHaveLength(1);
  });

  it('is a blocker again when it comes back', async () => {
    await scan(21);
    world = withBlocker(smallWorld, 'Ec2SubnetNotFound');
    await scan(22);
    world = smallWorld;
    await scan(23);
    clear();
    world = withBlocker(smallWorld, 'Ec2SubnetNotFound');
    await scan(24);
    expect(told().map(({ kind }) => kind)).toEqual(['appeared']);
  });

  it('is a milestone, once each, and the larger ones that it passed not at all', async () => {
    const milestones = () =>
      told().flatMap(({ kind, to, clusterArn }) => (kind === 'milestone' && clusterArn?.endsWith(blocked.name) ? [to] : []));
    await scan(21);
    expect(milestones()).toEqual(['180']);
    clear();
    await scan(22, { input: { asOf: '2026-12-20', notify: true } });
    expect(milestones()).toEqual([]);
    await scan(23, { input: { asOf: '2027-02-21', notify: true } });
    expect(milestones()).toEqual(['30']);
    clear();
    await scan(24, { input: { asOf: '2027-02-22', notify: true } });
    expect(milestones()).toEqual([]);
  });

  it('is nothing when it is asked to be, and then the state stays', async () => {
    await startExecution(fleetScan, worldOver(store), { input: { asOf, notify: false } });
    expect([box.alerts, box.events, await store.get(keys.latest)]).toEqual([[], [], undefined]);
  });

  it('is a marked sample in a simulation, of which nothing stays', async () => {
    const run = await scan(21, { input: { simulate: 'milestone' } });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { simulate: 'milestone' } });
    expect(box.alerts).toMatchObject([{ event: { simulated: true } }]);
    expect(Object.keys(await left('state/'))).toEqual([]);
  });
});

describe('a run that ends before CommitRun', () => {
  it('is continued by a redrive: the state moves, and nothing is told twice', async () => {
    const stopped = await scan(21, { stopAt: 'CommitRun' });
    expect(stopped).toMatchObject({ status: 'ABORTED', last: { state: 'CommitRun' } });
    expect(await store.get(keys.latest)).toBeUndefined();
    const before = told();
    const run = await redriveExecution(fleetScan, worldOver(store), stopped);
    expect(run.status).toBe('SUCCEEDED');
    expect(told()).toEqual(before);
    expect(latest().runId).toBe(runIdOf(run));
  });

  it.each([
    'DiscoverTargets',
    'ListAccounts',
    'ListClusters',
    'PlanScan',
    'ScanClusters',
    'ScanCluster',
    'SummarizeRun',
    'Notify',
    'CommitRun',
  ])('at %s, is continued by a redrive to the same end', async (stopAt) => {
    const calm = { memory, run: await scan(21) };
    memory = memoryStore();
    store = memory.store;
    await publishFor(store, smallWorld);
    const stopped = await scan(21, { stopAt });
    expect(stopped.status).toBe('ABORTED');
    const run = await redriveExecution(fleetScan, worldOver(store), stopped);
    expect(run.output).toEqual(calm.run.output);
    expect(await left('state/')).toEqual(await left('state/', calm.memory));
    expect(Object.keys(await left('runs/'))).toEqual(Object.keys(await left('runs/', calm.memory)));
  });

  it('and is left so: the next run sees the same changes, and tells nobody twice', async () => {
    await scan(21, { stopAt: 'CommitRun' });
    const before = told();
    const next = await scan(22);
    expect(next.status).toBe('SUCCEEDED');
    expect(storedRun(runIdOf(next)).changes.length).toBeGreaterThan(0);
    expect(told()).toEqual(before);
    expect(latest().runId).toBe(runIdOf(next));
  });

  it('in the middle of the commit: the next run changes nothing that was told', async () => {
    const { guarded } = refusing((key) => key === keys.latest || key === keys.clusterState(blocked));
    expect((await scan(21, {}, guarded)).status).toBe('FAILED');
    expect(stateOf(healthy)).toMatchObject({ verdict: 'READY' });
    const before = told();
    expect((await scan(22)).status).toBe('SUCCEEDED');
    expect(told()).toEqual(before);
  });
});

describe('two runs at the same time on one store', () => {
  it('tell everything once, and leave the state of the later one', async () => {
    const two = await Promise.all([scan(21), scan(22)]);
    expect(two.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    const [first, second] = two.map(runIdOf);
    expect(
      told()
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['incomplete', 'milestone']);
    expect(heard('Fleet Scan Completed')).toHaveLength(2);
    expect(heard('Cluster Discovered')).toHaveLength(2);
    expect(latest().runId).toBe(second);
    expect([first, second]).toContain(stateOf(healthy).runId);
    clear();
    await scan(23);
    expect(told()).toEqual([]);
  });

  it('keep their results apart', async () => {
    const [first, second] = await Promise.all([scan(21), scan(22)]);
    if (!first || !second) throw new Error('two runs');
    expect(runIdOf(first)).not.toBe(runIdOf(second));
    const places = (run: Execution) => coverageOf(run).clusters.map(({ name, status }) => `${name} ${status}`);
    expect(places(first)).toEqual(places(second));
    expect(Object.keys(await left(`runs/${runIdOf(first)}/`))).toHaveLength(Object.keys(await left(`runs/${runIdOf(second)}/`)).length);
  });
});
