import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drainForecast } from '../../functions/checks/drain-forecast.ts';
import { budget, claim, node, owner, pod } from '../workloads/drain-builders.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createVolume } from './builders-platform.ts';
import { runCheckOn } from './run-check-on.ts';

const object = (name: string, namespace = 'shop') => ({ metadata: { name, namespace, uid: `uid-${name}` } });

const everything = {
  'kubernetes.pods': [],
  'kubernetes.nodes': [
    node('blue-1', { labels: { 'eks.amazonaws.com/nodegroup': 'web' } }),
    node('blue-2', { labels: { 'eks.amazonaws.com/nodegroup': 'web' } }),
  ],
  'kubernetes.podDisruptionBudgets': [],
  'kubernetes.daemonSets': [object('aws-node', 'kube-system')],
  'kubernetes.deployments': [object('web')],
  'kubernetes.replicaSets': [{ metadata: { ...object('web-1').metadata, ownerReferences: [owner('Deployment', 'web')] } }],
  'kubernetes.statefulSets': [object('db')],
  'kubernetes.jobs': [object('report')],
  'kubernetes.persistentVolumes': [],
};
const run = (evidence: EvidenceInput = {}) => runCheckOn(drainForecast, { ...everything, ...evidence });
const withPods = (...pods: ReturnType<typeof pod>[]) => run({ 'kubernetes.pods': pods });

const bare = (nodeName: string, name: string, namespace = 'shop') => pod({ name, namespace, owner: null, spec: { nodeName } });
const daemon = pod({ name: 'aws-node-x', namespace: 'kube-system', owner: owner('DaemonSet', 'aws-node') });

