import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EXTERNAL_ID, HUB, LOGISTICS_ACCOUNT, ROTATE_ROLE, rotationWorld } from '../test/local-aws/rotation-world.ts';

export { EXTERNAL_ID, HUB, LOGISTICS_ACCOUNT };

export const REGION = 'us-east-1';
/** Of each cluster of the benchmark: nodes of blue, pods, and the Deployments that have them, each with a budget. */
export const sizes = { nodes: 100, pods: 1000, deployments: 50, maxUnavailable: '20%' };

/** A cluster on a control plane of its own: a full group and an empty one. */
const cluster = (name: string) => ({
  account: LOGISTICS_ACCOUNT,
  name,
  version: '1.34',
  plane: name,
  subnets: ['a', 'b', 'c'].map((zone) => [zone, 4000]),
  nodegroups: ['blue', 'green'].map((group) => ({
    name: group,
    desired: group === 'blue' ? sizes.nodes : 0,
    min: 0,
    max: sizes.nodes + 20,
    version: '1.34',
    labels: { pool: 'workers' },
  })),
  access: [{ role: ROTATE_ROLE, groups: ['eks-greenlight:rotate'] }],
});

/** @param clusters of which each is rotated on its own */
export const benchWorld = (clusters: readonly string[]) => ({
  hub: HUB,
  caller: rotationWorld.caller,
  roles: rotationWorld.roles,
  set: { update_seconds: 0.5 },
  clusters: clusters.map(cluster),
});

const run = promisify(execFile);

/** Lets the rotate role in and puts the pods there; budgets come after them, because of one that comes first the controller counts late. */
export async function fillForRotation(kubectl: readonly string[]): Promise<void> {
  const [program = 'kubectl', ...leading] = kubectl;
  const apply = async (...manifests: readonly object[]) => {
    const applied = run(program, [...leading, 'apply', '--filename', '-'], { maxBuffer: 2 ** 24 });
    applied.child.stdin?.end(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }));
    await applied;
  };
  await run(program, [...leading, 'apply', '--filename', join(import.meta.dirname, '../docs/reference/rotate-cluster-role.yaml')]);
  await until('nodes', async () => (await count(kubectl, 'nodes', ['--selector', 'pool=workers'])) >= sizes.nodes);
  const apps = Array.from({ length: sizes.deployments }, (_, index) => `app-${index}`);
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } });
  await apply(...apps.map((app) => deployment('apps', app, sizes.pods / sizes.deployments)), agent, coreDns);
  await run(program, [...leading, 'rollout', 'status', '--namespace', 'kube-system', '--timeout', '120s', 'deployment/coredns']);
  await until('ready pods', async () => (await readyPods(kubectl)) >= sizes.pods);
  await apply(...apps.map((app) => budget('apps', app, sizes.maxUnavailable)), budget('kube-system', 'coredns', 1));
  const perApp = sizes.pods / sizes.deployments;
  await until('budgets', async () => {
    const counted = await output(kubectl, ['get', 'pdb', '-n', 'apps', '-o', 'jsonpath={.items[*].status.currentHealthy}']);
    const healthy = counted.split(' ').filter((one) => Number(one) === perApp);
    return healthy.length === sizes.deployments;
  });
}

const labels = (app: string) => ({ app });

function deployment(namespace: string, app: string, replicas: number, more: object = {}) {
  const containers = [{ name: 'app', image: `example.com/${app}:1`, resources: { requests: { cpu: '100m', memory: '128Mi' } } }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels(app) },
      template: { metadata: { labels: labels(app) }, spec: { containers, ...more } },
    },
  };
}

const coreDns = deployment('kube-system', 'coredns', 2, { priorityClassName: 'system-cluster-critical' });

const agent = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent', namespace: 'apps' },
  spec: {
    selector: { matchLabels: labels('agent') },
    template: { metadata: { labels: labels('agent') }, spec: { containers: [{ name: 'agent', image: 'example.com/agent:1' }] } },
  },
};

function budget(namespace: string, app: string, maxUnavailable: string | number) {
  const spec = { maxUnavailable, selector: { matchLabels: labels(app) } };
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: app, namespace }, spec };
}

async function output([program = 'kubectl', ...leading]: readonly string[], more: readonly string[]): Promise<string> {
  return (await run(program, [...leading, ...more], { maxBuffer: 2 ** 26 })).stdout;
}

async function count(kubectl: readonly string[], kind: string, more: readonly string[]): Promise<number> {
  return (await output(kubectl, ['get', kind, ...more, '--output', 'name'])).split('\n').filter((line) => line !== '').length;
}

async function readyPods(kubectl: readonly string[]): Promise<number> {
  const ready = await output(kubectl, ['get', 'deployments', '-n', 'apps', '-o', 'jsonpath={.items[*].status.readyReplicas}']);
  return ready.split(' ').reduce((sum, one) => sum + Number(one), 0);
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within two minutes: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
