import { createHash } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clusterStateSchema, latestSchema } from '../../functions/fleet/cluster-state.ts';
import { type StoredRun, storedRunSchema } from '../../functions/fleet/run-report.ts';
import { notificationRecordSchema } from '../../functions/notifications/record.ts';
import { keys } from '../../functions/store/layout.ts';
import {
  allowDisruptions,
  keysBelow,
  listenTo,
  listenToEvents,
  object,
  outputs,
  put,
  type Received,
  reportOf,
  scan,
  succeeded,
} from './deployed.ts';
import { LOGISTICS_ACCOUNT, PAYMENTS_ACCOUNT } from './pipeline-world.ts';
import { admin } from './world.ts';

/** What breaks while the deployed pipeline is at work. After each: the coverage says it, nothing is lost, nothing is told twice, and the last
 *  known state is that of the last run that happened. */

const fleet = { asOf: '2026-11-25', notify: true };
/** The two clusters that can be read in full: without the endpoint that never answers, a run takes seconds. */
const part = { ...fleet, accounts: [PAYMENTS_ACCOUNT, LOGISTICS_ACCOUNT], regions: ['us-east-1'], clusters: ['payments', 'orders'] };
const payments = { accountId: PAYMENTS_ACCOUNT, region: 'us-east-1', name: 'payments' };

let alerts: { received(): Promise<Received[]> };
let chat: { received(): Promise<Received[]> };
let events: Awaited<ReturnType<typeof listenToEvents>>;
beforeAll(async () => {
  alerts = await listenTo(outputs().AlertsTopicArn, 'faults-alerts');
  chat = await listenTo(outputs().ChatTopicArn, 'faults-chat');
  events = await listenToEvents('faults-events');
  await succeeded(fleet);
});
beforeEach(async () => {
  await told();
});
afterEach(() => admin({ clear: '*' }));

/** What has come since the last time: the kinds of each message, the number of posts, the types of the events. */
async function told() {
  const messages = await alerts.received();
  const posts = await chat.received();
  const types = (await events.received()).map((event) => event['detail-type']).toSorted();
  return { alerts: messages.map(({ MessageAttributes }) => MessageAttributes.kind?.Value), chat: posts.length, events: types };
}
const nothing = { alerts: [], chat: 0, events: [] };
const nothingButTheEnd = { ...nothing, events: ['Fleet Scan Completed'] };
const incomplete = { alerts: ['incomplete'], chat: 1, events: ['Fleet Scan Completed'] };
const appeared = { alerts: ['appeared'], chat: 1, events: ['Finding Appeared', 'Fleet Scan Completed'] };

const latest = async () => latestSchema.parse(await object('state/latest.json'));
const stateOf = async (cluster: typeof payments) => clusterStateSchema.parse(await object(keys.clusterState(cluster)));
const clusterOf = ({ coverage }: StoredRun, name: string) => coverage.clusters.find((cluster) => cluster.name === name);
const verdictOf = ({ clusters }: StoredRun, name: string) => clusters.find(({ cluster }) => cluster.name === name)?.verdict;
const changesOf = ({ changes }: StoredRun) =>
  changes.map(({ kind, clusterArn, finding }) => [kind, clusterArn.split('/').at(-1), finding?.check].filter(Boolean).join(' '));
const blocked = ['appeared payments pdb-blocks-drain'];

/** The state as a run must find it that is told apart from what it leaves. */
const known = async () => ({ latest: await latest(), payments: await stateOf(payments) });

/** A blocker that is new while the work is done; then it ends, which only the bus is told. */
async function withBlocker(work: () => Promise<void>): Promise<void> {
  allowDisruptions(0);
  let after: StoredRun;
  try {
    await work();
  } finally {
    await admin({ clear: '*' });
    allowDisruptions(1);
    after = await succeeded(part);
  }
  expect(changesOf(after)).toEqual(['resolved payments pdb-blocks-drain']);
  expect(await told()).toEqual({ ...nothing, events: ['Finding Resolved', 'Fleet Scan Completed'] });
}

