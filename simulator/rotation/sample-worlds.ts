import { type ClusterInput, createLiveWorld, type LiveWorldInput } from './build.ts';
import { daemonSet, deployment, job, statefulSet } from './declare.ts';
import type { LiveWorld } from './world.ts';

type Overrides = Partial<Omit<LiveWorldInput, 'clusters'>> & { readonly cluster?: Partial<ClusterInput> };

/** DNS and the DaemonSets that every cluster of EKS has. */
export const systemWorkloads = [
  daemonSet({ name: 'aws-node' }),
  daemonSet({ name: 'kube-proxy' }),
  deployment({
    name: 'coredns',
    namespace: 'kube-system',
    replicas: 2,
    cpu: '100m',
    memory: '70Mi',
    budget: { maxUnavailable: 1 },
    spec: { priorityClassName: 'system-cluster-critical' },
  }),
];

/** `workers-a` with four nodes and `workers-b` with none, of one pair; twelve pods beside the DaemonSets: shop/web (5, at most one missing),
 *  shop/api (3, at least two), shop/worker (2, no budget), kube-system/coredns (2). */
export function smallWorld({ cluster, ...world }: Overrides = {}): LiveWorld {
  return createLiveWorld({
    ...world,
    clusters: [
      {
        groups: pair(4),
        workloads: [
          ...systemWorkloads,
          deployment({ name: 'web', replicas: 5, budget: { maxUnavailable: 1 } }),
          deployment({ name: 'api', replicas: 3, budget: { minAvailable: 2 } }),
          deployment({ name: 'worker', replicas: 2 }),
        ],
        ...cluster,
      },
    ],
  });
}

/** Two zones, and shop/db: a StatefulSet of three with a volume each, beside shop/web. */
export function statefulWorld({ cluster, ...world }: Overrides = {}): LiveWorld {
  return createLiveWorld({
    ...world,
    clusters: [
      {
        zones: ['eu-west-1a', 'eu-west-1b'],
        groups: pair(4),
        workloads: [
          ...systemWorkloads,
          statefulSet({ name: 'db', replicas: 3, storage: true, cpu: '500m', budget: { maxUnavailable: 1 } }),
          deployment({ name: 'web', replicas: 3, budget: { maxUnavailable: 1 } }),
        ],
        ...cluster,
      },
    ],
  });
}

/** batch/report: a Job that runs for so many seconds from the start, beside shop/web. */
export function jobWorld(seconds: number, { cluster, ...world }: Overrides = {}): LiveWorld {
  return createLiveWorld({
    ...world,
    clusters: [
      {
        groups: pair(2),
        workloads: [
          ...systemWorkloads,
          deployment({ name: 'web', replicas: 3, budget: { maxUnavailable: 1 } }),
          job({ name: 'report', namespace: 'batch', seconds }),
        ],
        ...cluster,
      },
    ],
  });
}

/** Two node groups of one pair: the first has nodes. */
export function pair(size: number): ClusterInput['groups'] {
  const tags = { 'eks-greenlight/pair': 'workers' };
  return [
    { name: 'workers-a', size, min: Math.max(1, size - 2), max: size * 2, tags },
    { name: 'workers-b', size: 0, min: 0, max: size * 2, tags },
  ];
}
