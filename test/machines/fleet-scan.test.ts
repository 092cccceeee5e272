import { describe, expect, it } from 'vitest';
import { keys } from '../../functions/store/layout.ts';
import type { Fault } from '../../simulator/step-functions/faults.ts';
import { largestPayload, mostEvents } from '../../simulator/step-functions/history.ts';
import { redriveExecution, type StartOptions, startExecution } from '../../simulator/step-functions/run-asl.ts';
import { aslText } from './asl-texts.ts';
import { fakeScan, runId } from './fake-scan.ts';

const fleetScan = aslText('fleet-scan');
const account = (n: number) => String(n).repeat(12);
const three = { [account(1)]: ['payments', 'search'], [account(2)]: [], [account(3)]: ['retail'] };

const scanOf = async (options: StartOptions = {}, accounts: Record<string, string[]> = three) => {
  const scan = fakeScan({ accounts });
  return { ...scan, run: await startExecution(fleetScan, scan, options) };
};

/** The catch of a child, as it was recorded. */
const failure = (error: string, cause: unknown) => ({ Error: error, Cause: cause });

describe('fleet-scan', () => {
  it('enters every account, scans every cluster, tells and commits', async () => {
    const { run, calls, scanned } = await scanOf();
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      maps: { ListAccounts: { maxConcurrency: 50 }, ScanClusters: { maxConcurrency: 50 } },
    });
    expect(calls.list.payloads).toEqual(
      Object.keys(three).map((accountId) => ({ runId, account: { accountId, accountName: null, regions: null } })),
    );
    expect(scanned.map(({ accountId, name }) => [accountId, name])).toEqual([
      [account(1), 'payments'],
      [account(1), 'search'],
      [account(3), 'retail'],
    ]);
    expect(calls.notify.payloads).toMatchObject([{ run: { runId, notify: true } }]);
    expect(calls.commit.payloads).toEqual([{ runId }]);
    expect(run.visited.indexOf('CommitRun')).toBeGreaterThan(run.visited.indexOf('Notify'));
  });

  it('answers what callers rely on, and nothing else', async () => {
    const { run } = await scanOf();
    expect(run.output).toEqual({ runId, complete: true, totals: { clusters: 3 }, reportKey: `runs/${runId}/run.json` });
  });

  it('tells discover-targets the input as it was given, which execution it is and when it began', async () => {
    const input = { accounts: [account(1)], notify: false };
    const { calls } = await scanOf({ input, name: 'fleet-scan:7f', startTime: '2026-11-22T06:00:00.000Z' });
    const executionId = 'arn:aws:states:eu-west-1:999999999999:execution:fleet-scan:7f';
    expect(calls.discover.payloads).toEqual([{ input, executionId, startTime: '2026-11-22T06:00:00.000Z' }]);
  });

  it('fails at once on a bad input, with what is wrong as the cause', async () => {
    const { run, calls } = await scanOf({ input: { notify: 'yes' } });
    expect(run).toMatchObject({ status: 'FAILED', error: 'InvalidInput' });
    expect(run.cause).toContain('notify: expected true or false');
    expect(run.visited).toEqual(['DiscoverTargets', 'RunFailed']);
    expect(calls.discover.payloads).toHaveLength(1);
  });

  it('runs no more children at a time than discover-targets says', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `c${index}`);
    const scan = fakeScan({ accounts: { ...three, [account(4)]: names }, concurrency: { accounts: 2, clusters: 7 } });
    const { maps } = await startExecution(fleetScan, scan);
    expect(maps.ListAccounts).toMatchObject({ maxConcurrency: 2, maxParallel: 2 });
    expect(maps.ScanClusters).toMatchObject({ maxConcurrency: 7, maxParallel: 7 });
  });

  it('keeps what its children say out of its payloads', async () => {
    const { run, text } = await scanOf();
    expect(run.children.map(({ output }) => output)).toEqual(run.children.map(() => ({})));
    expect(text(`runs/${runId}/maps/accounts/ListAccounts/manifest.json`)).toContain('SUCCEEDED');
    expect(text(`runs/${runId}/maps/clusters/ScanClusters/manifest.json`)).toContain('SUCCEEDED');
  });
});

