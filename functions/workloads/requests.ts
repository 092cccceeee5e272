import { one, parseQuantity, type Quantity, roundedUpTo } from './quantities.ts';

/** Amounts by resource: `cpu`, `memory`, `ephemeral-storage`, `nvidia.com/gpu`, …; what is not in it is 0. */
export type Resources = ReadonlyMap<string, Quantity>;

type ResourceList = Readonly<Record<string, string | number>>;

interface Container {
  readonly name: string;
  readonly restartPolicy?: string | null;
  readonly resources?: { readonly requests?: ResourceList | null } | null;
}

/** A pod as far as it asks for resources. */
export interface RequestingPod {
  readonly metadata: { readonly namespace?: string | null; readonly name: string };
  readonly spec?: {
    readonly containers?: readonly Container[] | null;
    readonly initContainers?: readonly Container[] | null;
    /** Requests of the pod as a whole. */
    readonly resources?: { readonly requests?: ResourceList | null } | null;
    /** What its runtime class costs. */
    readonly overhead?: ResourceList | null;
  } | null;
}

/** What the scheduler sets aside for a pod: the containers together, or the largest moment of its start if that is more. Init containers
 *  run one after the other, each beside the sidecars (`restartPolicy: Always`) that were started before it; sidecars stay. Requests of
 *  the pod as a whole replace the sum for CPU, memory and huge pages; the overhead of its runtime class comes on top.
 *
 *  It counts CPU in whole milli-CPUs and the rest in whole units, rounded up.
 *  @throws RangeError for what is no quantity; an API server stores none
 *  @see https://github.com/kubernetes/component-helpers/blob/v0.34.4/resource/helpers.go PodRequests
 *  @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers */
export function requestsOf({ metadata, spec }: RequestingPod): Resources {
  const pod = `pod ${metadata.namespace ?? 'default'}/${metadata.name}`;
  const asked = ({ name, resources }: Container) => read(resources?.requests, `container ${name} of ${pod}`);
  const start = (spec?.initContainers ?? []).reduce(
    ({ sidecars, peak }, container) => {
      const running = sumOf([sidecars, asked(container)]);
      return { sidecars: container.restartPolicy === 'Always' ? running : sidecars, peak: largestOf(peak, running) };
    },
    { sidecars: nothing, peak: nothing },
  );
  const running = sumOf([start.sidecars, ...(spec?.containers ?? []).map(asked)]);
  const ofPod = [...read(spec?.resources?.requests, pod)].filter(([resource]) => isOfPods(resource));
  const total = sumOf([new Map([...largestOf(start.peak, running), ...ofPod]), read(spec?.overhead, `the overhead of ${pod}`)]);
  return asScheduled(total);
}

const nothing: Resources = new Map();

function isOfPods(resource: string): boolean {
  return resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-');
}

/** A node as far as it offers resources. */
export interface OfferingNode {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly allocatable?: ResourceList | null } | null;
}

/** What pods may use of a node, `pods` being their number.
 *  @throws RangeError for what is no quantity */
export function allocatableOf({ metadata, status }: OfferingNode): Resources {
  return asScheduled(read(status?.allocatable, `node ${metadata.name}`));
}

/** Resource by resource. */
export function sumOf(all: readonly Resources[]): Resources {
  const sum = new Map<string, Quantity>();
  for (const resources of all) for (const [resource, amount] of resources) sum.set(resource, (sum.get(resource) ?? 0n) + amount);
  return sum;
}

/** What is left of `from`; less than nothing where more was taken than there is. */
export function difference(from: Resources, taken: Resources): Resources {
  return sumOf([from, new Map([...taken].map(([resource, amount]) => [resource, -amount]))]);
}

function largestOf(a: Resources, b: Resources): Resources {
  const largest = new Map(a);
  for (const [resource, amount] of b) if (amount > (largest.get(resource) ?? -1n)) largest.set(resource, amount);
  return largest;
}

const milli = one / 1000n;

function asScheduled(resources: Resources): Resources {
  return new Map([...resources].map(([resource, amount]) => [resource, roundedUpTo(amount, resource === 'cpu' ? milli : one)]));
}

function read(list: ResourceList | null | undefined, where: string): Resources {
  const entries = Object.entries(list ?? {}).map(([resource, value]): [string, Quantity] => {
    const amount = parseQuantity(value);
    if (amount === undefined || amount < 0n) {
      throw new RangeError(
        `${where} has ${resource} ${JSON.stringify(value)}: expected a quantity of Kubernetes from 0, such as 500m or 2Gi`,
      );
    }
    return [resource, amount];
  });
  return new Map(entries);
}
