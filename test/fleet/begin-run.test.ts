import { beforeEach, describe, expect, it } from 'vitest';
import { type BeginRunOptions, beginRun, readRunContext } from '../../functions/fleet/begin-run.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createConfiguration } from '../analysis/builders.ts';

const startTime = new Date('2026-11-21T06:00:00.123Z');
const executionId = 'arn:aws:states:eu-west-1:999999999999:execution:fleet-scan:1a2b';
const configuration = createConfiguration({
  accounts: { explicit: [{ id: '111111111111' }, { id: '222222222222' }] },
  concurrency: { accounts: 7, clusters: 9 },
});

let memory: ReturnType<typeof memoryStore>;
let store: ObjectStore;
beforeEach(() => {
  memory = memoryStore();
  store = memory.store;
});

const begin = (input: unknown, overrides: Partial<BeginRunOptions> = {}) =>
  beginRun({
    store,
    input,
    executionId,
    startTime,
    organization: { listAccounts: async () => [] },
    configuration: async () => configuration,
    ...overrides,
  });

describe('a new run', () => {
  it('is named by its start and its execution, and writes its context and the accounts', async () => {
    const run = await begin({});
    expect(run).toEqual({
      runId: expect.stringMatching(/^2026-11-21T06-00-00Z-[0-9a-f]{8}$/),
      attempt: run.runId.slice(-8),
      notify: true,
      accounts: 2,
      targetsKey: `runs/${run.runId}/items/targets.jsonl`,
      accountConcurrency: 7,
      clusterConcurrency: 9,
    });
    expect(
      memory
        .text(run.targetsKey)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).accountId),
    ).toEqual(['111111111111', '222222222222']);
    expect(await readRunContext(store, run.runId)).toMatchObject({
      runId: run.runId,
      startedAt: '2026-11-21T06:00:00Z',
      now: '2026-11-21T06:00:00Z',
      input: {},
      configuration,
    });
  });

  it('is the same when its execution begins it again, and another one for another execution', async () => {
    const [first, again, other] = [await begin({}), await begin({}), await begin({}, { executionId: `${executionId}c` })];
    expect(again).toEqual(first);
    expect(other.runId).not.toBe(first.runId);
  });

  it.each([
    ['2027-01-01', '2027-01-01T00:00:00Z'],
    ['2026-11-30T23:30:00-01:00', '2026-12-01T00:30:00Z'],
  ])('judges as of %s', async (asOf, now) => {
    const { runId } = await begin({ asOf });
    expect(await readRunContext(store, runId)).toMatchObject({ now, startedAt: '2026-11-21T06:00:00Z' });
  });

  it('tells nobody when asked not to, and when another target makes it incomparable', async () => {
    expect(await begin({ notify: false })).toMatchObject({ notify: false });
    expect(await begin({ targetVersion: '1.36' })).toMatchObject({ notify: false });
    expect(await begin({ notify: true })).toMatchObject({ notify: true });
    expect(await begin({ asOf: '2027-01-01' })).toMatchObject({ notify: false });
    expect(await begin({ asOf: '2027-01-01', notify: true })).toMatchObject({ notify: true });
  });

  it('that is a simulation enters no account', async () => {
    expect(await begin({ simulate: 'milestone' })).toMatchObject({ simulate: 'milestone', accounts: 0 });
    expect(memory.written).toHaveLength(1);
  });

  it('lists an account that is skipped at once', async () => {
    const organization = { listAccounts: async () => [{ id: '333333333333', name: 'closed', state: 'SUSPENDED' }] };
    const inOrganization = createConfiguration({ accounts: { organization: {} } });
    const run = await begin({}, { organization, configuration: async () => inOrganization });
    expect(run.accounts).toBe(0);
    expect(JSON.parse(memory.text(`runs/${run.runId}/lists/333333333333.jsonl`))).toMatchObject({
      target: { status: 'skipped', region: '*', reason: 'the account is SUSPENDED' },
      accountName: 'closed',
    });
  });
});

describe('a wrong input', () => {
  it.each([
    [{ account: ['111111111111'] }, 'the input: Unrecognized key: "account", expected accounts, regions, clusters,'],
    [{ accounts: [111111111111] }, 'accounts.0: quote it'],
    [{ accounts: [] }, 'accounts: '],
    [{ regions: ['europe'] }, 'regions.0: expected a region such as eu-west-1, found "europe"'],
    [{ asOf: '2026-02-30' }, 'asOf: expected a UTC date such as 2026-11-21'],
    [{ notify: 'no' }, 'notify: expected true or false, found "no"'],
    [{ simulate: 'all' }, 'simulate: expected "milestone", found "all"'],
    [{ resumeRunId: '../x' }, 'resumeRunId: expected the id of a run such as'],
    [{ resumeRunId: '2026-11-21T06-00-00Z-1a2b3c4d' }, 'resumeRunId: expected the id of a run in the store'],
    [{ resumeRunId: '2026-11-21T06-00-00Z-1a2b3c4d', notify: false }, 'notify: expected resumeRunId alone'],
    ['now', 'the input: Invalid input'],
  ])('%j is refused with field, value and expectation', async (input, sentence) => {
    await expect(begin(input)).rejects.toMatchObject({ name: 'InvalidInput', message: expect.stringContaining(sentence) });
    expect(memory.written).toEqual([]);
  });
});

describe('a resumed run', () => {
  it('enters the accounts that have no list, or one with a failure, and keeps what it was begun with', async () => {
    const { runId } = await begin({ regions: ['eu-west-1'] });
    const target = { accountId: '111111111111', region: 'eu-west-1', status: 'scanned', code: null, message: null, reason: null };
    const line = (status: string) => `${JSON.stringify({ target: { ...target, status }, accountName: null, clusters: [] })}\n`;
    const resume = () => begin({ resumeRunId: runId }, { executionId: 'another', configuration: async () => createConfiguration() });

    await store.put(`runs/${runId}/lists/111111111111.jsonl`, line('scanned'));
    const resumed = await resume();
    expect(resumed).toMatchObject({ runId, accounts: 1, accountConcurrency: 7 });
    expect(resumed.targetsKey).toBe(`runs/${runId}/items/targets-${resumed.attempt}.jsonl`);
    expect(JSON.parse(memory.text(resumed.targetsKey))).toMatchObject({ accountId: '222222222222' });

    await store.put(`runs/${runId}/lists/111111111111.jsonl`, line('scanned') + line('failed'));
    expect(await resume()).toMatchObject({ accounts: 2 });
    expect(await readRunContext(store, runId)).toMatchObject({ input: { regions: ['eu-west-1'] }, configuration });
  });

  it('discovers the accounts of a run that broke off before it had any', async () => {
    const { runId } = await begin({});
    const { store: broken } = memoryStore();
    const context = await store.get(`runs/${runId}/context.json`);
    await broken.put(`runs/${runId}/context.json`, context?.body ?? '');
    const resumed = await begin({ resumeRunId: runId }, { executionId: 'another', store: broken });
    expect(resumed).toMatchObject({ runId, accounts: 2, targetsKey: `runs/${runId}/items/targets.jsonl` });
  });
});
