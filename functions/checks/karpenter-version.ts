import type { Cluster } from '../inventory/evidence/eks-cluster.ts';
import type { NodePool } from '../inventory/evidence/kubernetes-karpenter.ts';
import { type AddonVersion, compareAddonVersions, parseAddonVersion } from '../versions/addon-version.ts';
import { formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import {
  aboutController,
  controllersWithImage,
  endsWithPath,
  type FoundController,
  nameOfController,
  unreadableVersion,
} from './controller-images.ts';
import { type CheckOutcome, type Doubt, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { formatRelease, oldestKarpenterFor } from './karpenter-compatibility.ts';
import { count, someOf } from './phrases.ts';

const isKarpenter = endsWithPath('karpenter/controller');

/** A Karpenter that is too old for a Kubernetes version, so that new nodes do not come, or come wrong.
 *  @see https://karpenter.sh/docs/upgrading/compatibility/ */
export const karpenterVersion = defineCheck({
  id: 'karpenter-version',
  title: 'Karpenter version',
  essential: ({ deployments = [], nodePools, cluster }) =>
    controllersWithImage({ deployments }, isKarpenter).length > 0 || poolsOfKarpenter(nodePools, cluster).length > 0,
  scope: 'now',
  against: 'each-hop',
  platform: true,
  needs: ['kubernetes.deployments'],
  completedBy: ['kubernetes.nodePools'],
  uses: ['eks.cluster'],
  explanation: {
    rule:
      'A required finding for a Karpenter that is older than the compatibility table of its project asks for: now, for the control ' +
      'plane, or from the first version on the way to the ' +
      'target on. Karpenter is a Deployment with an image `karpenter/controller` of any registry that is not scaled to 0; the version ' +
      'is the tag. Unknown: an image without a version in its tag, a Kubernetes version that the table ' +
      'does not have, and node pools of Karpenter without a controller. EKS Auto Mode has node pools and no controller in the ' +
      'cluster: not applicable.',
    sources: ['https://karpenter.sh/docs/upgrading/compatibility/', 'https://docs.aws.amazon.com/eks/latest/userguide/automode.html'],
    elsewhere: 'AX',
  },
  documentation: 'https://karpenter.sh/docs/upgrading/compatibility/',
  run: (context): CheckOutcome => {
    const { deployments, nodePools, cluster } = context;
    const controllers = controllersWithImage({ deployments }, isKarpenter);
    const pools = poolsOfKarpenter(nodePools, cluster);
    if (controllers.length === 0)
      return { findings: [], notApplicable: pools.length === 0, unknown: pools.length > 0 ? [nobody(pools)] : [] };
    const { controlPlane, target } = context;
    const judged = controllers.map((controller) => ({ controller, version: parseAddonVersion(controller.tag ?? '') }));
    return {
      findings: judged.flatMap(({ controller, version }) => (version ? tooOld(controller, version, controlPlane, target) : [])),
      unknown: [
        ...judged.flatMap(({ controller, version }) => (version ? [] : [unreadableVersion(controller, 'kubernetes.deployments')])),
        ...(oldestKarpenterFor(target ?? controlPlane) ? [] : [notInTable(target ?? controlPlane)]),
      ],
    };
  },
});

/** Node pools that need a controller in the cluster: those of EKS Auto Mode refer to a NodeClass of EKS, which runs it. */
function poolsOfKarpenter(nodePools: readonly NodePool[] = [], cluster: Cluster | undefined): NodePool[] {
  if (cluster?.computeConfig?.enabled === true) return [];
  return nodePools.filter(({ spec }) => spec?.template?.spec?.nodeClassRef?.group !== 'eks.amazonaws.com');
}

function nobody(pools: readonly NodePool[]): Doubt {
  const names = someOf(pools.map(({ metadata }) => metadata.name).sort());
  const message = `no Deployment runs karpenter/controller, yet there ${pools.length === 1 ? 'is' : 'are'} ${count(pools.length, 'node pool')} (${names})`;
  return { evidence: 'kubernetes.deployments', code: 'NotFound', message };
}

function notInTable(version: KubernetesVersion): Doubt {
  const message = `which Karpenter Kubernetes ${formatVersion(version)} needs is not in the bundled compatibility table`;
  return { evidence: 'kubernetes.deployments', code: 'NotYetAvailable', message };
}

function tooOld(
  controller: FoundController,
  version: AddonVersion,
  controlPlane: KubernetesVersion,
  target: KubernetesVersion | null,
): FindingDraft[] {
  const isBelow = (kubernetes: KubernetesVersion | null) => {
    const oldest = kubernetes && oldestKarpenterFor(kubernetes);
    return oldest != null && compareAddonVersions(version, oldest) < 0;
  };
  const now = isBelow(controlPlane);
  const judged = now ? controlPlane : target;
  if (!judged || !isBelow(judged)) return [];
  const oldest = oldestKarpenterFor(judged);
  const goal = (target && oldestKarpenterFor(target)) ?? oldest;
  if (!oldest || !goal) return [];
  const [needed, wanted, tag] = [formatRelease(oldest), formatRelease(goal), controller.tag];
  return [
    {
      ...aboutController(controller),
      severity: 'required',
      hop: now ? null : formatVersion(judged),
      message: `Karpenter ${tag} (${nameOfController(controller)}) is too old for Kubernetes ${formatVersion(judged)}, which needs ${needed} or newer`,
      facts: {
        image: controller.image,
        version: tag,
        oldest: needed,
        oldestForTarget: wanted,
        controlPlane: formatVersion(controlPlane),
        target: target && formatVersion(target),
      },
      remediation:
        'Read the upgrade notes of each minor, then: helm upgrade karpenter-crd oci://public.ecr.aws/karpenter/karpenter-crd -n ' +
        `${controller.namespace} --version ${wanted}, and ` +
        `helm upgrade karpenter oci://public.ecr.aws/karpenter/karpenter -n ${controller.namespace} --version ${wanted} --reuse-values`,
    },
  ];
}
