import { controllerOf, type Owned } from './owners.ts';
import type { LabelSelector } from './selectors.ts';

type Labels = Readonly<Record<string, string>>;

/** What runs interchangeable pods and is asked for replicas, budgets and spread. */
export interface Controller {
  readonly kind: 'Deployment' | 'StatefulSet' | 'ReplicaSet';
  readonly namespace: string;
  readonly name: string;
  /** Pods wanted; null where the object does not say (an API server fills in 1). */
  readonly replicas: number | null;
  readonly selector: LabelSelector | null;
  /** Labels of the pods it makes: what budgets, services and webhooks select. */
  readonly podLabels: Labels;
  /** Labels of the object itself. */
  readonly labels: Labels;
}

/** A Deployment, StatefulSet or ReplicaSet as far as it is read here. */
interface ControllerObject extends Owned {
  readonly metadata: Owned['metadata'] & {
    readonly name: string;
    readonly namespace?: string | null;
    readonly labels?: Labels | null;
  };
  readonly spec?: {
    readonly replicas?: number | null;
    readonly selector?: LabelSelector | null;
    readonly template?: { readonly metadata?: { readonly labels?: Labels | null } | null } | null;
  } | null;
}

/** What an inventory holds of the three kinds. */
interface ControllerObjects {
  readonly deployments?: readonly ControllerObject[];
  readonly statefulSets?: readonly ControllerObject[];
  readonly replicaSets?: readonly ControllerObject[];
}

/** All controllers: Deployments, then StatefulSets, then the ReplicaSets that stand alone, each in the order given. A ReplicaSet with a
 *  controller speaks for somebody else (a Deployment, an Argo Rollout) and is left out, as is one of which only metadata is known. */
export function controllersOf({ deployments = [], statefulSets = [], replicaSets = [] }: ControllerObjects): Controller[] {
  const standalone = replicaSets.filter((replicaSet) => replicaSet.spec != null && controllerOf(replicaSet) === undefined);
  return [
    ...deployments.map((object) => controller('Deployment', object)),
    ...statefulSets.map((object) => controller('StatefulSet', object)),
    ...standalone.map((object) => controller('ReplicaSet', object)),
  ];
}

function controller(kind: Controller['kind'], { metadata, spec }: ControllerObject): Controller {
  return {
    kind,
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    replicas: spec?.replicas ?? null,
    selector: spec?.selector ?? null,
    podLabels: spec?.template?.metadata?.labels ?? {},
    labels: metadata.labels ?? {},
  };
}
