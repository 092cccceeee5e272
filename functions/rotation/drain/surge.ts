import * as z from 'zod';
import type { Deployment } from '../../inventory/evidence/kubernetes-controllers.ts';
import { listItems } from '../../inventory/listing.ts';
import { surgeHelps } from '../decide/surge.ts';
import { nameOfWorkload, type WorkloadLookup } from '../decide/workloads.ts';
import type { ClusterView, LivePod } from '../read/cluster-view.ts';
import { readReplicas, replicasPlace, settledSurges } from '../read/read-live-world.ts';
import type { Step } from '../step.ts';
import type { AssessedNode } from './assess-nodes.ts';
import { resultOf } from './patch-node.ts';

/** Pods that wait for the replica that a surge has asked for, by uid, with why. */
export type Surges = ReadonlyMap<string, string>;

const autoscalerSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
    ownerReferences: z.array(z.object({ kind: z.string() })).nullish(),
  }),
  spec: z
    .object({
      minReplicas: z.number().nullish(),
      maxReplicas: z.number().nullish(),
      scaleTargetRef: z.object({ kind: z.string(), name: z.string() }).nullish(),
    })
    .nullish(),
});
type Autoscaler = z.output<typeof autoscalerSchema>;

/** With option `surge`: one replica more for Deployments of the batch that cannot lose a pod (D35). The count as it was is written down before
 *  it is raised; it is put back after the batch, and by a revert, which surges
 *  in its turn. An autoscaler that holds a Deployment at one replica is raised in its stead;
 *  those of KEDA put their number back at once, and are left. StatefulSets are never surged.
 *  @returns who waits for the new replica to be Ready */
export async function surge(step: Step, view: ClusterView, nodes: readonly AssessedNode[], ownerOf: WorkloadLookup): Promise<Surges> {
  const waits = new Map<string, string>();
  if (!step.record.options.surge) return waits;
  const deployments = new Map<string, Deployment>(
    view.deployments.map((one) => [`Deployment ${one.metadata.namespace ?? 'default'}/${one.metadata.name}`, one] as const),
  );
  const byDeployment = new Map<string, LivePod[]>();
  for (const one of nodes.flatMap(({ pods }) => pods)) {
    const owner = ownerOf(one.pod);
    const name = owner?.kind === 'Deployment' ? nameOfWorkload(owner) : '';
    const deployment = deployments.get(name);
    if (!deployment) continue;
    if (!isRaised(step, name) && !surgeHelps(one, deployment, view.podDisruptionBudgets)) continue;
    byDeployment.set(name, [...(byDeployment.get(name) ?? []), one.pod]);
  }
  if (byDeployment.size === 0) return waits;
  const autoscalers = await readAutoscalers(step);
  for (const [name, pods] of byDeployment) {
    const deployment = deployments.get(name);
    if (!deployment) continue;
    const why = await raise(step, name, deployment, autoscalers);
    if (why !== undefined) for (const { metadata } of pods) waits.set(metadata.uid ?? '', why);
  }
  return waits;
}

/** A surge of this Deployment, or of its autoscaler, is under way. */
function isRaised({ record }: Step, name: string): boolean {
  return isOpen(record, name) || isOpen(record, name.replace('Deployment ', 'HorizontalPodAutoscaler '));
}

function isOpen(record: Step['record'], object: string): boolean {
  return record.stamps.surged[object] !== undefined && settledSurges(record)[object] === undefined;
}

/** @returns why its pods wait; undefined when they do not have to */
async function raise(step: Step, name: string, deployment: Deployment, autoscalers: readonly Autoscaler[]): Promise<string | undefined> {
  const { metadata, spec, status } = deployment;
  const autoscaler = autoscalers.find(
    ({ metadata: of, spec: scaling }) =>
      of.namespace === metadata.namespace &&
      scaling?.scaleTargetRef?.kind === 'Deployment' &&
      scaling.scaleTargetRef.name === metadata.name,
  );
  const object = autoscaler ? `HorizontalPodAutoscaler ${metadata.namespace ?? 'default'}/${autoscaler.metadata.name}` : name;
  if (autoscaler && !canBeRaised(autoscaler, spec?.replicas ?? 1)) return undefined;
  const now = await readReplicas(step.reads.kubernetes, object);
  if (!now) return undefined;
  const before = isOpen(step.record, object) ? (step.record.stamps.surged[object] ?? now.count) : now.count;
  if (now.count === before) {
    await step.update((latest) => {
      const { [object]: _, ...settled } = settledSurges(latest);
      return {
        ...latest,
        stamps: { ...latest.stamps, surged: { ...latest.stamps.surged, [object]: before } },
        notes: { ...latest.notes, surgesSettled: settled },
      };
    });
    const { path, field } = replicasPlace(object);
    const patch = { metadata: { resourceVersion: now.resourceVersion }, spec: { [field]: before + 1 } };
    const result = resultOf(await step.writes.kubernetes.patch(path, patch), `PATCH ${path}`);
    if (result === 'done') step.note({ kind: 'write', object, message: `one replica more for the time of its move: ${before + 1}` });
    return `it waits for one replica more of ${name}`;
  }
  // Somebody else scales it: it is as they want it.
  if (now.count !== before + 1) return undefined;
  const ready = status?.readyReplicas ?? 0;
  const wanted = autoscaler ? 2 : before + 1;
  return ready < wanted ? `it waits for ${wanted} Ready replicas of ${name}, now ${ready}` : undefined;
}

/** KEDA owns its autoscalers, and takes back whatever is written there. */
function canBeRaised({ metadata, spec }: Autoscaler, replicas: number): boolean {
  const isKeda =
    metadata.labels?.['scaledobject.keda.sh/name'] !== undefined || metadata.ownerReferences?.some(({ kind }) => kind === 'ScaledObject');
  return !isKeda && replicas <= 2 && (spec?.minReplicas ?? 1) <= 2 && (spec?.maxReplicas ?? 0) >= 2;
}

async function readAutoscalers({ reads }: Step): Promise<Autoscaler[]> {
  const path = '/apis/autoscaling/v2/horizontalpodautoscalers';
  return listItems(reads.kubernetes.list(path, { limit: 500 }), 'items', autoscalerSchema, `GET ${path}`);
}
