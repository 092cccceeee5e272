import { describe, expect, it } from 'vitest';
import { unlistedWorkloadsOf } from '../../functions/workloads/unlisted-workloads.ts';
import { createPodWithSpec, createWorkload } from '../checks/builders-workloads.ts';

const owner = (kind: string, name: string, apiVersion = 'apps/v1') => ({ apiVersion, kind, name });
const names = (...args: Parameters<typeof unlistedWorkloadsOf>) =>
  unlistedWorkloadsOf(...args).map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);

describe('unlistedWorkloadsOf', () => {
  it('gives pods of nobody', () => {
    const pod = createPodWithSpec({ labels: { team: 'web' } });
    expect(unlistedWorkloadsOf([pod])).toEqual([
      { kind: 'Pod', namespace: 'shop', name: 'debug', labels: { team: 'web' }, specs: [pod.spec] },
    ]);
  });

  it.each([
    ['DaemonSet', 'apps/v1'],
    ['StatefulSet', 'apps/v1'],
    ['Job', 'batch/v1'],
  ])('leaves out pods of a %s', (kind, apiVersion) => {
    expect(names([createPodWithSpec({ owner: owner(kind, 'x', apiVersion) })])).toEqual([]);
  });

  it('gives a custom resource once, with the specs of its pods', () => {
    const pod = (name: string) => createPodWithSpec({ name, owner: owner('StatefulSet', 'db', 'apps.kruise.io/v1beta1') });
    const found = unlistedWorkloadsOf([pod('db-0'), pod('db-1')]);
    expect(found).toMatchObject([{ kind: 'StatefulSet', namespace: 'shop', name: 'db' }]);
    expect(found[0]?.specs).toHaveLength(2);
  });

  it('follows a ReplicaSet to what controls it', () => {
    const pods = ['of-deployment', 'of-rollout', 'alone', 'not-seen'].map((name) =>
      createPodWithSpec({ name: `${name}-1`, owner: owner('ReplicaSet', name) }),
    );
    const replicaSets = [
      createWorkload({ name: 'of-deployment', owner: owner('Deployment', 'web') }),
      createWorkload({ name: 'of-rollout', owner: owner('Rollout', 'shop', 'argoproj.io/v1alpha1') }),
      createWorkload({ name: 'alone' }),
    ];
    expect(names(pods, replicaSets)).toEqual(['Rollout shop/shop']);
    expect(names(pods)).toEqual([]);
  });

  it('does not mix up namespaces', () => {
    const rollout = owner('Rollout', 'shop', 'argoproj.io/v1alpha1');
    const pod = createPodWithSpec({ namespace: 'other', owner: owner('ReplicaSet', 'r') });
    expect(names([pod], [createWorkload({ name: 'r', owner: rollout })])).toEqual([]);
    expect(names([createPodWithSpec(), createPodWithSpec({ namespace: 'other' })])).toEqual(['Pod shop/debug', 'Pod other/debug']);
  });

  it('takes a static pod for itself', () => {
    expect(names([createPodWithSpec({ name: 'agent-node-1', owner: owner('Node', 'node-1', 'v1') })])).toEqual(['Pod shop/agent-node-1']);
  });

  it.each(['Succeeded', 'Failed'])('leaves out a pod that has %s', (phase) => {
    expect(names([createPodWithSpec({ phase })])).toEqual([]);
  });

  it('has nothing to say of pods without a spec, or without pods', () => {
    expect(names([{ metadata: { name: 'x' } }])).toEqual([]);
    expect(names(undefined, undefined)).toEqual([]);
  });
});
