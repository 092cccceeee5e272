import { controllerOf, type Owned } from './owners.ts';

type OwnerReference = NonNullable<ReturnType<typeof controllerOf>>;

/** Whether the controller that a pod names is there; `unverifiable` when its kind was not, or may not be, read. */
export type OwnerState = 'exists' | 'missing' | 'unverifiable';

/** A controller as far as it is looked up. */
export interface OwnerObject extends Owned {
  readonly metadata: Owned['metadata'] & { readonly namespace?: string | null; readonly name: string; readonly uid?: string | null };
  readonly spec?: { readonly template?: { readonly spec?: { readonly nodeName?: string | null } | null } | null } | null;
}

/** The controllers that were read; a kind that is left out was not. */
export interface OwnerLists {
  readonly deployments?: readonly OwnerObject[];
  readonly replicaSets?: readonly OwnerObject[];
  readonly statefulSets?: readonly OwnerObject[];
  readonly daemonSets?: readonly OwnerObject[];
  readonly jobs?: readonly OwnerObject[];
  /** Of any other kind, by an answer from the API: 404 is missing, 403 unverifiable. @default unverifiable */
  readonly others?: (owner: OwnerReference, namespace: string) => OwnerState;
}

/** What there is to know of the controllers of pods. */
export interface Owners {
  stateOf(owner: OwnerReference, namespace: string): OwnerState;
  /** The node that the template names for all pods of this controller, or of the Deployment behind it. */
  nodeNameOf(owner: OwnerReference, namespace: string): string | undefined;
}

export function ownersOf(lists: OwnerLists): Owners {
  const known = new Map<string, ReadonlyMap<string, OwnerObject>>();
  for (const [kind, objects] of [
    ['apps/Deployment', lists.deployments],
    ['apps/ReplicaSet', lists.replicaSets],
    ['apps/StatefulSet', lists.statefulSets],
    ['apps/DaemonSet', lists.daemonSets],
    ['batch/Job', lists.jobs],
  ] as const) {
    if (objects) known.set(kind, new Map(objects.map((object) => [keyOf(object.metadata), object])));
  }
  const find = (owner: OwnerReference, namespace: string): OwnerObject | undefined => {
    const object = known.get(kindOf(owner))?.get(keyOf({ namespace, name: owner.name }));
    return object && isSame(owner, object) ? object : undefined;
  };
  const nodeNameOf = (owner: OwnerReference, namespace: string): string | undefined => {
    const object = find(owner, namespace);
    if (!object) return undefined;
    const above = controllerOf(object);
    return object.spec?.template?.spec?.nodeName ?? (above && nodeNameOf(above, namespace)) ?? undefined;
  };
  return {
    nodeNameOf,
    stateOf: (owner, namespace) => {
      if (!known.has(kindOf(owner))) return lists.others?.(owner, namespace) ?? 'unverifiable';
      return find(owner, namespace) ? 'exists' : 'missing';
    },
  };
}

/** A name may have been given again: the owner is the object with the uid of the reference. */
function isSame({ uid }: OwnerReference, { metadata }: OwnerObject): boolean {
  return uid == null || metadata.uid == null || uid === metadata.uid;
}

/** Group and kind, whatever the version: `apps/ReplicaSet`; another group's kind of the same name is another kind. */
function kindOf({ apiVersion, kind }: OwnerReference): string {
  const [group, version] = (apiVersion ?? '').split('/');
  return version === undefined ? kind : `${group}/${kind}`;
}

function keyOf({ namespace, name }: { readonly namespace?: string | null; readonly name: string }): string {
  return `${namespace ?? 'default'}/${name}`;
}