describe('fleet-scan that is not to tell', () => {
  it('leaves the state as it is', async () => {
    const { run, calls } = await scanOf({ input: { notify: false } });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { complete: true } });
    expect([calls.notify.payloads, calls.commit.payloads]).toEqual([[], []]);
  });

  it('still fails when nothing was scanned', async () => {
    const { run } = await scanOf({ input: { notify: false } }, {});
    expect(run).toMatchObject({ status: 'FAILED', error: 'NothingScanned' });
  });
});

describe('a simulation', () => {
  it('sends its sample through the real path, and scans and commits nothing', async () => {
    const { run, calls, scanned } = await scanOf({ input: { simulate: 'milestone' } });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { runId, simulate: 'milestone' } });
    expect(calls.notify.payloads).toMatchObject([{ run: { simulate: 'milestone' } }]);
    expect([calls.list.payloads, calls.summarize.payloads, calls.commit.payloads, scanned]).toEqual([[], [], [], []]);
  });
});

describe('fleet-scan with nothing to scan', () => {
  it.each([
    ['no accounts', {}, ['ListAccounts', 'ScanClusters']],
    ['no clusters', { [account(1)]: [], [account(2)]: [] }, ['ScanClusters']],
  ])('of %s tells, commits and fails', async (_what, accounts, skipped) => {
    const { run, calls } = await scanOf({}, accounts);
    expect(run).toMatchObject({ status: 'FAILED', error: 'NothingScanned', cause: expect.stringContaining('run.json') });
    expect(run.visited).toEqual(expect.not.arrayContaining(skipped));
    expect(calls.commit.payloads).toHaveLength(1);
  });

  it('of clusters that all fail fails, too', async () => {
    const { run } = await scanOf({ faults: [{ on: 'ScanClusterFunction', call: 'every', what: { error: 'Internal' } }] });
    expect(run).toMatchObject({ status: 'FAILED', error: 'NothingScanned' });
  });
});

describe('a child that fails', () => {
  const put = 'aws-sdk:s3:putObject';

  it('is recorded for its account, and the rest goes on', async () => {
    const what = { error: 'AssumeRoleDenied', message: 'not allowed to enter' };
    const { run, text, scanned } = await scanOf({ faults: [{ on: 'ListClustersFunction', call: 1, what }] });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { complete: false } });
    const cause = JSON.stringify({ errorType: what.error, errorMessage: what.message });
    expect(JSON.parse(text(keys.accountFailure(runId, account(1))))).toEqual(failure('AssumeRoleDenied', cause));
    expect(scanned.map(({ name }) => name)).toEqual(['retail']);
  });

  it.each<[string, Fault['what'], string]>([
    ['throws', { error: 'InvalidResponse' }, 'InvalidResponse'],
    ['takes too long', 'timeout', 'States.Timeout'],
    ['is killed', { error: 'Runtime.ExitError', message: 'signal: killed' }, 'Runtime.ExitError'],
  ])('is recorded for its cluster when it %s, and the rest goes on', async (_what, what, error) => {
    const { run, text, scanned, written } = await scanOf({ faults: [{ on: 'ScanClusterFunction', call: 2, what }] });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { complete: false, totals: { clusters: 2 } } });
    const key = keys.clusterFailure(runId, { accountId: account(1), region: 'eu-west-1', name: 'search' });
    expect(JSON.parse(text(key))).toMatchObject({ Error: error });
    expect(written.filter((one) => one.includes('/failures/'))).toEqual([key]);
    expect(scanned.map(({ name }) => name)).toEqual(['payments', 'retail']);
  });

  it('is recorded by another try when the first is refused', async () => {
    const faults: Fault[] = [
      { on: 'ScanClusterFunction', call: 1, what: { error: 'Internal' } },
      { on: put, call: 1, what: { error: 'S3.S3Exception' } },
    ];
    const { written } = await scanOf({ faults });
    expect(written.filter((one) => one.includes('/failures/'))).toHaveLength(1);
  });

  it.each(['ListClustersFunction', 'ScanClusterFunction'])('does not stop the rest when it cannot even be recorded: %s', async (on) => {
    const faults: Fault[] = [
      { on, call: 1, what: { error: 'Internal' } },
      { on: put, call: 'every', what: { error: 'S3.S3Exception' } },
    ];
    const { run, calls } = await scanOf({ faults });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { complete: false } });
    expect(run.children.every(({ status, output }) => status === 'SUCCEEDED' && JSON.stringify(output) === '{}')).toBe(true);
    expect(calls.commit.payloads).toHaveLength(1);
  });
});

