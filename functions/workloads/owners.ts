/** `OwnerReference` of meta/v1, as far as an inventory keeps it. */
interface OwnerReference {
  readonly apiVersion?: string | null;
  readonly kind: string;
  readonly name: string;
  readonly uid?: string | null;
  readonly controller?: boolean | null;
}

/** Any object that may have owners. */
export interface Owned {
  readonly metadata: { readonly ownerReferences?: readonly OwnerReference[] | null };
}

/** The owner that manages an object: the reference with `controller: true`, of which the API server admits one. Other owners (a Node, a
 *  custom resource that only wants garbage collection) control nothing.
 *  @see https://github.com/kubernetes/apimachinery/blob/v0.34.4/pkg/apis/meta/v1/controller_ref.go GetControllerOf */
export function controllerOf(object: Owned): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}
