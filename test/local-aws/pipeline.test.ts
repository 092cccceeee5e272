import { beforeAll, describe, expect, it } from 'vitest';
import type { StoredRun } from '../../functions/fleet/run-report.ts';
import { keysBelow, type Listener, listenTo, listenToEvents, object, outputs, type Received, scan, succeeded, text } from './deployed.ts';
import { DENIED_ACCOUNT, LOGISTICS_ACCOUNT, PAYMENTS_ACCOUNT } from './pipeline-world.ts';
import { kubectl } from './world.ts';

/** Eleven days before 1.34 leaves standard support. */
const BASELINE_DAY = '2026-11-21';

let alerts: { received(): Promise<Received[]> };
let chat: { received(): Promise<Received[]> };
let events: Awaited<ReturnType<typeof listenToEvents>>;
let onlyPayments: Listener;
beforeAll(async () => {
  alerts = await listenTo(outputs().AlertsTopicArn, 'alerts');
  chat = await listenTo(outputs().ChatTopicArn, 'chat');
  onlyPayments = await listenTo(outputs().AlertsTopicArn, 'only-payments', { cluster: ['payments'], kind: ['milestone'] });
  events = await listenToEvents('greenlight-events');
});

const received = async () => ({ alerts: await alerts.received(), chat: await chat.received(), events: await events.received() });

/** The cluster in the coverage of a run. */
const clusterOf = ({ coverage }: StoredRun, name: string) => coverage.clusters.find((cluster) => cluster.name === name);
const changesOf = ({ changes }: StoredRun) =>
  changes.map(({ kind, clusterArn, finding }) => [kind, clusterArn.split('/').at(-1), finding?.check].filter(Boolean).join(' '));

