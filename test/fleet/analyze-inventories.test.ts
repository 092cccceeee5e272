import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeInventories, newestPerCluster } from '../../functions/fleet/analyze-inventories.ts';
import { runReportSchema } from '../../functions/fleet/run-report.ts';
import type { Inventory } from '../../functions/inventory/inventory.ts';
import { createCheck, createConfiguration, createDraft, inventoryOf } from '../analysis/builders.ts';
import { createInventory, unavailable } from '../checks/builders.ts';

const check = createCheck({ run: ({ identity }) => (identity.name === 'broken' ? [createDraft()] : []) });
const input = (inventory: Inventory, hash = JSON.stringify(inventory)) => ({ inventory, hash });

function analyze(inventories: readonly Inventory[], options: Partial<Parameters<typeof analyzeInventories>[1]> = {}) {
  const run = analyzeInventories(
    inventories.map((inventory) => input(inventory)),
    { target: 'next', configuration: createConfiguration(), checks: [check], ...options },
  );
  expect(runReportSchema.parse(JSON.parse(JSON.stringify(run)))).toEqual(run);
  return run;
}

const fleet = [
  inventoryOf({ name: 'payments' }),
  inventoryOf({ name: 'broken' }, { collectedAt: '2026-11-21T08:30:00+01:00' }),
  inventoryOf({ name: 'Zoo' }),
  inventoryOf({ name: 'a', region: 'eu-central-1' }),
  inventoryOf({ name: 'a', accountId: '000000000001', region: 'us-east-1' }),
];

describe('analyzeInventories', () => {
  it('takes the newest collectedAt for now, whatever its offset', () => {
    const run = analyze(fleet);
    expect(run).toMatchObject({ startedAt: '2026-11-21T07:30:00Z', finishedAt: '2026-11-21T07:30:00Z', changes: [] });
    expect(run.runId).toMatch(/^2026-11-21T07-30-00Z-[0-9a-f]{8}$/);
    expect(new Set(run.clusters.map(({ analyzedAt }) => analyzedAt))).toEqual(new Set(['2026-11-21T07:30:00Z']));
    expect(run.clusters.find(({ cluster }) => cluster.name === 'payments')?.collectedAt).toBe('2026-11-21T06:00:04Z');
  });

  it('takes asOf for now where it is given', () => {
    const run = analyze(fleet, { asOf: new Date('2026-12-02T00:00:00Z') });
    expect(run.runId).toMatch(/^2026-12-02T00-00-00Z-/);
    expect(run.clusters[0]).toMatchObject({
      analyzedAt: '2026-12-02T00:00:00Z',
      support: { status: 'extended', daysToEndOfStandardSupport: 0 },
    });
    expect(analyze(fleet, { asOf: new Date('2026-12-01T23:59:59Z') }).clusters[0]?.support).toMatchObject({
      status: 'standard',
      daysToEndOfStandardSupport: 1,
    });
  });

  it('orders clusters and targets by account, region and name', () => {
    const run = analyze(fleet);
    const names = [
      '000000000001 us-east-1 a',
      '111111111111 eu-central-1 a',
      '111111111111 eu-west-1 Zoo',
      '111111111111 eu-west-1 broken',
      '111111111111 eu-west-1 payments',
    ];
    expect(run.clusters.map(({ cluster }) => `${cluster.accountId} ${cluster.region} ${cluster.name}`)).toEqual(names);
    expect(run.coverage.clusters.map(({ accountId, region, name }) => `${accountId} ${region} ${name}`)).toEqual(names);
    expect(run.coverage.targets.map(({ accountId, region }) => `${accountId} ${region}`)).toEqual([
      '000000000001 us-east-1',
      '111111111111 eu-central-1',
      '111111111111 eu-west-1',
    ]);
  });

  it('gives the same bytes for the same inputs in any order', () => {
    const expected = JSON.stringify(analyze(fleet));
    fc.assert(
      fc.property(fc.shuffledSubarray(fleet, { minLength: fleet.length }), (shuffled) => {
        expect(JSON.stringify(analyze(shuffled))).toBe(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('gives another run id for other inputs, another target, date or configuration', () => {
    const idOf = (options: Partial<Parameters<typeof analyzeInventories>[1]>, inventories = fleet) =>
      analyze(inventories, options).runId.slice(-8);
    const ids = [
      idOf({}),
      idOf({}, fleet.slice(1)),
      idOf({ target: '1.36' }),
      idOf({ asOf: new Date('2026-11-21T07:30:00Z') }),
      idOf({ configuration: createConfiguration({ owners: { fromTag: 'team' } }) }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names accounts as the configuration does', () => {
    expect(analyze(fleet).clusters.map(({ cluster }) => cluster.accountName)).toEqual([null, 'shop', 'shop', 'shop', 'shop']);
  });

  it('counts the newest of several inventories of one cluster, also when they are equally old', () => {
    const older = inventoryOf({ name: 'payments' }, { collectedAt: '2026-11-21T07:00:00+02:00' });
    const newer = inventoryOf({ name: 'payments' });
    for (const inputs of [
      [older, newer],
      [newer, older],
    ]) {
      const run = analyze(inputs);
      expect(run.clusters.map(({ collectedAt }) => collectedAt)).toEqual([newer.collectedAt]);
      expect(run.coverage.clusters).toHaveLength(1);
    }
    const twins = [input(newer, 'b'), input(newer, 'a')];
    expect(newestPerCluster(twins)).toEqual([twins[1]]);
    expect(newestPerCluster(twins.toReversed())).toEqual([twins[1]]);
  });

  it('reports a cluster that cannot be upgraded to the target as failed, and the others as usual', () => {
    const newest = createInventory({ 'eks.cluster': { name: 'new', version: '1.36', status: 'ACTIVE' } });
    const run = analyze([...fleet, { ...newest, cluster: { ...newest.cluster, name: 'new', arn: 'arn:new' } }], { target: '1.36' });
    expect(run.clusters).toHaveLength(fleet.length);
    expect(run.coverage.complete).toBe(false);
    expect(run.coverage.clusters.filter(({ status }) => status === 'failed')).toMatchObject([
      { name: 'new', code: 'TargetNotOffered', message: expect.stringMatching(/"1\.36" for a control plane on 1\.36.*offered/) },
    ]);
  });

  it('does not swallow what nobody expected', () => {
    const hostile = createCheck();
    Object.defineProperty(hostile, 'needs', { get: () => Promise.reject });
    expect(() => analyze(fleet, { checks: [hostile] })).toThrow(TypeError);
  });

  it('fails a cluster that was not described, and still says what can be said', () => {
    const refused = createInventory({
      'eks.cluster': unavailable('AccessDenied'),
      'eks.addons': unavailable('Forbidden'),
      'kubernetes.pods': unavailable('NotRequested'),
    });
    const run = analyze([refused]);
    expect(run.clusters).toHaveLength(1);
    expect(run.coverage).toMatchObject({
      complete: false,
      clusters: [
        { status: 'failed', code: 'AccessDenied', message: 'eks.cluster was not read', unavailable: { AccessDenied: 1, Forbidden: 1 } },
      ],
    });
  });
});
