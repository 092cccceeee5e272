import { describe, expect, it } from 'vitest';
import { removedApiInManifests } from '../../functions/checks/removed-api-in-manifests.ts';
import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { analyzeInventories } from '../../functions/fleet/analyze-inventories.ts';
import { analyzeManifests, type ManifestsInput, withManifests } from '../../functions/fleet/analyze-manifests.ts';
import { runReportSchema } from '../../functions/fleet/run-report.ts';
import { runText } from '../../functions/report/text/run.ts';
import { createCluster, createClusterVersion, createInventory } from '../checks/builders.ts';
import { createManifestFile } from '../checks/builders-removed-apis.ts';

const at = (apiVersion: string, kind: string, name = 'a') => ({ apiVersion, kind, namespace: null, name, line: 1 });
const manifestsOf = (...objects: ReturnType<typeof at>[]): ManifestsInput => ({
  path: 'deploy',
  files: [createManifestFile({ objects })],
  hash: 'ab12',
});

const removedIn125 = at('policy/v1beta1', 'PodDisruptionBudget');
const removedIn136 = at('storagemigration.k8s.io/v1alpha1', 'StorageVersionMigration');
const removedIn137 = at('networking.k8s.io/v1beta1', 'ServiceCIDR');

const configuration = defaultConfiguration;
const analyze = (manifests: ManifestsInput, target = 'next', asOf?: string) =>
  analyzeManifests(manifests, { configuration, target, ...(asOf ? { asOf: new Date(asOf) } : {}) });
const found = (...args: Parameters<typeof analyze>) =>
  analyze(...args).clusters[0]?.findings.map(({ severity, hop, facts }) => [severity, hop, facts.removedIn]);