describe('a fleet that is scanned for the first time', () => {
  let run: StoredRun;
  let told: Awaited<ReturnType<typeof received>>;
  beforeAll(async () => {
    run = await succeeded({ asOf: BASELINE_DAY, notify: true });
    told = await received();
  });

  it('has three accounts, two regions and all their clusters in its coverage', () => {
    const targets = run.coverage.targets.map(({ accountId, region, status, code }) => [accountId, region, status, code]);
    expect(targets).toEqual([
      [PAYMENTS_ACCOUNT, 'eu-central-1', 'scanned', null],
      [PAYMENTS_ACCOUNT, 'us-east-1', 'scanned', null],
      [LOGISTICS_ACCOUNT, 'eu-central-1', 'failed', 'RegionDisabled'],
      [LOGISTICS_ACCOUNT, 'us-east-1', 'scanned', null],
      [DENIED_ACCOUNT, 'eu-central-1', 'failed', 'AssumeRoleDenied'],
      [DENIED_ACCOUNT, 'us-east-1', 'failed', 'AssumeRoleDenied'],
    ]);
    expect(run.coverage.complete).toBe(false);
    const codes = ['edge', 'forbidden', 'legacy', 'orders', 'payments', 'vault'].map((name) => [
      name,
      clusterOf(run, name)?.status,
      Object.keys(clusterOf(run, name)?.unavailable ?? {}).join(),
    ]);
    expect(codes).toEqual([
      ['edge', 'scanned', 'Timeout'],
      ['forbidden', 'scanned', 'Forbidden'],
      ['legacy', 'scanned', 'EndpointUnreachable'],
      ['orders', 'scanned', ''],
      ['payments', 'scanned', ''],
      ['vault', 'scanned', 'AccessNotConfigured'],
    ]);
  });

  it('is in the bucket under the agreed keys', async () => {
    const below = await keysBelow('');
    const place = `${PAYMENTS_ACCOUNT}/us-east-1/payments`;
    expect(below).toEqual(
      expect.arrayContaining([
        'config/greenlight.json',
        `runs/${run.runId}/run.json`,
        `runs/${run.runId}/items/targets.jsonl`,
        `runs/${run.runId}/items/clusters.jsonl`,
        `runs/${run.runId}/lists/${PAYMENTS_ACCOUNT}.jsonl`,
        `runs/${run.runId}/clusters/${place}.json`,
        `inventory/${place}/${run.runId}.json.gz`,
        `findings/date=${run.startedAt.slice(0, 10)}/account=${PAYMENTS_ACCOUNT}/region=us-east-1/payments.jsonl`,
        `catalog/us-east-1/${run.startedAt.slice(0, 10)}.json`,
        `state/clusters/${place}.json`,
        'state/latest.json',
      ]),
    );
    expect(await object('state/latest.json')).toMatchObject({ runId: run.runId, complete: false });
    const findings = (await text(`findings/date=${run.startedAt.slice(0, 10)}/account=${PAYMENTS_ACCOUNT}/region=us-east-1/payments.jsonl`))
      .trimEnd()
      .split('\n');
    expect(findings.map((line) => JSON.parse(line).check)).toContain('addon-version-unsupported');
  });

  it('tells of milestones, of ends of support and of what it could not read, in one message a channel', () => {
    expect(told.alerts).toHaveLength(1);
    expect(told.chat).toHaveLength(1);
    const [alert] = told.alerts;
    expect(alert?.Subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(alert?.Message).toMatchObject({ schemaVersion: '1', runId: run.runId });
    const kinds = new Set(JSON.parse(alert?.MessageAttributes.kind?.Value ?? '[]'));
    expect(kinds).toEqual(new Set(['milestone', 'appeared', 'incomplete']));
    expect(alert?.MessageAttributes.cluster).toMatchObject({ Type: 'String.Array', Value: expect.stringContaining('payments') });
    expect(told.chat[0]?.Message).toMatchObject({ version: '1.0', source: 'custom', content: { textType: 'client-markdown' } });
  });

  it('reaches who filters by attributes', async () => {
    expect(await onlyPayments.received()).toHaveLength(1);
  });

  it('puts an event for each change on the bus, and one for the run', () => {
    const types = told.events.map((event) => event['detail-type']);
    expect(types.filter((type) => type === 'Fleet Scan Completed')).toHaveLength(1);
    expect(types.filter((type) => type === 'Cluster Support Milestone').length).toBeGreaterThan(0);
    expect(told.events).toHaveLength(run.changes.length + 1);
  });
});

describe('the runs after it', () => {
  it('say nothing when nothing changed', async () => {
    const run = await succeeded({ asOf: BASELINE_DAY, notify: true });
    expect(run.changes).toEqual([]);
    const told = await received();
    expect([told.alerts, told.chat]).toEqual([[], []]);
    expect(told.events.map((event) => event['detail-type'])).toEqual(['Fleet Scan Completed']);
  });

  it('say one new blocker once, in one message a channel, and its end to the bus alone', async () => {
    const budget = (maxUnavailable: number) => {
      const patch = JSON.stringify({ spec: { maxUnavailable } });
      kubectl('patch', 'poddisruptionbudget', 'web', '--namespace', 'shop', '--type', 'merge', '--patch', patch);
      kubectl(
        'wait',
        '--namespace',
        'shop',
        '--timeout',
        '60s',
        '--for',
        `jsonpath={.status.disruptionsAllowed}=${maxUnavailable}`,
        'poddisruptionbudget/web',
      );
    };
    budget(0);
    const blocked = await succeeded({ asOf: BASELINE_DAY, notify: true });
    expect(changesOf(blocked)).toEqual(['appeared payments pdb-blocks-drain']);
    const told = await received();
    expect([told.alerts.length, told.chat.length]).toEqual([1, 1]);
    expect(told.alerts[0]?.MessageAttributes).toMatchObject({
      kind: { Type: 'String', Value: 'appeared' },
      severity: { Value: 'required' },
      accountId: { Value: PAYMENTS_ACCOUNT },
      region: { Value: 'us-east-1' },
      cluster: { Value: 'payments' },
      owner: { Value: 'payments' },
      version: { Value: '1.34' },
    });
    expect(told.events.map((event) => event['detail-type']).toSorted()).toEqual(['Finding Appeared', 'Fleet Scan Completed']);

    await succeeded({ asOf: BASELINE_DAY, notify: true });
    expect((await received()).alerts).toEqual([]);

    budget(1);
    expect(changesOf(await succeeded({ asOf: BASELINE_DAY, notify: true }))).toEqual(['resolved payments pdb-blocks-drain']);
    const after = await received();
    expect([after.alerts, after.chat]).toEqual([[], []]);
    expect(after.events.map((event) => event['detail-type']).toSorted()).toEqual(['Finding Resolved', 'Fleet Scan Completed']);
  });

  it('say a milestone once, on the day it is reached', async () => {
    const reached = await succeeded({ asOf: '2026-11-25', notify: true });
    expect(
      reached.changes.map(({ kind, milestone, clusterArn }) => [
        kind,
        clusterArn.split('/').at(-1),
        milestone?.end,
        milestone?.days,
        milestone?.daysLeft,
      ]),
    ).toContainEqual(['milestone', 'payments', 'standard', 7, 7]);
    const [alert, ...others] = (await received()).alerts;
    expect(others).toEqual([]);
    expect(alert?.MessageAttributes.kind?.Value).toBe('milestone');
    expect(alert?.MessageAttributes.cluster?.Value).toContain('payments');
    expect((await succeeded({ asOf: '2026-11-25', notify: true })).changes).toEqual([]);
    const told = await received();
    expect([told.alerts, told.chat]).toEqual([[], []]);
  });
});

describe('what an operator may ask for', () => {
  it('is refused at once where it is wrong, with field, value and expectation', async () => {
    expect(await scan({ acounts: [PAYMENTS_ACCOUNT] })).toMatchObject({
      status: 'FAILED',
      error: 'InvalidInput',
      cause: expect.stringContaining('acounts'),
    });
    expect(await scan({ regions: ['europe'] })).toMatchObject({
      status: 'FAILED',
      error: 'InvalidInput',
      cause: expect.stringContaining('found \\"europe\\"'),
    });
  });

  it('is a part of the fleet', async () => {
    const run = await succeeded({
      asOf: '2026-11-25',
      notify: true,
      accounts: [LOGISTICS_ACCOUNT],
      regions: ['us-east-1'],
      clusters: ['ord*'],
    });
    expect(run.coverage).toMatchObject({
      complete: true,
      targets: [{ accountId: LOGISTICS_ACCOUNT, region: 'us-east-1' }],
      clusters: [{ name: 'orders', status: 'scanned' }],
    });
    expect((await received()).alerts).toEqual([]);
  });

  it('is a marked sample through the real path', async () => {
    expect(await scan({ simulate: 'milestone' })).toMatchObject({ status: 'SUCCEEDED', output: { simulate: 'milestone' } });
    const told = await received();
    expect([told.alerts.length, told.chat.length, told.events.length]).toEqual([1, 1, 1]);
    expect(told.alerts[0]).toMatchObject({ Subject: expect.stringContaining('TEST'), Message: { simulated: true } });
  });

  it('of nothing but a denied account is a failed run', async () => {
    expect(await scan({ accounts: [DENIED_ACCOUNT] })).toMatchObject({ status: 'FAILED', error: 'NothingScanned' });
    await received();
  });
});
