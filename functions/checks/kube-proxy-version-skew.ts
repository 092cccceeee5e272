import type { Addon } from '../inventory/evidence/eks-addons.ts';
import type { DaemonSet } from '../inventory/evidence/kubernetes-controllers.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { formatVersion, type KubernetesVersion, minorsBetween, parseVersion } from '../versions/kubernetes-version.ts';
import { parseImageReference } from '../workloads/image-reference.ts';
import { defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { count } from './phrases.ts';

/** Minors that kube-proxy may be older than the API server.
 *  @see https://kubernetes.io/releases/version-skew-policy/#kube-proxy */
const allowedMinors = 3;

/** Where kube-proxy does not run as a DaemonSet there is nothing to judge: EKS Auto Mode and Fargate run their own, Cilium replaces it. */
export const kubeProxyVersionSkew = defineCheck({
  id: 'kube-proxy-version-skew',
  title: 'kube-proxy version skew',
  essential: true,
  scope: 'now',
  platform: true,
  needs: ['kubernetes.daemonSets'],
  uses: ['eks.addons'],
  explanation: {
    rule:
      'kube-proxy more than 3 minors older than the next version is required from that version on, and now if it is that much older than the control plane; ' +
      '1 to 3 minors older than the control plane is recommended; newer than the control plane is required. ' +
      'The version is the tag of its image; an image without a version in its tag is unknown.',
    sources: [
      'https://kubernetes.io/releases/version-skew-policy/#kube-proxy',
      'https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html',
    ],
    elsewhere: 'K8S011',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html',
  run: (context) => {
    const proxies = context.daemonSets.filter(isKubeProxy);
    const judged = proxies.map((daemonSet) => ({ daemonSet, container: containerOf(daemonSet) }));
    const findings = judged.flatMap(({ daemonSet, container }) => {
      const version = versionOf(container);
      if (!container?.image || !version) return [];
      const proxy = { daemonSet, container: container.name, image: container.image, version };
      return skewFinding(proxy, context.controlPlane, context.target, context.identity, context.addons);
    });
    return {
      findings,
      notApplicable: proxies.length === 0,
      unknown: judged.some(({ container }) => !versionOf(container))
        ? [{ evidence: 'kubernetes.daemonSets', code: 'InvalidResponse', message: 'the image of kube-proxy has no version in its tag' }]
        : [],
    };
  },
});

interface KubeProxy {
  readonly daemonSet: DaemonSet;
  readonly container: string;
  readonly image: string;
  readonly version: KubernetesVersion;
}

/** By its name, or by the label that all its manifests carry, where one DaemonSet serves each architecture or operating system. */
function isKubeProxy({ metadata, spec }: DaemonSet): boolean {
  if (metadata.namespace !== 'kube-system') return false;
  return metadata.name === 'kube-proxy' || spec?.template?.metadata?.labels?.['k8s-app'] === 'kube-proxy';
}

/** The container `kube-proxy`; a lone container may have any name. */
function containerOf({ spec }: DaemonSet): Container | undefined {
  const containers = spec?.template?.spec?.containers ?? [];
  return containers.find(({ name }) => name === 'kube-proxy') ?? (containers.length === 1 ? containers[0] : undefined);
}

interface Container {
  readonly name: string;
  readonly image?: string | null;
}

function versionOf(container: Container | undefined): KubernetesVersion | undefined {
  return parseVersion(parseImageReference(container?.image ?? '')?.tag ?? '');
}

function skewFinding(
  proxy: KubeProxy,
  controlPlane: KubernetesVersion,
  target: KubernetesVersion | null,
  identity: ClusterIdentity,
  addons: readonly Addon[] | undefined,
): FindingDraft[] {
  const verdict = judge(proxy.version, controlPlane, target);
  if (!verdict) return [];
  const { daemonSet, image, version } = proxy;
  return [
    {
      severity: verdict.severity,
      subject: { kind: 'DaemonSet', namespace: daemonSet.metadata.namespace, name: daemonSet.metadata.name },
      hop: verdict.hop,
      message: `kube-proxy ${formatVersion(version)} is ${verdict.statement}`,
      facts: {
        image,
        version: formatVersion(version),
        controlPlane: formatVersion(controlPlane),
        target: target && formatVersion(target),
        allowedMinors,
      },
      remediation: remedy(proxy, controlPlane, identity, addons),
      labels: daemonSet.metadata.labels,
    },
  ];
}

type Verdict = Pick<FindingDraft, 'severity' | 'hop'> & { readonly statement: string };

function judge(version: KubernetesVersion, controlPlane: KubernetesVersion, target: KubernetesVersion | null): Verdict | undefined {
  const now = minorsBetween(version, controlPlane);
  const limit = `at most ${count(allowedMinors, 'minor')} are supported`;
  if (now < 0)
    return { severity: 'required', statement: `newer than the control plane on ${formatVersion(controlPlane)}, which is not supported` };
  if (now > allowedMinors)
    return {
      severity: 'required',
      statement: `${count(now, 'minor')} behind the control plane on ${formatVersion(controlPlane)}; ${limit}`,
    };
  const then = target && minorsBetween(version, target);
  if (target && then !== null && then > allowedMinors)
    return {
      severity: 'required',
      hop: formatVersion(target),
      statement: `${count(then, 'minor')} behind Kubernetes ${formatVersion(target)}; ${limit}`,
    };
  if (now === 0) return undefined;
  return { severity: 'recommended', statement: `${count(now, 'minor')} behind the control plane on ${formatVersion(controlPlane)}` };
}

/** An add-on is updated through EKS: an image set by hand would come back. */
function remedy(
  { daemonSet, container, image }: KubeProxy,
  controlPlane: KubernetesVersion,
  { region, name }: ClusterIdentity,
  addons: readonly Addon[] | undefined,
): string {
  const wanted = formatVersion(controlPlane);
  if (addons?.some(({ addonName }) => addonName === 'kube-proxy'))
    return (
      `aws eks describe-addon-versions --region ${region} --addon-name kube-proxy --kubernetes-version ${wanted}, then ` +
      `aws eks update-addon --region ${region} --cluster-name ${name} --addon-name kube-proxy --addon-version v${wanted}.PATCH-eksbuild.BUILD`
    );
  const { registry, repository } = parseImageReference(image) ?? { registry: null, repository: 'kube-proxy' };
  const path = registry === null ? repository : `${registry}/${repository}`;
  return `kubectl set image -n kube-system daemonset/${daemonSet.metadata.name} ${container}=${path}:v${wanted}.PATCH-eksbuild.BUILD`;
}
