import { describe, expect, it } from 'vitest';
import { deployments, replicaSets, statefulSets } from '../../functions/inventory/evidence/kubernetes-controllers.ts';
import { controllersOf } from '../../functions/workloads/controllers.ts';

const selector = { matchLabels: { app: 'web' } };
const spec = { replicas: 3, selector, template: { metadata: { labels: { app: 'web', tier: 'front' } } } };
const metadata = (name: string, more: object = {}) => ({ name, namespace: 'shop', labels: { team: 'payments' }, ...more });

describe('controllersOf', () => {
  it('reads the three kinds alike, in a fixed order', () => {
    const controllers = controllersOf({
      replicaSets: replicaSets.schema.parse([{ metadata: metadata('bare'), spec }]),
      statefulSets: statefulSets.schema.parse([{ metadata: metadata('db'), spec }]),
      deployments: deployments.schema.parse([{ metadata: metadata('web'), spec }]),
    });
    const common = { namespace: 'shop', replicas: 3, selector, podLabels: { app: 'web', tier: 'front' }, labels: { team: 'payments' } };
    expect(controllers).toEqual([
      { kind: 'Deployment', name: 'web', ...common },
      { kind: 'StatefulSet', name: 'db', ...common },
      { kind: 'ReplicaSet', name: 'bare', ...common },
    ]);
  });

  it('leaves out ReplicaSets that something controls, and those of which only metadata is known', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u1', controller: true };
    const controllers = controllersOf({
      replicaSets: replicaSets.schema.parse([
        { metadata: metadata('web-1', { ownerReferences: [owner] }) },
        { metadata: metadata('web-2', { ownerReferences: [owner] }), spec },
        { metadata: metadata('collected-by-nothing') },
        { metadata: metadata('kept-by-an-owner-that-does-not-control', { ownerReferences: [{ ...owner, controller: false }] }), spec },
      ]),
    });
    expect(controllers.map(({ name }) => name)).toEqual(['kept-by-an-owner-that-does-not-control']);
  });

  it('keeps 0 replicas apart from replicas that are not given', () => {
    const controllers = controllersOf({
      deployments: deployments.schema.parse([
        { metadata: metadata('off'), spec: { ...spec, replicas: 0 } },
        { metadata: metadata('silent'), spec: { ...spec, replicas: undefined } },
      ]),
    });
    expect(controllers.map(({ replicas }) => replicas)).toEqual([0, null]);
  });

  it('takes what is missing as missing', () => {
    expect(controllersOf({ deployments: [{ metadata: { name: 'empty' } }] })).toEqual([
      { kind: 'Deployment', namespace: 'default', name: 'empty', replicas: null, selector: null, podLabels: {}, labels: {} },
    ]);
    expect(controllersOf({})).toEqual([]);
  });
});
