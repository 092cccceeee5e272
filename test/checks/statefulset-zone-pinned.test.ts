import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statefulsetZonePinned } from '../../functions/checks/statefulset-zone-pinned.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import { createAddon, createDeployment, type EvidenceInput, unavailable } from './builders.ts';
import { createVolume } from './builders-platform.ts';
import { runCheckOn } from './run-check-on.ts';

const set = (name = 'db', replicas: number | null = 2, namespace = 'shop') =>
  createDeployment({ name, namespace, replicas, labels: { team: 'shop' } });

function podOf(owner: string, ordinal: number, claims: readonly string[], namespace = 'shop'): Pod {
  return {
    metadata: {
      name: `${owner}-${ordinal}`,
      namespace,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: owner, controller: true }],
    },
    spec: { volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })) },
  };
}

const run = (evidence: EvidenceInput) =>
  runCheckOn(statefulsetZonePinned, { 'kubernetes.statefulSets': [set()], 'eks.addons': [], 'kubernetes.pods': [], ...evidence });
const withVolumes = (...persistentVolumes: ReturnType<typeof createVolume>[]) => run({ 'kubernetes.persistentVolumes': persistentVolumes });
const inZone = (...zones: (string | null)[]) => zones.map((zone, ordinal) => createVolume(`data-db-${ordinal}`, zone));

