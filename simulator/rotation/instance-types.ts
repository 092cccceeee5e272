interface InstanceType {
  readonly vcpus: number;
  readonly gib: number;
  readonly pods: number;
  readonly interfaces: number;
  readonly addresses: number;
  readonly arch: 'amd64' | 'arm64';
}

/** Types that nodes here may have, as EC2 and the VPC CNI count them. */
export const instanceTypes: Readonly<Record<string, InstanceType>> = {
  'm7i.large': { vcpus: 2, gib: 8, pods: 29, interfaces: 3, addresses: 10, arch: 'amd64' },
  'm7i.xlarge': { vcpus: 4, gib: 16, pods: 58, interfaces: 4, addresses: 15, arch: 'amd64' },
  'm7i.2xlarge': { vcpus: 8, gib: 32, pods: 58, interfaces: 4, addresses: 15, arch: 'amd64' },
  'm7g.xlarge': { vcpus: 4, gib: 16, pods: 58, interfaces: 4, addresses: 15, arch: 'arm64' },
};

/** What is left for pods of a type after the system's share. A type that is not known is an m7i.xlarge. */
export function allocatableOfType(name: string): Record<string, string> {
  const { vcpus, gib, pods } = instanceTypes[name] ?? { vcpus: 4, gib: 16, pods: 58 };
  return { cpu: `${vcpus * 1000 - 80}m`, memory: `${gib * 1024 - 1422}Mi`, 'ephemeral-storage': '72Gi', pods: String(pods) };
}