describe('AWS that throttles', () => {
  it('is asked again, and the run is complete', async () => {
    await admin({ fault: 'throttle', account: LOGISTICS_ACCOUNT, cluster: 'orders', count: 3 });
    expect((await succeeded(part)).coverage.complete).toBe(true);
    expect(await told()).toEqual(nothingButTheEnd);
  });

  it('for good is what the coverage says, of the one cluster', async () => {
    await admin({ fault: 'throttle', cluster: 'orders', operation: 'ListAddons', count: 1000 });
    const run = await succeeded(part);
    expect(run.coverage.complete).toBe(false);
    expect(clusterOf(run, 'orders')).toMatchObject({ status: 'scanned', unavailable: { Throttled: expect.any(Number) } });
    expect(clusterOf(run, 'payments')).toMatchObject({ status: 'scanned', unavailable: {} });
    expect(changesOf(run)).toEqual(['verdict-changed orders']);
    expect(await told()).toMatchObject({ alerts: ['["verdict-changed","incomplete"]'], chat: 1 });
    await admin({ clear: '*' });
    const after = await succeeded(part);
    expect(after.coverage.complete).toBe(true);
    expect(changesOf(after)).toEqual(['verdict-changed orders']);
    expect(await told()).toMatchObject({ alerts: ['verdict-changed'], chat: 1 });
  });
});

it('an API server that hangs is given up, and the rest goes on', async () => {
  await admin({ fault: 'hang', plane: 'orders' });
  const run = await succeeded(part);
  expect(clusterOf(run, 'orders')).toMatchObject({ status: 'scanned', unavailable: { Timeout: expect.any(Number) } });
  expect(clusterOf(run, 'payments')).toMatchObject({ status: 'scanned', unavailable: {} });
  expect(verdictOf(run, 'orders')).toBe('CANNOT_DETERMINE');
  expect(await told()).toMatchObject({ alerts: ['["verdict-changed","incomplete"]'], chat: 1 });
  await admin({ clear: '*' });
  const after = await succeeded(part);
  expect(after.coverage.complete).toBe(true);
  expect(verdictOf(after, 'orders')).toBe('READY_WITH_WARNINGS');
});

describe('functions that are killed in the middle of a call', () => {
  it('cost one account and one cluster; the run, resumed, does those and tells what is new, once', () =>
    withBlocker(async () => {
      const before = await known();
      await admin({ fault: 'crash', function: 'eks-greenlight-list-clusters', operation: 'ListClusters', account: LOGISTICS_ACCOUNT });
      await admin({ fault: 'crash', function: 'eks-greenlight-scan-cluster', operation: 'DescribeNodegroup', cluster: 'payments' });
      const run = await succeeded(fleet);
      const lost = { status: 'failed', code: 'Internal', message: expect.stringContaining('Runtime.ExitError') };
      expect(run.coverage.targets.filter(({ accountId }) => accountId === LOGISTICS_ACCOUNT)).toMatchObject([{ region: '*', ...lost }]);
      expect(run.coverage.clusters.map(({ name, status }) => [name, status])).toEqual([
        ['forbidden', 'scanned'],
        ['vault', 'scanned'],
        ['legacy', 'scanned'],
        ['payments', 'failed'],
      ]);
      expect(clusterOf(run, 'payments')).toMatchObject(lost);
      expect(changesOf(run)).toEqual([]);
      expect(await told()).toEqual(incomplete);
      // Nobody has seen it: what is known of it stays, but for the failure.
      expect(await stateOf(payments)).toMatchObject({ runId: before.payments.runId, failedRuns: 1, failedIn: run.runId });

      const resumed = await succeeded({ resumeRunId: run.runId });
      expect(resumed.runId).toBe(run.runId);
      expect(resumed.coverage.clusters.map(({ name, status }) => [name, status])).toEqual(
        ['forbidden', 'vault', 'legacy', 'payments', 'edge', 'orders'].map((name) => [name, 'scanned']),
      );
      expect(changesOf(resumed)).toEqual(blocked);
      // That the run has ended was said already.
      expect(await told()).toEqual({ ...appeared, events: ['Finding Appeared'] });
      expect(await stateOf(payments)).toMatchObject({ runId: run.runId, failedRuns: 0, failedIn: null });
      const { runId, failures } = await latest();
      expect([runId, failures.filter((failure) => failure.includes('Internal'))]).toEqual([run.runId, []]);

      expect(changesOf(await succeeded(fleet))).toEqual([]);
      expect(await told()).toEqual(nothingButTheEnd);
    }));
});