describe('drain-forecast', () => {
  it('recommends to look at nodes with pods that block, one finding a reason with all of them', () => {
    expect(withPods(bare('blue-2', 'c'), bare('blue-1', 'b', 'dev'), daemon, bare('blue-1', 'a'), pod())).toEqual({
      status: 'failed',
      essential: true,
      missing: [],
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
          discriminator: 'unmanaged',
          message:
            '2 nodes cannot be drained, pods there have no controller and would be lost (3 pods): blue-1: dev/b, shop/a; blue-2: shop/c',
          facts: {
            reason: 'unmanaged',
            why: 'pods there have no controller and would be lost',
            pods: 3,
            nodes: [
              { node: 'blue-1', nodeGroup: 'web', pods: ['dev/b', 'shop/a'] },
              { node: 'blue-2', nodeGroup: 'web', pods: ['shop/c'] },
            ],
          },
          remediation: 'Let a Deployment run them, or delete them: kubectl delete pod b -n dev',
        },
      ],
    });
  });

  it('passes where every pod moves, stays, or is waited for', () => {
    const job = pod({ name: 'report-x', owner: owner('Job', 'report', 'batch/v1') });
    expect(withPods(pod(), daemon, job)).toMatchObject({ status: 'passed', findings: [], essential: true });
    const refusesNow = [budget({ status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 } })];
    expect(run({ 'kubernetes.pods': [pod()], 'kubernetes.podDisruptionBudgets': refusesNow })).toMatchObject({ status: 'passed' });
  });

  it('gives each reason its finding, in the order of the reasons', () => {
    const pods = [
      pod({ name: 'long', spec: { nodeName: 'blue-1', terminationGracePeriodSeconds: 1801 } }),
      pod({ name: 'disk', spec: { nodeName: 'blue-1', volumes: [{ name: 'd', hostPath: { path: '/data' } }] } }),
      pod({ name: 'pinned', metadata: { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } } }),
      bare('blue-1', 'alone'),
      pod({ name: 'orphan', owner: owner('ReplicaSet', 'gone') }),
    ];
    const { findings } = withPods(...pods);
    expect(findings.map(({ discriminator, facts }) => [discriminator, facts.pods])).toEqual([
      ['unmanaged', 1],
      ['owner-missing', 1],
      ['disruption-refused', 1],
      ['data-on-node', 1],
      ['grace-exceeds-deadline', 1],
    ]);
    expect(findings.every(({ message }) => message.startsWith('1 node cannot be drained, '))).toBe(true);
  });

  it('holds the boundary of the grace period', () => {
    const withGrace = (terminationGracePeriodSeconds: number) =>
      withPods(pod({ spec: { nodeName: 'blue-1', terminationGracePeriodSeconds } }));
    expect(withGrace(1800).findings).toEqual([]);
    expect(withGrace(1801).findings).toMatchObject([{ discriminator: 'grace-exceeds-deadline' }]);
  });

  it('speaks of nodes where a budget never allows', () => {
    const podDisruptionBudgets = [budget({ spec: { maxUnavailable: 0 }, status: { disruptionsAllowed: 0 } })];
    expect(run({ 'kubernetes.pods': [pod()], 'kubernetes.podDisruptionBudgets': podDisruptionBudgets }).findings).toMatchObject([
      {
        discriminator: 'budget-never-allows',
        message: '1 node cannot be drained, pods there are kept by a budget that can never allow an eviction (1 pod): blue-1: shop/web-1-a',
      },
    ]);
  });

  it('knows data on the node by a local volume, and a zone that no Ready node has', () => {
    const pods = [pod({ name: 'db-0', owner: owner('StatefulSet', 'db'), spec: { nodeName: 'blue-1', volumes: [claim('data-db-0')] } })];
    const local = [createVolume('data-db-0', 'blue-1', { key: 'kubernetes.io/hostname', csi: false })];
    expect(run({ 'kubernetes.pods': pods, 'kubernetes.persistentVolumes': local }).findings).toMatchObject([
      { discriminator: 'data-on-node' },
    ]);
    const elsewhere = [createVolume('data-db-0', 'z')];
    expect(run({ 'kubernetes.pods': pods, 'kubernetes.persistentVolumes': elsewhere }).findings).toMatchObject([
      { discriminator: 'volume-zone-not-covered' },
    ]);
    expect(run({ 'kubernetes.pods': pods, 'kubernetes.persistentVolumes': [createVolume('data-db-0', 'a')] }).status).toBe('passed');
  });

  it('judges at the time of the analysis', () => {
    const deleted = [pod({ metadata: { deletionTimestamp: '2026-11-21T05:59:00Z' } })];
    const at = (now: string) => runCheckOn(drainForecast, { ...everything, 'kubernetes.pods': deleted }, { now }).findings;
    expect(at('2026-11-21T06:00:00Z')).toEqual([]);
    expect(at('2026-11-21T06:00:01Z')).toMatchObject([{ discriminator: 'stuck-terminating' }]);
  });

  it('names three nodes and three pods of each, and counts the rest', () => {
    const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'].map((name) => node(name));
    const pods = nodes.flatMap(({ metadata }) => ['a', 'b', 'c', 'd'].map((name) => bare(metadata.name, `${metadata.name}-${name}`)));
    const [finding] = run({ 'kubernetes.nodes': nodes, 'kubernetes.pods': pods }).findings;
    expect(finding?.message).toBe(
      '5 nodes cannot be drained, pods there have no controller and would be lost (20 pods): ' +
        'n1: shop/n1-a, shop/n1-b, shop/n1-c and 1 more; n2: shop/n2-a, shop/n2-b, shop/n2-c and 1 more; n3: shop/n3-a, shop/n3-b, shop/n3-c and 1 more and 2 more nodes',
    );
    expect(finding?.facts).toMatchObject({ pods: 20, nodes: { length: 5 } });
  });

  it('does not ask for the version of the control plane', () => {
    const evidence = { ...everything, 'kubernetes.pods': [bare('blue-1', 'a')] };
    expect(runCheckOn(drainForecast, evidence, { controlPlane: null })).toMatchObject({ status: 'failed' });
  });

  it('is essential only when pods were collected', () => {
    expect(run({ 'kubernetes.pods': unavailable('NotRequested') })).toMatchObject({ status: 'skipped', essential: false });
    expect(run({ 'kubernetes.pods': unavailable('Timeout') })).toMatchObject({ status: 'unknown', essential: false });
    for (const key of ['kubernetes.nodes', 'kubernetes.podDisruptionBudgets', 'kubernetes.daemonSets']) {
      expect(run({ 'kubernetes.pods': [bare('blue-1', 'a')], [key]: unavailable('Forbidden') })).toMatchObject({
        status: 'unknown',
        essential: true,
        findings: [],
        missing: [{ evidence: key, code: 'Forbidden' }],
      });
    }
    expect(runCheckOn(drainForecast, {}).status).toBe('skipped');
  });

  it('does not pass, and keeps its findings, without one of the controllers or the volumes', () => {
    for (const key of [
      'kubernetes.deployments',
      'kubernetes.replicaSets',
      'kubernetes.statefulSets',
      'kubernetes.jobs',
      'kubernetes.persistentVolumes',
    ]) {
      const missing = { [key]: unavailable('Forbidden') };
      expect(run({ 'kubernetes.pods': [pod()], ...missing })).toMatchObject({
        status: 'unknown',
        essential: true,
        findings: [],
        missing: [{ evidence: key }],
      });
      expect(run({ 'kubernetes.pods': [bare('blue-1', 'a')], ...missing })).toMatchObject({
        status: 'unknown',
        findings: [{ discriminator: 'unmanaged' }],
      });
    }
  });

  it('does not apply without nodes that are drained, and survives odd objects', () => {
    expect(run({ 'kubernetes.nodes': [] }).status).toBe('not-applicable');
    expect(run({ 'kubernetes.nodes': [node('f', { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } })] }).status).toBe(
      'not-applicable',
    );
    const odd = [{ metadata: { name: 'x' } }, { metadata: { name: 'y', namespace: null }, spec: { nodeName: 'blue-1' }, status: null }];
    expect(run({ 'kubernetes.pods': odd }).findings).toMatchObject([
      { discriminator: 'unmanaged', facts: { nodes: [{ pods: ['default/y'] }] } },
    ]);
  });

  it('has all blocked pods in its facts, each once a reason', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('blue-1', 'blue-2'), fc.boolean()), { maxLength: 12 }), (places) => {
        const pods = places.map(([nodeName, managed], index) =>
          managed ? pod({ name: `p${index}`, spec: { nodeName } }) : bare(nodeName, `p${index}`),
        );
        const { findings } = run({ 'kubernetes.pods': pods });
        const expected = places.flatMap(([, managed], index) => (managed ? [] : [`shop/p${index}`]));
        const nodes = (findings[0]?.facts.nodes ?? []) as { pods: string[] }[];
        expect(nodes.flatMap((one) => one.pods).sort()).toEqual(expected.sort());
        expect(findings[0]?.facts.pods ?? 0).toBe(expected.length);
      }),
    );
  });
});
