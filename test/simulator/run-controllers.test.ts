import { describe, expect, it } from 'vitest';
import { crashLooping } from '../../functions/workloads/pods.ts';
import { createNodes } from '../../simulator/build/nodes.ts';
import { runControllers, type Troubles } from '../../simulator/build/run-controllers.ts';
import { createSite } from '../../simulator/build/site.ts';
import {
  createDaemonSet,
  createDeployment,
  createPodDisruptionBudget,
  createStatefulSet,
  mergeReleases,
  type Release,
} from '../../simulator/build/workloads.ts';

const site = createSite({ accountId: '111111111111', region: 'eu-west-1', name: 'payments', octet: 10 });
const nodes = createNodes(site, { pool: 'general', count: 3, kubelet: '1.34', notReady: [2] });
const web = createDeployment({ namespace: 'shop', name: 'web', image: 'web:1', replicas: 4 });

function run(release: Release, troubles: Troubles = {}) {
  return runControllers(mergeReleases([release]), nodes, troubles);
}

function budget(spec: { minAvailable?: number | string; maxUnavailable?: number | string }) {
  return createPodDisruptionBudget({ namespace: 'shop', name: 'web', ...spec });
}

describe('the simulated controllers', () => {
  it('give a Deployment one current ReplicaSet, old ones of size 0, and its pods', () => {
    const { replicaSets, pods } = run({ deployments: [web] });
    expect(replicaSets.map(({ spec }) => spec?.replicas)).toEqual([4, 0, 0]);
    const [current] = replicaSets;
    expect(pods).toHaveLength(4);
    for (const { metadata } of pods) {
      expect(metadata.ownerReferences).toMatchObject([{ kind: 'ReplicaSet', name: current?.metadata.name, controller: true }]);
      expect(metadata.labels).toMatchObject(current?.spec?.selector?.matchLabels ?? { none: '' });
    }
  });

  it('place replicas on Ready nodes in turn, and DaemonSets on all', () => {
    const daemonSet = createDaemonSet({ namespace: 'logging', name: 'agent', image: 'agent:1' });
    const { pods, daemonSets } = run({ deployments: [web], daemonSets: [daemonSet] });
    const [first, second, broken] = nodes.map(({ metadata }) => metadata.name);
    expect(pods.map(({ spec }) => spec?.nodeName)).toEqual([first, second, first, second, first, second, broken]);
    expect(daemonSets[0]?.status).toEqual({ desiredNumberScheduled: 3, numberReady: 2 });
    expect(pods.at(-1)?.status?.conditions).toEqual([{ type: 'Ready', status: 'False' }]);
  });

  it('leave Fargate nodes alone where there are others, and run no DaemonSet on them', () => {
    const fargate = createNodes(site, { pool: 'fargate', count: 1, kubelet: '1.34', os: 'fargate', managedBy: 'fargate' });
    const daemonSet = createDaemonSet({ namespace: 'logging', name: 'agent', image: 'agent:1' });
    const declared = mergeReleases([{ deployments: [web], daemonSets: [daemonSet] }]);
    const { pods } = runControllers(declared, [...fargate, ...nodes], {});
    expect(pods).toHaveLength(4 + 3);
    expect(pods.map(({ spec }) => spec?.nodeName)).not.toContain(fargate[0]?.metadata.name);
  });

  it('give each replica of a StatefulSet its number and its claim', () => {
    const { pods } = run({
      statefulSets: [createStatefulSet({ namespace: 'shop', name: 'redis', image: 'redis:8', replicas: 2, storage: true })],
    });
    expect(pods.map(({ metadata, spec }) => [metadata.name, spec?.volumes?.[0]?.persistentVolumeClaim?.claimName])).toEqual([
      ['redis-0', 'data-redis-0'],
      ['redis-1', 'data-redis-1'],
    ]);
  });

  it('let the last pods of a workload crash, be unready, or wait for a node', () => {
    const { pods, deployments } = run({ deployments: [web] }, { 'shop/web': { crashLooping: 1, unready: 1, pending: 1 } });
    expect(pods.map((pod) => crashLooping(pod).length)).toEqual([0, 1, 0, 0]);
    expect(pods.map(({ status }) => status?.phase)).toEqual(['Running', 'Running', 'Running', 'Pending']);
    expect(pods[3]?.spec).not.toHaveProperty('nodeName');
    expect(deployments[0]?.status).toEqual({ replicas: 4, readyReplicas: 1 });
  });

  it.each([
    [{ maxUnavailable: 1 }, 0, { disruptionsAllowed: 1, currentHealthy: 4, desiredHealthy: 3, expectedPods: 4 }],
    [{ maxUnavailable: 1 }, 1, { disruptionsAllowed: 0, currentHealthy: 3, desiredHealthy: 3, expectedPods: 4 }],
    [{ maxUnavailable: 1 }, 2, { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 3, expectedPods: 4 }],
    [{ maxUnavailable: '30%' }, 0, { disruptionsAllowed: 2, currentHealthy: 4, desiredHealthy: 2, expectedPods: 4 }],
    [{ minAvailable: '60%' }, 0, { disruptionsAllowed: 1, currentHealthy: 4, desiredHealthy: 3, expectedPods: 4 }],
    [{ minAvailable: 4 }, 0, { disruptionsAllowed: 0, currentHealthy: 4, desiredHealthy: 4, expectedPods: 4 }],
  ])('fill in the status of a budget of %j with %i unready pods', (spec, unready, status) => {
    const { podDisruptionBudgets } = run({ deployments: [web], podDisruptionBudgets: [budget(spec)] }, { 'shop/web': { unready } });
    expect(podDisruptionBudgets[0]?.status).toEqual(status);
  });

  it('keep a budget to the pods of its namespace', () => {
    const elsewhere = createDeployment({ namespace: 'staging', name: 'web', image: 'web:1', replicas: 2 });
    const { podDisruptionBudgets } = run({ deployments: [web, elsewhere], podDisruptionBudgets: [budget({ maxUnavailable: 1 })] });
    expect(podDisruptionBudgets[0]?.status?.expectedPods).toBe(4);
  });
});
