import { nodes } from '../../functions/inventory/evidence/kubernetes-nodes.ts';
import { podDisruptionBudgets } from '../../functions/inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import { pods } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import { type DrainSurroundings, drainContext } from '../../functions/workloads/drain.ts';
import type { PersistentVolume } from '../../functions/workloads/volumes.ts';

export const now = Date.parse('2026-11-21T06:00:00Z');

/** ISO instant, seconds from `now`. */
export const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();

export const owner = (kind: string, name: string, apiVersion = 'apps/v1') => ({
  apiVersion,
  kind,
  name,
  uid: `uid-${name}`,
  controller: true,
});

interface PodParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
  /** @default ReplicaSet web-1 */
  readonly owner?: ReturnType<typeof owner> | null;
  readonly ready?: boolean;
}

/** A ready pod of Deployment `web` on node `blue-1`, as an inventory keeps it. */
export function pod({
  name = 'web-1-a',
  namespace = 'shop',
  metadata,
  spec,
  status,
  owner: by = owner('ReplicaSet', 'web-1'),
  ready = true,
}: PodParts = {}) {
  return pods.schema.element.parse({
    metadata: { name, namespace, labels: { app: 'web' }, ownerReferences: by ? [by] : [], ...metadata },
    spec: { nodeName: 'blue-1', containers: [{ name: 'app' }], ...spec },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }], ...status },
  });
}

/** A Ready node in zone a. */
export function node(
  name: string,
  parts: { readonly labels?: object; readonly spec?: object; readonly status?: object; readonly ready?: string } = {},
) {
  const { labels, spec, status, ready = 'True' } = parts;
  return nodes.schema.element.parse({
    metadata: { name, labels: { 'topology.kubernetes.io/zone': 'a', ...labels } },
    spec: { ...spec },
    status: { allocatable: { cpu: '3920m', memory: '15Gi', pods: '58' }, conditions: [{ type: 'Ready', status: ready }], ...status },
  });
}

/** A budget over `app: web` that allows one disruption. */
export function budget(
  parts: { readonly name?: string; readonly namespace?: string; readonly spec?: object; readonly status?: object | null } = {},
) {
  const { name = 'web', namespace = 'shop', spec, status } = parts;
  return podDisruptionBudgets.schema.element.parse({
    metadata: { name, namespace },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } }, ...spec },
    status: status === null ? null : { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, ...status },
  });
}

/** The volume of a claim, in a zone unless it is local. */
export function volume(
  claim: string,
  parts: { readonly zone?: string; readonly phase?: string; readonly name?: string; readonly spec?: object } = {},
): PersistentVolume {
  const { zone, phase = 'Bound', name = `pv-${claim}`, spec } = parts;
  const terms = [{ matchExpressions: [{ key: 'topology.ebs.csi.aws.com/zone', operator: 'In', values: [zone ?? ''] }] }];
  return {
    metadata: { name },
    spec: {
      claimRef: { namespace: 'shop', name: claim },
      ...(zone && { nodeAffinity: { required: { nodeSelectorTerms: terms } } }),
      ...spec,
    },
    status: { phase },
  };
}

export const claim = (claimName: string) => ({ name: claimName, persistentVolumeClaim: { claimName } });

const object = (name: string, namespace = 'shop') => ({ metadata: { name, namespace, uid: `uid-${name}` } });

/** Nodes `blue-1` and `blue-2`, with the controllers that the builders name. */
export function surroundings(overrides: Partial<DrainSurroundings> = {}): DrainSurroundings {
  return {
    now,
    pods: [],
    nodes: [node('blue-1'), node('blue-2')],
    podDisruptionBudgets: [],
    deployments: [object('web')],
    replicaSets: [{ metadata: { ...object('web-1').metadata, ownerReferences: [owner('Deployment', 'web')] } }],
    statefulSets: [object('db')],
    daemonSets: [object('aws-node', 'kube-system')],
    jobs: [object('report')],
    persistentVolumes: [],
    ...overrides,
  };
}

export const context = (overrides: Partial<DrainSurroundings> = {}) => drainContext(surroundings(overrides));
