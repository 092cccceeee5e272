import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DrainSurroundings } from '../../functions/workloads/drain.ts';
import { forecastDrain } from '../../functions/workloads/drain-forecast.ts';
import { drainReasons } from '../../functions/workloads/drain-reasons.ts';
import { budget, claim, node, owner, pod, surroundings, volume } from './drain-builders.ts';

const forecast = (overrides: Partial<DrainSurroundings>) => forecastDrain(surroundings(overrides));

const on = (nodeName: string, name: string, spec: object = {}) => pod({ name, spec: { nodeName, ...spec } });
const bare = (nodeName: string, name: string, namespace = 'shop') => pod({ name, namespace, owner: null, spec: { nodeName } });
const summary = (all: ReturnType<typeof forecast>) =>
  all.map(({ node, blocked }) => [node, blocked.map(({ namespace, pod, reason }) => `${reason} ${namespace}/${pod}`)]);

describe('forecastDrain', () => {
  it('counts each node by verdict and names what blocks, with its group', () => {
    const nodes = [node('b'), node('a', { labels: { 'eks.amazonaws.com/nodegroup': 'web' } })];
    const daemon = pod({ name: 'aws-node-x', namespace: 'kube-system', owner: owner('DaemonSet', 'aws-node'), spec: { nodeName: 'a' } });
    const job = pod({ name: 'report-x', owner: owner('Job', 'report', 'batch/v1'), spec: { nodeName: 'a' } });
    const pods = [bare('a', 'z'), daemon, job, on('a', 'web-1-a'), bare('a', 'y'), bare('a', 'x', 'dev'), on('b', 'web-1-b')];
    expect(forecast({ nodes, pods })).toEqual([
      {
        node: 'a',
        group: { kind: 'Nodegroup', name: 'web' },
        counts: { block: 3, wait: 1, evict: 1, skip: 1 },
        blocked: [
          { namespace: 'dev', pod: 'x', reason: 'unmanaged', why: 'it has no controller: nothing would replace it' },
          { namespace: 'shop', pod: 'y', reason: 'unmanaged', why: 'it has no controller: nothing would replace it' },
          { namespace: 'shop', pod: 'z', reason: 'unmanaged', why: 'it has no controller: nothing would replace it' },
        ],
      },
      {
        node: 'b',
        group: { kind: 'SelfManagedNodes', name: 'self-managed' },
        counts: { block: 0, wait: 0, evict: 1, skip: 0 },
        blocked: [],
      },
    ]);
  });

  it('names a pod under each reason that blocks, in the order of the reasons', () => {
    const pods = [
      pod({ name: 'a', owner: null, spec: { terminationGracePeriodSeconds: 9999, volumes: [{ name: 'd', hostPath: { path: '/data' } }] } }),
    ];
    expect(summary(forecast({ pods }))).toEqual([
      ['blue-1', ['unmanaged shop/a', 'data-on-node shop/a', 'grace-exceeds-deadline shop/a']],
      ['blue-2', []],
    ]);
    expect(forecast({ pods })[0]?.counts.block).toBe(1);
  });

  it('orders by reason before names', () => {
    const disk = on('blue-1', 'a', { volumes: [{ name: 'd', hostPath: { path: '/data' } }] });
    expect(summary(forecast({ pods: [disk, bare('blue-1', 'z')] }))[0]).toEqual(['blue-1', ['unmanaged shop/z', 'data-on-node shop/a']]);
  });

  it('names a reason once, however often it holds', () => {
    const claims = [claim('data-db-0'), claim('logs-db-0')];
    const pods = [pod({ name: 'db-0', owner: owner('StatefulSet', 'db'), spec: { nodeName: 'blue-1', volumes: claims } })];
    const persistentVolumes = [volume('data-db-0', { zone: 'y' }), volume('logs-db-0', { zone: 'z' })];
    expect(summary(forecast({ pods, persistentVolumes }))[0]).toEqual(['blue-1', ['volume-zone-not-covered shop/db-0']]);
  });

  it('asks the budgets with all pods', () => {
    const never = [budget({ spec: { maxUnavailable: 0 }, status: { disruptionsAllowed: 0 } })];
    expect(summary(forecast({ pods: [on('blue-1', 'web-1-a'), on('blue-2', 'web-1-b')], podDisruptionBudgets: never }))).toEqual([
      ['blue-1', ['budget-never-allows shop/web-1-a']],
      ['blue-2', ['budget-never-allows shop/web-1-b']],
    ]);
    const two = [budget(), budget({ name: 'second' })];
    expect(summary(forecast({ pods: [on('blue-1', 'web-1-a')], podDisruptionBudgets: two }))[0]).toEqual([
      'blue-1',
      ['two-budgets shop/web-1-a'],
    ]);
  });

  it('replaces a node by one with its labels', () => {
    const nodes = [
      node('gpu-1', { labels: { pool: 'gpu', 'kubernetes.io/hostname': 'gpu-1' } }),
      node('web-1', { labels: { pool: 'web' } }),
    ];
    expect(summary(forecast({ nodes, pods: [on('gpu-1', 'a', { nodeSelector: { pool: 'gpu' } })] }))[0]).toEqual(['gpu-1', []]);
  });

  it('trap: what selects the node itself cannot go anywhere', () => {
    const nodes = [node('a', { labels: { 'kubernetes.io/hostname': 'a' } }), node('b', { labels: { 'kubernetes.io/hostname': 'b' } })];
    const byLabel = on('a', 'label', { nodeSelector: { 'kubernetes.io/hostname': 'a' } });
    const terms = (values: string[]) => ({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values }] }],
        },
      },
    });
    const byName = on('a', 'name', { affinity: terms(['a']) });
    const other = on('a', 'other', { affinity: terms(['b']) });
    expect(summary(forecast({ nodes, pods: [byLabel, byName, other] }))[0]).toEqual([
      'a',
      ['no-destination shop/label', 'no-destination shop/name'],
    ]);
  });

  it('wants a Ready node in the zone of a volume', () => {
    const nodes = [node('a'), node('c', { labels: { 'topology.kubernetes.io/zone': 'c' }, ready: 'False' })];
    const pods = [
      pod({ name: 'db-0', owner: owner('StatefulSet', 'db'), spec: { nodeName: 'a', volumes: [claim('data-db-0')] } }),
      pod({ name: 'db-1', owner: owner('StatefulSet', 'db'), spec: { nodeName: 'c', volumes: [claim('data-db-1')] } }),
    ];
    const persistentVolumes = [volume('data-db-0', { zone: 'a' }), volume('data-db-1', { zone: 'c' })];
    expect(summary(forecast({ nodes, pods, persistentVolumes }))).toEqual([
      ['a', []],
      ['c', ['volume-zone-not-covered shop/db-1']],
    ]);
  });

  it('leaves Fargate out, and pods on nodes that are gone', () => {
    const fargate = node('fargate-1', { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } });
    expect(
      summary(
        forecast({
          nodes: [fargate, node('a')],
          pods: [bare('fargate-1', 'x'), bare('gone', 'y'), pod({ name: 'z', owner: null, spec: { nodeName: null } })],
        }),
      ),
    ).toEqual([['a', []]]);
    // Its pods take no node of Fargate either.
    const pods = [on('a', 'x', { nodeSelector: { 'eks.amazonaws.com/compute-type': 'fargate' } })];
    expect(summary(forecast({ nodes: [fargate, node('a')], pods }))).toEqual([['a', ['no-destination shop/x']]]);
    expect(forecast({ nodes: [] })).toEqual([]);
  });

  it('does not depend on the order, names every blocked pod once a reason, and counts every pod', () => {
    const arbitraryPod = fc.record({
      name: fc.stringMatching(/^[a-d]$/),
      nodeName: fc.constantFrom('blue-1', 'blue-2', 'gone'),
      managed: fc.boolean(),
      grace: fc.constantFrom(30, 9999),
    });
    fc.assert(
      fc.property(fc.uniqueArray(arbitraryPod, { selector: ({ name }) => name }), (arbitrary) => {
        const pods = arbitrary.map(({ name, nodeName, managed, grace }) =>
          pod({ name, ...(managed ? {} : { owner: null }), spec: { nodeName, terminationGracePeriodSeconds: grace } }),
        );
        const all = forecast({ pods });
        expect(forecast({ pods: pods.toReversed(), nodes: [node('blue-2'), node('blue-1')] })).toEqual(all);
        const blocking = new Set(drainReasons.filter(({ verdict }) => verdict === 'block').map(({ reason }) => reason as string));
        for (const { node: name, counts, blocked } of all) {
          const here = arbitrary.filter(({ nodeName }) => nodeName === name);
          expect(Object.values(counts).reduce((a, b) => a + b)).toBe(here.length);
          expect(blocked.every(({ reason }) => blocking.has(reason))).toBe(true);
          expect(blocked).toHaveLength(here.filter(({ managed }) => !managed).length + here.filter(({ grace }) => grace > 1800).length);
        }
      }),
    );
  });
});
