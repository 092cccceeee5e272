import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecastNode, forecastNodes } from '../../functions/workloads/drain-node.ts';
import { compareReasons } from '../../functions/workloads/drain-reasons.ts';
import { budget, context, node, owner, pod } from './drain-builders.ts';

const daemon = pod({ name: 'aws-node-x', namespace: 'kube-system', owner: owner('DaemonSet', 'aws-node') });
const job = pod({ name: 'report-x', owner: owner('Job', 'report', 'batch/v1') });
const bare = (name: string, namespace = 'shop') => pod({ name, namespace, owner: null });
const done = pod({ name: 'done', status: { phase: 'Succeeded' } });
const optedOut = pod({ name: 'pinned', metadata: { labels: { 'eks-greenlight/drain': 'skip' } } });

describe('forecastNode', () => {
  it('groups by reason, blockers first, each pod with its reason', () => {
    const pods = [daemon, pod({ name: 'web-1-b' }), bare('z'), job, bare('a'), pod({ name: 'web-1-a' }), bare('a', 'dev'), done];
    const forecast = forecastNode('blue-1', pods, context({ pods }));
    expect(forecast).toMatchObject({ node: 'blue-1', verdict: 'block', empty: false, counts: { block: 3, wait: 1, evict: 2, skip: 2 } });
    expect(
      forecast.groups.map(({ verdict, reason, pods }) => [verdict, reason, pods.map(({ namespace, name }) => `${namespace}/${name}`)]),
    ).toEqual([
      ['block', 'unmanaged', ['dev/a', 'shop/a', 'shop/z']],
      ['wait', 'job-running', ['shop/report-x']],
      ['evict', 'evictable', ['shop/web-1-a', 'shop/web-1-b']],
      ['skip', 'finished', ['shop/done']],
      ['skip', 'daemonset', ['kube-system/aws-node-x']],
    ]);
    expect(forecast.groups[0]?.pods[0]?.message).toBe('it has no controller: nothing would replace it');
  });

  it('keeps what else holds beside the reason', () => {
    const pods = [pod({ owner: null, spec: { nodeName: 'blue-1', terminationGracePeriodSeconds: 9999 } })];
    expect(forecastNode('blue-1', pods, context()).groups[0]?.pods[0]?.also).toEqual([
      expect.objectContaining({ reason: 'grace-exceeds-deadline' }),
    ]);
  });

  it('counts only what is bound to the node', () => {
    const pods = [
      bare('a'),
      pod({ name: 'other', spec: { nodeName: 'blue-2' } }),
      pod({ name: 'pending', spec: { nodeName: null }, status: { phase: 'Pending' } }),
    ];
    expect(forecastNode('blue-2', pods, context()).counts).toEqual({ block: 0, wait: 0, evict: 1, skip: 0 });
  });

  it('is empty with nothing but what stays', () => {
    expect(forecastNode('blue-1', [], context())).toEqual({
      node: 'blue-1',
      verdict: 'skip',
      empty: true,
      counts: { block: 0, wait: 0, evict: 0, skip: 0 },
      groups: [],
    });
    expect(forecastNode('blue-1', [daemon, done], context())).toMatchObject({ verdict: 'skip', empty: true });
  });

  it('trap: a pod that opted out is left alone, and its node is not empty', () => {
    expect(forecastNode('blue-1', [daemon, optedOut], context())).toMatchObject({ verdict: 'skip', empty: false });
    expect(forecastNode('blue-1', [optedOut], context({ policy: { acceptLoss: ['shop/pinned'] } }))).toMatchObject({
      verdict: 'skip',
      empty: true,
    });
  });

  it('a budget that refuses is seen through the pods of other nodes', () => {
    const looping = pod({
      name: 'web-1-z',
      ready: false,
      spec: { nodeName: 'blue-2' },
      status: { containerStatuses: [{ name: 'app', ready: false, restartCount: 9 }] },
    });
    const podDisruptionBudgets = [budget({ status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2 } })];
    const forecast = forecastNode('blue-1', [pod()], context({ pods: [pod(), looping], podDisruptionBudgets }));
    expect(forecast.groups.map(({ reason }) => reason)).toEqual(['budget-keeps-crash-looping']);
  });
});

describe('forecastNodes', () => {
  it('has every node, those that block first, then by name', () => {
    const nodes = ['n1', 'n4', 'n3', 'n2'].map((name) => node(name));
    const on = (nodeName: string) => ({ spec: { nodeName } });
    const pods = [pod({ ...on('n1') }), pod({ owner: null, ...on('n4') }), pod({ owner: null, ...on('n2') })];
    expect(forecastNodes(pods, context({ nodes, pods })).map(({ node, verdict }) => [node, verdict])).toEqual([
      ['n2', 'block'],
      ['n4', 'block'],
      ['n1', 'evict'],
      ['n3', 'skip'],
    ]);
  });
});

describe('laws of the forecast', () => {
  const some = [daemon, job, done, optedOut, pod(), bare('a'), bare('b'), bare('a', 'dev'), pod({ name: 'web-1-c', ready: false })];
  const shuffled = fc.shuffledSubarray(some);

  it('every pod is in exactly one group, and no group is empty', () => {
    fc.assert(
      fc.property(shuffled, (pods) => {
        const { groups, counts } = forecastNode('blue-1', pods, context({ pods }));
        const names = groups.flatMap((group) => group.pods.map(({ namespace, name }) => `${namespace}/${name}`));
        expect(names.toSorted()).toEqual(pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort());
        expect(groups.every((group) => group.pods.length > 0)).toBe(true);
        expect(counts.block + counts.wait + counts.evict + counts.skip).toBe(pods.length);
        const reasons = groups.map(({ reason }) => reason);
        expect(reasons).toEqual(reasons.toSorted(compareReasons));
      }),
    );
  });

  it('the order of the pods does not matter', () => {
    fc.assert(
      fc.property(shuffled, (pods) => {
        expect(forecastNodes(pods, context({ pods }))).toEqual(forecastNodes(pods.toReversed(), context({ pods: pods.toReversed() })));
      }),
    );
  });
});