describe('manifests alone', () => {
  it('are judged against all versions that EKS offers', () => {
    expect(found(manifestsOf(removedIn125, removedIn136, removedIn137))).toEqual([
      ['required', null, '1.25'],
      ['required', '1.36', '1.36'],
      ['recommended', '1.37', '1.37'],
    ]);
  });

  it.each([
    ['1.35', ['recommended', '1.36', '1.36']],
    ['1.36', ['required', '1.36', '1.36']],
    ['1.37', ['required', '1.36', '1.36']],
  ])('are judged against %s', (target, expected) => {
    expect(found(manifestsOf(removedIn136), target)).toEqual([expected]);
  });

  it('are judged against a version that is not offered yet, or no longer', () => {
    expect(found(manifestsOf(removedIn137), '1.40')).toEqual([['required', '1.37', '1.37']]);
    expect(found(manifestsOf(removedIn125), '1.25')).toEqual([['required', '1.25', '1.25']]);
    expect(found(manifestsOf(removedIn125), '1.24')).toEqual([['recommended', '1.25', '1.25']]);
  });

  it('are one entry of a report that is like any other, without a word of a cluster', () => {
    const run = analyze(manifestsOf(removedIn125), '1.36');
    expect(runReportSchema.parse(run)).toEqual(run);
    expect(run).toMatchObject({
      coverage: { complete: true, targets: [], clusters: [{ name: 'manifests', status: 'scanned' }] },
      totals: { clusters: 1, verdicts: { NOT_READY: 1 }, support: { unknown: 1 }, findings: { required: 1 }, monthlySurchargeUsd: 0 },
      clusters: [
        {
          cluster: { name: 'manifests', accountName: 'deploy', version: null, targetVersion: '1.36' },
          support: { status: 'unknown', endOfStandardSupport: null, supportType: null },
          verdict: 'NOT_READY',
          checks: [{ check: 'removed-api-in-manifests', status: 'failed', findings: 1, missing: [] }],
          evidence: { 'files.manifests': { status: 'collected', items: 1 } },
        },
      ],
    });
    expect(Object.keys(run.clusters[0]?.evidence ?? {})).toEqual(['files.manifests']);
  });

  it('are ready when nothing in them goes', () => {
    const run = analyze(manifestsOf(at('policy/v1', 'PodDisruptionBudget')));
    expect(run).toMatchObject({ clusters: [{ verdict: 'READY', checks: [{ status: 'passed' }] }] });
    expect(runText(run, { columns: 120, color: false })).toBe(
      '✓ READY  manifests  for 1.36  deploy files  no removed API  1 check passed\n',
    );
  });

  it('are not ready for sure when a document could not be read', () => {
    const broken = {
      ...manifestsOf(),
      files: [createManifestFile({ objects: [], problems: [{ document: 1, line: 1, message: 'no YAML' }] })],
    };
    expect(analyze(broken)).toMatchObject({ clusters: [{ verdict: 'CANNOT_DETERMINE' }] });
  });

  it('say in text for which version, and nothing of support', () => {
    const text = runText(analyze(manifestsOf(removedIn125), '1.36'), { columns: 120, color: false });
    expect(text).toMatch(/^✗ NOT READY {2}manifests {2}for 1\.36 {2}deploy files\n\n {2}Blocks \(1\)\n/);
    expect(text).not.toContain('support');
  });

  it('are the same bytes for the same input, and another run for another', () => {
    expect(analyze(manifestsOf(removedIn125))).toEqual(analyze(manifestsOf(removedIn125)));
    const ids = [
      analyze(manifestsOf(removedIn125)),
      analyze({ ...manifestsOf(removedIn125), hash: 'cd34' }),
      analyze(manifestsOf(removedIn125), '1.36'),
      analyze(manifestsOf(removedIn125), 'next', '2026-11-21T00:00:00Z'),
    ].map(({ runId }) => runId);
    expect(new Set(ids).size).toBe(4);
    expect(ids[3]).toMatch(/^2026-11-21T00-00-00Z-/);
  });

  it('keep the id of a finding when its line moves', () => {
    const ids = [1, 40].map((line) => analyze(manifestsOf({ ...removedIn125, line })).clusters[0]?.findings[0]?.id);
    expect(ids[0]).toBe(ids[1]);
  });

  it('are subject to severities and suppressions of the configuration', () => {
    const manifests = manifestsOf(removedIn125);
    const suppressions = [{ check: 'removed-api-in-manifests', cluster: 'manifests', reason: 'legacy', expires: '2099-01-01' }];
    expect(analyzeManifests(manifests, { configuration: { ...configuration, suppressions }, target: 'next' })).toMatchObject({
      totals: { findings: { required: 0 }, suppressed: 1 },
      suppressions: { matched: suppressions },
    });
    const severities = { 'removed-api-in-manifests': 'info' as const };
    expect(analyzeManifests(manifests, { configuration: { ...configuration, severities }, target: 'next' })).toMatchObject({
      totals: { findings: { info: 1 } },
    });
  });
});

describe('manifests beside inventories', () => {
  const inventory = (version: string) =>
    createInventory({
      'eks.cluster': createCluster({ version }),
      'eks.clusterVersions': ['1.35', '1.36', '1.37'].map((clusterVersion) => createClusterVersion({ clusterVersion })),
      'kubernetes.appliedApiVersions': [],
    });
  const joined = (version: string, manifests: ManifestsInput) =>
    analyzeInventories([withManifests({ inventory: inventory(version), hash: 'aa' }, manifests)], {
      configuration,
      target: 'next',
      checks: [removedApiInManifests],
    });

  it('join the report of the cluster, judged by its version and target', () => {
    const [report] = joined('1.35', manifestsOf(removedIn136, removedIn137)).clusters;
    expect(report).toMatchObject({ cluster: { name: 'payments', version: '1.35', targetVersion: '1.36' }, verdict: 'NOT_READY' });
    expect(report?.findings.map(({ severity, hop }) => [severity, hop])).toEqual([
      ['required', '1.36'],
      ['recommended', '1.37'],
    ]);
  });

  it('make another run of other manifests, and leave the inventory as it was', () => {
    const before = inventory('1.35');
    const copy = structuredClone(before);
    withManifests({ inventory: before, hash: 'aa' }, manifestsOf(removedIn136));
    expect(before).toEqual(copy);
    expect(joined('1.35', manifestsOf()).runId).not.toBe(joined('1.35', { ...manifestsOf(), hash: 'cd34' }).runId);
  });
});
