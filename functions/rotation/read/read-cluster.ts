import * as z from 'zod';
import { daemonSets, deployments, replicaSets, statefulSets } from '../../inventory/evidence/kubernetes-controllers.ts';
import { metadata } from '../../inventory/evidence/kubernetes-metadata.ts';
import { nodes } from '../../inventory/evidence/kubernetes-nodes.ts';
import { podDisruptionBudgets } from '../../inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import { pods } from '../../inventory/evidence/kubernetes-pods.ts';
import { listItems } from '../../inventory/listing.ts';
import type { KubernetesReadPort } from '../ports.ts';
import type { ClusterView, LiveNode } from './cluster-view.ts';

/** Objects a page: what kubectl and the controllers ask for. */
const limit = 500;

const strings = z.record(z.string(), z.string());

/** Evidence with what a rotation needs beside it. Of annotations all are kept: they are compared, and never stored or logged. */
export const liveNodeSchema = nodes.schema.element.extend({
  metadata: metadata.extend({ resourceVersion: z.string().nullish(), annotations: strings.nullish() }),
});

const livePod = pods.schema.element.extend({
  metadata: metadata.extend({ finalizers: z.array(z.string()).nullish() }),
  status: pods.schema.element.shape.status
    .unwrap()
    .unwrap()
    .extend({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().nullish(),
            message: z.string().nullish(),
            lastTransitionTime: z.string().nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

const presence = z.object({}).nullish();
const expression = z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() });
const volume = z.object({
  metadata: z.object({ name: z.string(), labels: strings.nullish() }),
  spec: z
    .object({
      accessModes: z.array(z.string()).nullish(),
      claimRef: z.object({ namespace: z.string().nullish(), name: z.string().nullish() }).nullish(),
      local: presence,
      hostPath: presence,
      nodeAffinity: z
        .object({
          required: z
            .object({
              nodeSelectorTerms: z.array(
                z.object({ matchExpressions: z.array(expression).nullish(), matchFields: z.array(expression).nullish() }),
              ),
            })
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
  status: z.object({ phase: z.string().nullish() }).nullish(),
});

const owner = z.object({ metadata });

/** What one pass reads of the API server: each list once, none from a cache. A list that fails fails the pass (V15): nothing is decided
 *  from half of a cluster.
 *  @param now when the reading began
 *  @throws CollectionError as the port does; `InvalidResponse` for an answer in another shape */
export async function readCluster(kubernetes: KubernetesReadPort, now: Date): Promise<ClusterView> {
  const list = lister(kubernetes);
  const [nodes, pods, budgets, deploymentList, statefulSetList, daemonSetList, replicaSetList, jobs, persistentVolumes] = await Promise.all(
    [
      readNodes(kubernetes),
      list('/api/v1/pods', livePod),
      list('/apis/policy/v1/poddisruptionbudgets', podDisruptionBudgets.schema.element),
      list('/apis/apps/v1/deployments', deployments.schema.element),
      list('/apis/apps/v1/statefulsets', statefulSets.schema.element),
      list('/apis/apps/v1/daemonsets', daemonSets.schema.element),
      list('/apis/apps/v1/replicasets', replicaSets.schema.element, true),
      list('/apis/batch/v1/jobs', owner, true),
      list('/api/v1/persistentvolumes', volume),
    ],
  );
  return {
    readAt: now,
    nodes,
    pods,
    podDisruptionBudgets: budgets,
    deployments: deploymentList,
    statefulSets: statefulSetList,
    daemonSets: daemonSetList,
    replicaSets: replicaSetList,
    jobs,
    persistentVolumes,
  };
}

/** The nodes alone. */
export async function readNodes(kubernetes: KubernetesReadPort): Promise<LiveNode[]> {
  return lister(kubernetes)('/api/v1/nodes', liveNodeSchema);
}

function lister(kubernetes: KubernetesReadPort) {
  return <S extends z.ZodType>(path: string, item: S, metadataOnly = false): Promise<z.output<S>[]> =>
    listItems(kubernetes.list(path, { limit, ...(metadataOnly && { metadataOnly }) }), 'items', item, `GET ${path}`);
}