describe('statefulset-zone-pinned', () => {
  it('informs of volumes that are all in one zone', () => {
    expect(withVolumes(...inZone('eu-west-1a', 'eu-west-1a'))).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'info',
          subject: { kind: 'StatefulSet', namespace: 'shop', name: 'db' },
          message: 'StatefulSet shop/db is bound to zone eu-west-1a: 2 volumes of 2 replicas are all there',
          facts: { zone: 'eu-west-1a', replicas: 2, volumes: ['pv-shop-data-db-0', 'pv-shop-data-db-1'], managedByEks: false },
          remediation: 'Keep a node in eu-west-1a while nodes are replaced: kubectl get nodes -l topology.kubernetes.io/zone=eu-west-1a',
          labels: { team: 'shop' },
        },
      ],
    });
  });

  it('says nothing of volumes in two zones', () => {
    expect(withVolumes(...inZone('eu-west-1a', 'eu-west-1b'))).toMatchObject({ status: 'passed', findings: [] });
  });

  it('counts a single replica, which has one zone only', () => {
    const evidence = { 'kubernetes.statefulSets': [set('db', 1)], 'kubernetes.persistentVolumes': inZone('eu-west-1a') };
    expect(run(evidence).findings).toMatchObject([
      { message: 'StatefulSet shop/db is bound to zone eu-west-1a: 1 volume of 1 replica is there' },
    ]);
  });

  it('says nothing where a replica is free: no volume, one of no zone, or one of several', () => {
    expect(withVolumes().findings).toEqual([]);
    expect(withVolumes(...inZone(null, null)).findings).toEqual([]);
    expect(withVolumes(...inZone('a', null)).findings).toEqual([]);
    const both = createVolume('data-db-1', 'a');
    both.spec?.nodeAffinity?.required?.nodeSelectorTerms?.[0]?.matchExpressions?.[0]?.values?.push('b');
    expect(withVolumes(...inZone('a'), both).findings).toEqual([]);
  });

  it('looks at every label that names a zone', () => {
    const of = (key: string) => [0, 1].map((ordinal) => createVolume(`data-db-${ordinal}`, 'a', { key }));
    expect(withVolumes(...of('topology.kubernetes.io/zone')).findings).toHaveLength(1);
    expect(withVolumes(...of('failure-domain.beta.kubernetes.io/zone')).findings).toHaveLength(1);
    expect(withVolumes(...of('kubernetes.io/hostname')).findings).toEqual([]);
  });

  it('takes several volumes of a replica together', () => {
    const volumes = [...inZone('a', 'a'), createVolume('logs-db-0', 'a'), createVolume('logs-db-1', null)];
    expect(withVolumes(...volumes).findings).toMatchObject([{ facts: { replicas: 2, volumes: { length: 4 } } }]);
  });

  it('asks for bound volumes of its own namespace', () => {
    const elsewhere = [0, 1].map((ordinal) => createVolume(`data-db-${ordinal}`, 'a', { namespace: 'other' }));
    expect(withVolumes(...elsewhere).findings).toEqual([]);
    expect(withVolumes(...[0, 1].map((ordinal) => createVolume(`data-db-${ordinal}`, 'a', { phase: 'Released' }))).findings).toEqual([]);
  });

  it('trap: a claim that is left over from a scale-down pins nobody', () => {
    expect(withVolumes(...inZone('a', 'a', 'b')).findings).toMatchObject([{ facts: { replicas: 2 } }]);
    expect(withVolumes(...inZone('a', 'b', 'a')).findings).toEqual([]);
  });

  it('trap: data-my-db-0 is of StatefulSet my-db, if there is one', () => {
    const volumes = [createVolume('data-my-db-0', 'a'), createVolume('data-db-0', 'b')];
    const both = run({ 'kubernetes.statefulSets': [set('db', 1), set('my-db', 1)], 'kubernetes.persistentVolumes': volumes });
    expect(both.findings.map(({ subject, facts }) => [subject.name, facts.zone])).toEqual([
      ['db', 'b'],
      ['my-db', 'a'],
    ]);
    expect(run({ 'kubernetes.statefulSets': [set('db', 1)], 'kubernetes.persistentVolumes': volumes }).findings).toEqual([]);
    const seen = {
      'kubernetes.statefulSets': [set('db', 1), set('my-db', 1)],
      'kubernetes.persistentVolumes': volumes,
      'kubernetes.pods': [podOf('my-db', 0, ['data-my-db-0'])],
    };
    expect(run(seen).findings).toHaveLength(2);
  });

  it('believes the claims of its pods before names', () => {
    const persistentVolumes = [...inZone('a', 'b'), createVolume('shared', 'c')];
    const pods = [podOf('db', 0, ['shared']), podOf('db', 1, ['shared'])];
    expect(run({ 'kubernetes.persistentVolumes': persistentVolumes, 'kubernetes.pods': pods }).findings).toMatchObject([
      { facts: { zone: 'c' } },
    ]);
    const waiting = [podOf('db', 0, ['data-db-0']), podOf('db', 1, ['data-db-9'])];
    expect(run({ 'kubernetes.persistentVolumes': inZone('a', 'a'), 'kubernetes.pods': waiting }).findings).toEqual([]);
    const foreign = [podOf('db', 0, [], 'other'), { metadata: { name: 'db-0', namespace: 'shop' } }];
    expect(run({ 'kubernetes.persistentVolumes': inZone('a', 'a'), 'kubernetes.pods': foreign }).findings).toHaveLength(1);
  });

  it('works without pods', () => {
    expect(run({ 'kubernetes.persistentVolumes': inZone('a', 'a'), 'kubernetes.pods': unavailable('NotRequested') })).toMatchObject({
      status: 'failed',
    });
  });

  it('leaves out what is scaled to 0, and reads no number as 1', () => {
    const scaled = (replicas: number | null) =>
      run({ 'kubernetes.statefulSets': [set('db', replicas)], 'kubernetes.persistentVolumes': inZone('a', 'b') });
    expect(scaled(0).findings).toEqual([]);
    const ending = {
      'kubernetes.statefulSets': [set('db', 0)],
      'kubernetes.persistentVolumes': inZone('a'),
      'kubernetes.pods': [podOf('db', 0, ['data-db-0'])],
    };
    expect(run(ending).findings).toEqual([]);
    expect(scaled(null).findings).toMatchObject([{ facts: { replicas: 1 } }]);
  });

  it('says that AWS manages it', () => {
    const labels = { 'eks.amazonaws.com/component': 'some-addon' };
    const managed = { ...set(), metadata: { ...set().metadata, labels } };
    const evidence = {
      'kubernetes.statefulSets': [managed],
      'kubernetes.persistentVolumes': inZone('a', 'a'),
      'eks.addons': [createAddon({ addonName: 'some-addon' })],
    };
    expect(run(evidence).findings).toMatchObject([{ severity: 'info', message: expect.stringMatching(/; managed by AWS$/) }]);
  });

  it('is unknown without evidence, and survives odd objects', () => {
    expect(run({ 'kubernetes.persistentVolumes': unavailable('Forbidden') }).status).toBe('unknown');
    expect(run({ 'kubernetes.persistentVolumes': [], 'kubernetes.statefulSets': unavailable('Timeout') }).status).toBe('unknown');
    expect(runCheckOn(statefulsetZonePinned, {}).status).toBe('skipped');
    const odd = [
      { metadata: { name: 'a' } },
      { metadata: { name: 'b' }, spec: { claimRef: { name: 'x-' }, nodeAffinity: { required: null } } },
    ];
    expect(run({ 'kubernetes.persistentVolumes': odd, 'kubernetes.statefulSets': [{ metadata: { name: 'db' } }] }).status).toBe('passed');
  });

  it('is a finding exactly when all zones are one', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 }), (zones) => {
        const evidence = { 'kubernetes.statefulSets': [set('db', zones.length)], 'kubernetes.persistentVolumes': inZone(...zones) };
        expect(run(evidence).findings).toHaveLength(new Set(zones).size === 1 ? 1 : 0);
      }),
    );
  });
});
