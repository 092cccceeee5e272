import { type AddonVersion, parseAddonVersion } from '../versions/addon-version.ts';
import { compareVersions, formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
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
import { releasesWith } from './load-balancer-controller-releases.ts';

/** Images of 2.x were published under the old name too. */
const isController = endsWithPath('aws-load-balancer-controller', 'aws-alb-ingress-controller');

/** An AWS Load Balancer Controller that its project does not run on the target: Ingresses and Services would stay as they are.
 *  @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/#supported-kubernetes-versions */
export const awsLoadBalancerControllerVersion = defineCheck({
  id: 'aws-load-balancer-controller-version',
  title: 'AWS Load Balancer Controller version',
  scope: 'now',
  against: 'each-hop',
  platform: true,
  needs: ['kubernetes.deployments'],
  explanation: {
    rule:
      'Required: a release (the tag of an image `aws-load-balancer-controller` of any registry) whose supported Kubernetes versions ' +
      'end before the target (2.2 and 2.3 end at 1.21). Recommended: 2.4.0 to 2.4.6 from 1.25 on, which crash when EndpointSlices are ' +
      'enabled. ' +
      'It counts now where it holds for the control plane. An image without a version in its tag is unknown, and so are releases that ' +
      'the bundled table does not have (before 2.2, after 3.x). Scaled to 0 is not judged.',
    sources: [
      'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/#supported-kubernetes-versions',
      'https://github.com/kubernetes-sigs/aws-load-balancer-controller/releases/tag/v2.4.7',
    ],
  },
  documentation: 'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/#supported-kubernetes-versions',
  run: (context): CheckOutcome => {
    const controllers = controllersWithImage({ deployments: context.deployments }, isController);
    const judged = controllers.map((controller) => judge(controller, context.controlPlane, context.target));
    return {
      notApplicable: controllers.length === 0,
      findings: judged.flatMap((one) => ('findings' in one ? one.findings : [])),
      unknown: judged.flatMap((one) => ('doubt' in one ? [one.doubt] : [])),
    };
  },
});

function judge(
  controller: FoundController,
  controlPlane: KubernetesVersion,
  target: KubernetesVersion | null,
): { readonly findings: readonly FindingDraft[] } | { readonly doubt: Doubt } {
  const version = parseAddonVersion(controller.tag ?? '');
  if (!version) return { doubt: unreadableVersion(controller, 'kubernetes.deployments') };
  if (!releasesWith(version)) {
    const message = `which Kubernetes versions ${controller.tag} of ${nameOfController(controller)} supports is not in the bundled table`;
    return { doubt: { evidence: 'kubernetes.deployments', code: 'NotYetAvailable', message } };
  }
  const then = problemOf(version, target ?? controlPlane);
  if (!then) return { findings: [] };
  // What is as bad today does not begin with the upgrade.
  const now = problemOf(version, controlPlane);
  const countsNow = now?.severity === then.severity;
  const problem = countsNow ? now : then;
  const wanted = countsNow ? controlPlane : (target ?? controlPlane);
  return {
    findings: [
      {
        ...aboutController(controller),
        severity: problem.severity,
        hop: countsNow ? null : formatVersion(wanted),
        message: `AWS Load Balancer Controller ${controller.tag} (${nameOfController(controller)}) ${problem.statement}`,
        facts: {
          image: controller.image,
          version: controller.tag,
          kubernetes: formatVersion(wanted),
          oldestKubernetes: problem.oldestKubernetes,
          newestKubernetes: problem.newestKubernetes,
        },
        remediation:
          'Apply its custom resource definitions and IAM policy first, then: ' +
          `helm upgrade aws-load-balancer-controller eks/aws-load-balancer-controller -n ${controller.namespace} --reuse-values`,
      },
    ],
  };
}

interface Problem extends Pick<FindingDraft, 'severity'> {
  readonly statement: string;
  readonly oldestKubernetes: string;
  readonly newestKubernetes: string | null;
}

function problemOf(version: AddonVersion, kubernetes: KubernetesVersion): Problem | undefined {
  const row = releasesWith(version);
  if (!row) return undefined;
  const { oldestKubernetes, newestKubernetes, endpointSlicesBreakFrom } = row;
  const supported = {
    oldestKubernetes: formatVersion(oldestKubernetes),
    newestKubernetes: newestKubernetes && formatVersion(newestKubernetes),
  };
  const on = `Kubernetes ${formatVersion(kubernetes)}`;
  if (newestKubernetes && compareVersions(kubernetes, newestKubernetes) > 0)
    return {
      severity: 'required',
      statement: `does not run on ${on}: it supports ${supported.oldestKubernetes} to ${supported.newestKubernetes}`,
      ...supported,
    };
  if (compareVersions(kubernetes, oldestKubernetes) < 0)
    return { severity: 'required', statement: `does not run on ${on}: it needs ${supported.oldestKubernetes} or newer`, ...supported };
  if (endpointSlicesBreakFrom && compareVersions(kubernetes, endpointSlicesBreakFrom) >= 0)
    return {
      severity: 'recommended',
      statement: `crashes on ${on} when EndpointSlices are enabled: 2.4.7 is the first that does not`,
      ...supported,
    };
  return undefined;
}
