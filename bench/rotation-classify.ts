import { defaultOptions } from '../functions/config/rotation-options.ts';
import { assessNodes } from '../functions/rotation/drain/assess-nodes.ts';
import type { ClusterView } from '../functions/rotation/read/cluster-view.ts';
import { atMost, type Section } from './report.ts';

const size = { nodes: 1000, podsPerNode: 110, podsPerDeployment: 50, namespaces: 50 };

/** What a drain would do to each pod of a cluster as large as they get: one process, nothing read. */
export function benchClassify(): Section {
  const view = largeView();
  const names = view.nodes.slice(0, size.nodes).map(({ metadata }) => metadata.name);
  const place = {
    destinations: view.nodes.slice(size.nodes),
    options: defaultOptions,
    allow: { force: [], unmanaged: [] },
    startedAt: view.readAt,
  };
  const once = () => {
    const before = process.cpuUsage();
    const assessed = assessNodes(view, names, place);
    const { user, system } = process.cpuUsage(before);
    const evictable = assessed.reduce((sum, { pods }) => sum + pods.filter(({ assessment }) => assessment.verdict === 'evict').length, 0);
    if (evictable !== view.pods.length) throw new Error(`${evictable} of ${view.pods.length} pods would be evicted`);
    return (user + system) / 1e6;
  };
  const times = Array.from({ length: 5 }, once).sort((a, b) => a - b);
  return {
    title: 'Pods of a drain, classified',
    notes: [
      `${size.nodes} nodes with ${size.podsPerNode} pods each, in ${view.deployments.length} Deployments with a budget each: ` +
        'what a drain to as many empty nodes would do to every pod, from what was read. Middle of five runs in one process.',
    ],
    figures: [atMost(`CPU, ${size.nodes * size.podsPerNode} pods`, times[2] ?? Number.NaN, 's', 2)],
  };
}

function largeView(): ClusterView {
  const index = (length: number) => Array.from({ length }, (_, position) => position);
  const pods = size.nodes * size.podsPerNode;
  const deployments = pods / size.podsPerDeployment;
  const namespace = (deployment: number) => `n${deployment % size.namespaces}`;
  const owner = (kind: string, name: string) => [{ kind, name, controller: true }];
  return {
    readAt: new Date('2026-11-21T06:00:00Z'),
    nodes: index(2 * size.nodes).map((node) => ({
      metadata: { name: `node-${node}` },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    })),
    pods: index(pods).map((pod) => {
      const deployment = pod % deployments;
      return {
        metadata: {
          name: `d${deployment}-${pod}`,
          namespace: namespace(deployment),
          uid: `uid-${pod}`,
          labels: { app: `d${deployment}`, 'pod-template-hash': '1' },
          ownerReferences: owner('ReplicaSet', `d${deployment}-1`),
        },
        spec: { nodeName: `node-${pod % size.nodes}`, containers: [{ name: 'app', image: 'example.com/app:1.2.3' }] },
        status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
      };
    }),
    podDisruptionBudgets: index(deployments).map((one) => ({
      metadata: { name: `d${one}`, namespace: namespace(one) },
      spec: { maxUnavailable: 5, selector: { matchLabels: { app: `d${one}` } } },
      status: { disruptionsAllowed: 5, currentHealthy: 50, desiredHealthy: 45, expectedPods: 50 },
    })),
    deployments: index(deployments).map((one) => ({
      metadata: { name: `d${one}`, namespace: namespace(one) },
      spec: { replicas: size.podsPerDeployment, selector: { matchLabels: { app: `d${one}` } } },
    })),
    statefulSets: [],
    daemonSets: [],
    replicaSets: index(deployments).map((one) => ({
      metadata: { name: `d${one}-1`, namespace: namespace(one), ownerReferences: owner('Deployment', `d${one}`) },
    })),
    jobs: [],
    persistentVolumes: [],
  };
}
