import type { Node } from '../../../inventory/evidence/kubernetes-nodes.ts';
import type { InstanceTypeFacts, PreflightFacts } from './facts.ts';
import { once } from './once.ts';

type Amounts = Readonly<Record<string, string>>;

/** What pods may use of a node that is to come. */
export interface Allocatable {
  readonly estimate: Amounts;
  /** What it cannot exceed. Undefined where it is not known. */
  readonly most: Amounts | undefined;
  readonly architecture: string | null;
}

const typeLabel = 'node.kubernetes.io/instance-type';

/** As a node of that type has it, which is exact. Otherwise what its type says, of which the kubelet keeps something for itself. Of a type that
 *  is not known: what blue has, and nothing is certain. */
export function allocatableOfType(facts: PreflightFacts, instanceType: string | null): Allocatable {
  const nodes = nodesByName(facts);
  const twin = nodes.find(({ metadata, status }) => status?.allocatable && metadata.labels?.[typeLabel] === instanceType);
  if (instanceType !== null && twin) {
    const exact = amountsOf(twin);
    return { estimate: exact, most: exact, architecture: twin.status?.nodeInfo?.architecture ?? null };
  }
  const type = facts.instanceTypes?.find(({ name }) => name === instanceType);
  if (type) return { ...ofType(type), architecture: type.architecture };
  const blue = nodes.find(({ metadata }) => facts.blueNodes.has(metadata.name));
  return { estimate: blue ? amountsOf(blue) : {}, most: undefined, architecture: blue?.status?.nodeInfo?.architecture ?? null };
}

const nodesByName = once(({ view }: PreflightFacts) =>
  [...(view?.nodes ?? [])].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
);

function amountsOf({ status }: Node): Amounts {
  return Object.fromEntries(Object.entries(status?.allocatable ?? {}).map(([resource, amount]) => [resource, String(amount)]));
}

/** Pods that an address each can be had for: all of each interface but one are for pods, and two pods use those of the host.
 *  @see https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/eni_max_pods.go */
function maxPodsOf({ networkInterfaces, addressesPerInterface }: InstanceTypeFacts): number | null {
  if (networkInterfaces === null || addressesPerInterface === null) return null;
  return networkInterfaces * (addressesPerInterface - 1) + 2;
}

/** The reservations of the EKS images: 255 MiB and 11 MiB a pod, 100 MiB before evictions begin, and of the CPUs 6 % of the first, 1 % of the
 *  second, 0.5 % of the next two and 0.25 % of the others. Of the memory of a type the kernel keeps about 4 %. Devices need a plugin, and
 *  huge pages a kernel parameter: of both nothing is taken for granted but the GPUs that the type has.
 *  @see https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go */
function ofType(type: InstanceTypeFacts): Pick<Allocatable, 'estimate' | 'most'> {
  const pods = maxPodsOf(type) ?? 110;
  const reservedMilli = Array.from({ length: type.vcpus }, (_, index) => [60, 10, 5, 5][index] ?? 2.5).reduce((sum, one) => sum + one, 0);
  const memory = Math.max(0, Math.floor(type.memoryMiB * 0.96) - (255 + 11 * pods + 100));
  const gpus: Amounts = type.gpus ? { [type.gpus.resource]: String(type.gpus.count) } : {};
  return {
    estimate: { cpu: `${Math.floor(type.vcpus * 1000 - reservedMilli)}m`, memory: `${memory}Mi`, pods: String(pods), ...gpus },
    most: { cpu: String(type.vcpus), memory: `${type.memoryMiB}Mi`, pods: String(Math.max(pods, 250)), ...gpus },
  };
}