describe('a store that refuses', () => {
  const refusal = { fault: 'fail', operation: 'PutObject', function: 'eks-greenlight-scan-cluster' };

  it('once is asked again', async () => {
    await admin({ ...refusal, key: 'runs/*/coverage/*/payments.json', count: 1, status: 500, code: 'InternalError', message: 'try again' });
    const run = await succeeded(part);
    expect(run.coverage.complete).toBe(true);
    expect(await told()).toEqual(nothingButTheEnd);
  });

  it('what is said of a cluster makes that one failed, and says of which object', () =>
    withBlocker(async () => {
      const before = await known();
      const key = 'findings/*/payments.jsonl';
      await admin({ ...refusal, key, count: 1000, status: 403, code: 'AccessDenied', message: 'no' });
      const run = await succeeded(part);
      expect(clusterOf(run, 'payments')).toMatchObject({
        status: 'failed',
        code: 'AccessDenied',
        message: expect.stringMatching(/s3:PutObject of s3:.*\/findings\/.*\/payments\.jsonl/),
      });
      expect(clusterOf(run, 'orders')).toMatchObject({ status: 'scanned', unavailable: {} });
      expect(await told()).toEqual(incomplete);
      expect(await stateOf(payments)).toMatchObject({ runId: before.payments.runId, failedIn: run.runId });
      await admin({ clear: '*' });
      expect(changesOf(await succeeded(part))).toEqual(blocked);
      expect(await told()).toEqual(appeared);
    }));
});

describe('a topic that refuses', () => {
  const refusal = { fault: 'fail', operation: 'Publish', status: 403, code: 'AuthorizationError', message: 'not now' };

  it('once is asked again, and whoever was told by then is not told again', () =>
    withBlocker(async () => {
      await admin({ ...refusal, count: 1 });
      expect(changesOf(await succeeded(part))).toEqual(blocked);
      expect(await told()).toEqual(appeared);
    }));

  it('every time fails the run and leaves the state; the run, resumed, tells it, once', () =>
    withBlocker(async () => {
      const before = await known();
      await admin({ ...refusal, count: 1000 });
      const execution = await scan(part);
      expect(execution).toMatchObject({ status: 'FAILED', error: 'NotificationFailed', cause: expect.stringContaining('alerts topic') });
      expect(await known()).toEqual(before);
      expect(await told()).toEqual({ ...nothing, events: appeared.events });

      await admin({ clear: '*' });
      const resumed = await succeeded({ resumeRunId: await runOf(execution.arn) });
      expect(changesOf(resumed)).toEqual(blocked);
      expect(await told()).toEqual({ ...appeared, events: [] });
      expect(await stateOf(payments)).toMatchObject({ runId: resumed.runId });
      expect(changesOf(await succeeded(part))).toEqual([]);
      expect(await told()).toEqual(nothingButTheEnd);
    }));

  it('every time, and nobody resumes that run: the next one tells it, once', () =>
    withBlocker(async () => {
      const before = await known();
      await admin({ ...refusal, count: 1000 });
      const failed = await scan(fleet);
      expect(failed.error).toBe('NotificationFailed');
      expect(await known()).toEqual(before);
      await told();

      await admin({ clear: '*' });
      await ageClaims(await runOf(failed.arn));
      const run = await succeeded(part);
      expect(changesOf(run)).toEqual(blocked);
      expect(await told()).toEqual({ ...appeared, events: ['Fleet Scan Completed'] });
      expect((await stateOf(payments)).runId).toBe(run.runId);
    }));
});

