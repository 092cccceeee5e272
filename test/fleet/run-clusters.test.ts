import { describe, expect, it } from 'vitest';
import type { TargetCoverage } from '../../functions/fleet/coverage.ts';
import { knownPlaces, seenClusters } from '../../functions/fleet/run-clusters.ts';
import { keys } from '../../functions/store/layout.ts';
import { memoryStore } from '../../simulator/memory-store.ts';

const place = (name: string, region = 'eu-west-1', accountId = '111111111111') => ({ accountId, region, name });
const target = (region: string, status: TargetCoverage['status'], accountId = '111111111111'): TargetCoverage => ({
  accountId,
  region,
  status,
  code: null,
  message: null,
  reason: null,
});
const covered = (name: string, status: TargetCoverage['status']) => ({ ...target('eu-west-1', status), name, unavailable: {} });

function kinds(targets: TargetCoverage[], names: string[], clusters: ReturnType<typeof covered>[], known: ReturnType<typeof place>[]) {
  const listings = targets.map((one) => ({ target: one, accountName: null, clusters: one.status === 'scanned' ? names : [] }));
  return Object.fromEntries(seenClusters({ targets, clusters, listings }, known).map(({ kind, place: { name } }) => [name, kind]));
}

describe('seenClusters', () => {
  it('takes scanned, failed and excluded clusters as the run has them', () => {
    const clusters = [covered('a', 'scanned'), covered('b', 'failed'), covered('c', 'skipped')];
    const names = ['a', 'b', 'c'];
    const known = names.map((name) => place(name));
    expect(kinds([target('eu-west-1', 'scanned')], names, clusters, known)).toEqual({ a: 'scanned', b: 'failed', c: 'untouched' });
  });

  it('says that a known cluster is gone only where its region was listed without it', () => {
    const known = [place('gone'), place('elsewhere', 'us-east-1'), place('stranger', 'eu-west-1', '222222222222')];
    expect(kinds([target('eu-west-1', 'scanned')], [], [], known)).toEqual({ gone: 'vanished' });
  });

  it('leaves a cluster that is listed but not to be scanned alone', () => {
    expect(kinds([target('eu-west-1', 'scanned')], ['other'], [], [place('other')])).toEqual({});
  });

  it('counts a known cluster of a region or an account that cannot be read as failed', () => {
    expect(kinds([target('eu-west-1', 'failed')], [], [], [place('a')])).toEqual({ a: 'failed' });
    expect(kinds([target('*', 'failed')], [], [], [place('a'), place('b', 'us-east-1')])).toEqual({ a: 'failed', b: 'failed' });
  });

  it('leaves the clusters of a skipped account alone', () => {
    expect(kinds([target('*', 'skipped')], [], [], [place('a')])).toEqual({});
  });
});

it('keeps clusters of one name apart, by region and by account', () => {
  const targets = [target('eu-west-1', 'scanned'), target('us-east-1', 'scanned'), target('eu-west-1', 'scanned', '222222222222')];
  const listings = targets.map((one, index) => ({ target: one, accountName: null, clusters: index === 0 ? ['a'] : [] }));
  const known = [place('a'), place('a', 'us-east-1'), place('a', 'eu-west-1', '222222222222')];
  const seen = seenClusters({ targets, clusters: [covered('a', 'scanned')], listings }, known);
  expect(seen.map(({ kind }) => kind)).toEqual(['scanned', 'vanished', 'vanished']);
});

describe('knownPlaces', () => {
  it('reads the clusters from the keys of the state', async () => {
    const { store } = memoryStore();
    const places = [place('a'), place('b.json', 'us-east-1'), place('ü/x')];
    for (const one of places) await store.put(keys.clusterState(one), '{}');
    await store.put('state/latest.json', '{}');
    await store.put('state/clusters/stray.json', '{}');
    expect(await knownPlaces(store)).toEqual(expect.arrayContaining(places));
    expect(await knownPlaces(store)).toHaveLength(3);
  });
});
