import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { parseAnswer } from '../parse.ts';
import { nodegroups } from './eks-nodegroups.ts';

const amiReleaseVersion = z.object({ amiType: z.string(), kubernetesVersion: z.string(), releaseVersion: z.string() });

export type AmiReleaseVersion = z.output<typeof amiReleaseVersion>;

/** Paths below which AWS publishes its AMIs for EKS, in every region. */
export const amiParameterPaths = ['/aws/service/eks/optimized-ami/', '/aws/service/bottlerocket/', '/aws/service/ami-windows-latest/'];

const amazonLinux = (variant: string) => (version: string) =>
  `/aws/service/eks/optimized-ami/${version}/${variant}/recommended/release_version`;
const bottlerocket = (flavor: string, architecture: string) => (version: string) =>
  `/aws/service/bottlerocket/aws-k8s-${version}${flavor}/${architecture}/latest/image_version`;
/** Holds a JSON document. */
const windows = (year: number, edition: 'Core' | 'Full') => (version: string) =>
  `/aws/service/ami-windows-latest/Windows_Server-${year}-English-${edition}-EKS_Optimized-${version}`;

/** The parameter of each AMI type of EKS but CUSTOM.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id-bottlerocket.html
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/retrieve-windows-ami-id.html */
const parameters: Readonly<Record<string, (kubernetesVersion: string) => string>> = {
  AL2_x86_64: amazonLinux('amazon-linux-2'),
  AL2_x86_64_GPU: amazonLinux('amazon-linux-2-gpu'),
  AL2_ARM_64: amazonLinux('amazon-linux-2-arm64'),
  AL2023_x86_64_STANDARD: amazonLinux('amazon-linux-2023/x86_64/standard'),
  AL2023_x86_64_NVIDIA: amazonLinux('amazon-linux-2023/x86_64/nvidia'),
  AL2023_x86_64_NEURON: amazonLinux('amazon-linux-2023/x86_64/neuron'),
  AL2023_ARM_64_STANDARD: amazonLinux('amazon-linux-2023/arm64/standard'),
  AL2023_ARM_64_NVIDIA: amazonLinux('amazon-linux-2023/arm64/nvidia'),
  BOTTLEROCKET_x86_64: bottlerocket('', 'x86_64'),
  BOTTLEROCKET_x86_64_FIPS: bottlerocket('-fips', 'x86_64'),
  BOTTLEROCKET_x86_64_NVIDIA: bottlerocket('-nvidia', 'x86_64'),
  BOTTLEROCKET_x86_64_NVIDIA_FIPS: bottlerocket('-nvidia-fips', 'x86_64'),
  BOTTLEROCKET_ARM_64: bottlerocket('', 'arm64'),
  BOTTLEROCKET_ARM_64_FIPS: bottlerocket('-fips', 'arm64'),
  BOTTLEROCKET_ARM_64_NVIDIA: bottlerocket('-nvidia', 'arm64'),
  BOTTLEROCKET_ARM_64_NVIDIA_FIPS: bottlerocket('-nvidia-fips', 'arm64'),
  WINDOWS_CORE_2019_x86_64: windows(2019, 'Core'),
  WINDOWS_FULL_2019_x86_64: windows(2019, 'Full'),
  WINDOWS_CORE_2022_x86_64: windows(2022, 'Core'),
  WINDOWS_FULL_2022_x86_64: windows(2022, 'Full'),
  WINDOWS_CORE_2025_x86_64: windows(2025, 'Core'),
  WINDOWS_FULL_2025_x86_64: windows(2025, 'Full'),
};

/** The parameter that names the newest AMI of a type; undefined for a type that AWS does not publish, such as CUSTOM. */
export function amiParameter(amiType: string, kubernetesVersion: string): string | undefined {
  return Object.hasOwn(parameters, amiType) ? parameters[amiType]?.(kubernetesVersion) : undefined;
}

const answer = z.object({ Parameters: z.array(z.object({ Name: z.string(), Value: z.string() })).nullish() });
const windowsImage = z.object({ release_version: z.string() });

/** What GetParameters takes. */
const namesPerRequest = 10;

export const amiReleaseVersions = defineEvidence({
  key: 'ssm.amiReleaseVersions',
  summary: 'Newest AMI release of each AMI type and Kubernetes version that the node groups have, from the public parameters',
  schema: z.array(amiReleaseVersion),
  aws: { actions: ['ssm:GetParameters'] },
  collect: async ({ evidence, sources }) => {
    const wanted = new Map<string, { readonly amiType: string; readonly kubernetesVersion: string }>();
    for (const { amiType, version } of await evidence(nodegroups)) {
      const name = amiType && version ? amiParameter(amiType, version) : undefined;
      if (name && amiType && version) wanted.set(name, { amiType, kubernetesVersion: version });
    }
    const names = [...wanted.keys()].sort();
    const found: AmiReleaseVersion[] = [];
    for (let start = 0; start < names.length; start += namesPerRequest) {
      const page = await sources.ssm.getParameters({ Names: names.slice(start, start + namesPerRequest) });
      for (const { Name, Value } of parseAnswer(answer, page, 'ssm:GetParameters').Parameters ?? []) {
        const [of, releaseVersion] = [wanted.get(Name), releaseVersionOf(Name, Value)];
        if (of && releaseVersion) found.push({ ...of, releaseVersion });
      }
    }
    return found;
  },
});

/** As node groups have it in `releaseVersion`; undefined where a document does not say. */
function releaseVersionOf(name: string, value: string): string | undefined {
  if (!name.startsWith('/aws/service/ami-windows-latest/')) return value;
  try {
    return windowsImage.safeParse(JSON.parse(value)).data?.release_version;
  } catch {
    return undefined;
  }
}