describe('a failure of the Lambda service', () => {
  const functions = Object.keys(fakeScan({ accounts: three }).handlers);
  const passing = ['Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException', 'Lambda.TooManyRequestsException'];

  it.each(functions.flatMap((on) => passing.map((error) => [on, error] as const)))('of %s is retried: %s', async (on, error) => {
    const faults = [1, 2].map((call): Fault => ({ on, call, what: { error } }));
    const { run } = await scanOf({ faults });
    expect(run.output).toMatchObject({ complete: true, totals: { clusters: 3 } });
  });

  it.each(functions)('after %s had done its work does not harm', async (on) => {
    const { run } = await scanOf({ faults: [{ on, call: 1, what: 'crash' }] });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { runId } });
  });

  it.each(functions.filter((name) => !/ListClusters|ScanCluster/.test(name)))('of %s that stays fails the run by its name', async (on) => {
    const { run } = await scanOf({ faults: [{ on, call: 'every', what: { error: 'Lambda.ServiceException', message: 'down' } }] });
    expect(run).toMatchObject({ status: 'FAILED', error: 'Lambda.ServiceException', cause: expect.stringContaining('down') });
  });
});

describe('the end of a run', () => {
  it.each(['DiscoverTargetsFunction', 'PlanScanFunction', 'SummarizeRunFunction', 'NotifyFunction', 'CommitRunFunction'])(
    'waits for %s to be throttled no more',
    async (on) => {
      const { run } = await scanOf({ faults: [{ on, call: 1, what: { error: 'Throttled' } }] });
      expect(run.status).toBe('SUCCEEDED');
    },
  );

  it('is not reached when nobody could be told: the next run tells', async () => {
    const { run, calls } = await scanOf({ faults: [{ on: 'NotifyFunction', call: 'every', what: { error: 'NotificationFailed' } }] });
    expect(run).toMatchObject({ status: 'FAILED', error: 'NotificationFailed' });
    expect(calls.commit.payloads).toEqual([]);
  });

  it('is told by another try when one failed for any reason', async () => {
    const { run } = await scanOf({ faults: [{ on: 'NotifyFunction', call: 1, what: { error: 'NotificationFailed' } }] });
    expect(run.status).toBe('SUCCEEDED');
  });

  it('is reached by a redrive when the execution was stopped before CommitRun, and nothing is told twice', async () => {
    const scan = fakeScan({ accounts: three });
    const stopped = await startExecution(fleetScan, scan, { stopAt: 'CommitRun' });
    expect(stopped).toMatchObject({ status: 'ABORTED', last: { state: 'CommitRun' } });
    expect(scan.calls.commit.payloads).toEqual([]);
    const run = await redriveExecution(fleetScan, scan, stopped);
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { runId, complete: true } });
    expect(scan.calls.notify.payloads).toHaveLength(1);
    expect(scan.calls.commit.payloads).toHaveLength(1);
  });

  // Discover, a map of three, plan, a map of three, summarize, notify, commit.
  it.each(Array.from({ length: 13 }, (_, index) => index + 1))('is reached by a redrive after a stop at task %i', async (stopAt) => {
    const scan = fakeScan({ accounts: three });
    const stopped = await startExecution(fleetScan, scan, { stopAt });
    expect(stopped.status).toBe('ABORTED');
    const run = await redriveExecution(fleetScan, scan, stopped);
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { complete: true, totals: { clusters: 3 } } });
    expect(Object.values(scan.calls).map(({ payloads }) => payloads.length)).toEqual([1, 3, 1, 3, 1, 1, 1]);
  });
});

describe('10,000 clusters in 200 accounts', () => {
  it('stay within the limits of Step Functions', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `cluster-${index}`);
    const accounts = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [String(index).padStart(12, '0'), names]));
    const { run } = await scanOf({}, accounts);
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { complete: true, totals: { clusters: 10_000 } } });
    expect(run.children).toHaveLength(10_200);
    expect(run.maps.ScanClusters?.maxParallel).toBe(50);
    // The execution itself says nothing of single clusters: what it costs does not grow with the fleet.
    const { run: small } = await scanOf();
    expect(run.events).toBe(small.events);
    expect(run.events).toBeLessThan(mostEvents / 100);
    expect(run.largestPayload).toBeLessThan(largestPayload / 100);
  });
});
