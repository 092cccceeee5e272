import type { ReplicaSet } from '../inventory/evidence/kubernetes-controllers.ts';
import type { Pod } from '../inventory/evidence/kubernetes-pods.ts';
import { controllerOf } from './owners.ts';
import { isTerminal } from './pods.ts';

/** What only its pods show: a pod without a controller, or a custom resource that runs pods. */
export interface UnlistedWorkload {
  /** `Pod`, or the kind of the custom resource, e.g. `Rollout`. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Of its first pod; those of a custom resource itself are not in an inventory. */
  readonly labels: Readonly<Record<string, string>>;
  readonly specs: readonly NonNullable<Pod['spec']>[];
}

type Controller = NonNullable<ReturnType<typeof controllerOf>>;

/** API group and version of the kinds that an inventory lists with their templates. A kind of the same name in another group is a custom
 *  resource. */
const listedKinds: ReadonlyMap<string, string> = new Map([
  ['Deployment', 'apps/v1'],
  ['StatefulSet', 'apps/v1'],
  ['DaemonSet', 'apps/v1'],
  ['Job', 'batch/v1'],
]);

/** Pods that no listed workload accounts for, by what runs them. Pods of ReplicaSets belong to what controls the ReplicaSet; one that is
 *  not in the list is taken for that of a Deployment. Pods that have ended are left out; a static pod is its own.
 *  @param replicaSets metadata is enough */
export function unlistedWorkloadsOf(
  pods: readonly Pod[] | undefined = [],
  replicaSets: readonly ReplicaSet[] | undefined = [],
): UnlistedWorkload[] {
  const controllersOfReplicaSets = new Map<string, Controller>();
  for (const replicaSet of replicaSets) {
    const controller = controllerOf(replicaSet);
    if (controller && !isListed(controller)) controllersOfReplicaSets.set(keyOf(replicaSet.metadata), controller);
  }
  const found = new Map<string, UnlistedWorkload & { readonly specs: NonNullable<Pod['spec']>[] }>();
  for (const pod of pods) {
    const direct = controllerOf(pod);
    // Nearly all pods of a large cluster end here, before anything is made for them.
    if (direct && (isListed(direct) || (isReplicaSet(direct) && controllersOfReplicaSets.size === 0))) continue;
    if (!pod.spec || isTerminal(pod)) continue;
    const namespace = pod.metadata.namespace ?? 'default';
    const runner = isReplicaSet(direct) ? controllersOfReplicaSets.get(keyOf({ namespace, name: direct.name })) : direct;
    if (!runner && direct) continue;
    const { kind, name } = !runner || runner.kind === 'Node' ? { kind: 'Pod', name: pod.metadata.name } : runner;
    const key = `${kind} ${namespace}/${name}`;
    const known = found.get(key);
    if (known) known.specs.push(pod.spec);
    else found.set(key, { kind, namespace, name, labels: pod.metadata.labels ?? {}, specs: [pod.spec] });
  }
  return [...found.values()];
}

function isListed({ apiVersion, kind }: Controller): boolean {
  return listedKinds.get(kind) === apiVersion;
}

function isReplicaSet(controller: Controller | undefined): controller is Controller {
  return controller?.kind === 'ReplicaSet' && controller.apiVersion === 'apps/v1';
}

function keyOf({ namespace, name }: { readonly namespace?: string | null; readonly name: string }): string {
  return `${namespace ?? 'default'}/${name}`;
}