describe('a run that breaks off in its commit', () => {
  const commit = { fault: 'crash', function: 'eks-greenlight-commit-run', operation: 'PutObject' };

  it('and is tried again by the machine has happened once', () =>
    withBlocker(async () => {
      await admin({ ...commit, key: keys.clusterState(payments), after: true });
      const run = await succeeded(part);
      expect(changesOf(run)).toEqual(blocked);
      expect(await told()).toEqual(appeared);
      expect((await stateOf(payments)).runId).toBe(run.runId);
    }));

  it('every time has not happened; the next one tells nothing twice, and has', () =>
    withBlocker(async () => {
      const before = await known();
      await admin({ ...commit, key: keys.clusterState(payments), count: 1000 });
      const execution = await scan(fleet);
      expect(execution).toMatchObject({ status: 'FAILED', error: 'Runtime.ExitError' });
      expect(await told()).toEqual(appeared);
      expect(await known()).toEqual(before);

      await admin({ clear: '*' });
      const run = await succeeded(fleet);
      expect(changesOf(run)).toEqual(blocked);
      expect(await told()).toEqual(nothingButTheEnd);
      expect(await known()).toMatchObject({ latest: { runId: run.runId }, payments: { runId: run.runId } });
    }));
});

it('two runs at the same time tell a new blocker once, and the later one is the last known state', () =>
  withBlocker(async () => {
    // Neither tells before both have compared with what was known before them.
    await admin({ fault: 'hold', function: 'eks-greenlight-notify', operation: 'GetObject' });
    // Whoever tells first is at it for two seconds, in which the other finds it claimed.
    await admin({ fault: 'latency', operation: 'Publish', seconds: 1 });
    const reports = async () => (await keysBelow('runs/')).filter((key) => key.endsWith('/run.json')).length;
    const earlier = await reports();
    const both = Promise.all([scan(fleet), scan(fleet)]);
    await expect.poll(reports, { timeout: 100_000, interval: 200 }).toBe(earlier + 2);
    await admin({ clear: 'hold' });
    const executions = await both;
    expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    const runs = (await Promise.all(executions.map(reportOf))).toSorted((a, b) => (a.runId < b.runId ? -1 : 1));
    for (const run of runs) expect(run.coverage.clusters.map(({ status }) => status)).toEqual(Array(6).fill('scanned'));
    expect(runs.map(changesOf)).toEqual([blocked, blocked]);
    const { events: types, ...messages } = await told();
    expect(messages).toEqual({ alerts: ['appeared'], chat: 1 });
    expect(types.toSorted()).toEqual(['Finding Appeared', 'Fleet Scan Completed', 'Fleet Scan Completed']);
    expect((await latest()).runId).toBe(runs[1]?.runId);
    const { runId, collectedAt } = await stateOf(payments);
    const evidenceOf = (run: StoredRun) => run.clusters.find(({ cluster }) => cluster.name === 'payments')?.collectedAt ?? '';
    expect(runs.map((run) => run.runId)).toContain(runId);
    expect(collectedAt).toBe(runs.map(evidenceOf).toSorted().at(-1));
    expect(changesOf(await succeeded(part))).toEqual([]);
    expect(await told()).toEqual(nothingButTheEnd);
  }));

/** The run of an execution that failed after its report was written: its id ends in a digest of the execution's ARN. */
async function runOf(executionArn: string): Promise<string> {
  const suffix = createHash('sha256').update(executionArn).digest('hex').slice(0, 8);
  const key = (await keysBelow('runs/')).find((one) => one.endsWith(`-${suffix}/run.json`)) ?? '';
  return storedRunSchema.parse(await object(key)).runId;
}

/** A quarter of an hour later: what the run had begun to tell is no longer left to it. */
async function ageClaims(runId: string): Promise<void> {
  for (const key of await keysBelow('state/notifications/')) {
    const record = notificationRecordSchema.parse(await object(key));
    if (record.runId !== runId) continue;
    const claimedAt = new Date(Date.parse(record.claimedAt) - 15 * 60_000).toISOString();
    await put(key, JSON.stringify({ ...record, claimedAt }));
  }
}
