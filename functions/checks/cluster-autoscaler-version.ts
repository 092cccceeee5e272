import { formatVersion, type KubernetesVersion, minorsBetween, parseVersion } from '../versions/kubernetes-version.ts';
import { aboutController, controllersWithImage, type FoundController, nameOfController, unreadableVersion } from './controller-images.ts';
import { type CheckOutcome, defineCheck } from './define-check.ts';
import type { FindingDraft, Severity } from './finding.ts';
import { count } from './phrases.ts';

/** The project names its images for an architecture too. */
const isAutoscaler = (path: string) => /(?:^|\/)cluster-autoscaler(?:-(?:amd64|arm64|s390x|ppc64le))?$/.test(path);

/** A Cluster Autoscaler simulates the scheduler of its own minor: with another it may add nodes on which nothing fits, or none.
 *  @see https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler#releases */
export const clusterAutoscalerVersion = defineCheck({
  id: 'cluster-autoscaler-version',
  title: 'Cluster Autoscaler version',
  scope: 'now',
  platform: true,
  needs: ['kubernetes.deployments'],
  explanation: {
    rule:
      'The minor of the Cluster Autoscaler (the tag of an image `cluster-autoscaler` of any registry) should be that of the next ' +
      'Kubernetes version: another minor is recommended, ' +
      'more than one minor away, older or newer, is required. On the newest version it is compared with the control plane. An image ' +
      'without a version in its tag is unknown; one that is scaled to 0 is not judged.',
    sources: ['https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler#releases'],
  },
  documentation: 'https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler#releases',
  run: (context): CheckOutcome => {
    const controllers = controllersWithImage({ deployments: context.deployments }, isAutoscaler);
    const judged = controllers.map((controller) => ({ controller, version: parseVersion(controller.tag ?? '') }));
    return {
      notApplicable: controllers.length === 0,
      findings: judged.flatMap(({ controller, version }) =>
        version ? differs(controller, version, context.controlPlane, context.target) : [],
      ),
      unknown: judged.flatMap(({ controller, version }) => (version ? [] : [unreadableVersion(controller, 'kubernetes.deployments')])),
    };
  },
});

/** 0 for the same minor, 1 for the next to it, 2 for any other. */
function distance(version: KubernetesVersion, kubernetes: KubernetesVersion): 0 | 1 | 2 {
  const minors = Math.abs(minorsBetween(version, kubernetes));
  return minors === 0 ? 0 : minors === 1 ? 1 : 2;
}

const severities: Readonly<Record<1 | 2, Severity>> = { 1: 'recommended', 2: 'required' };

function differs(
  controller: FoundController,
  version: KubernetesVersion,
  controlPlane: KubernetesVersion,
  target: KubernetesVersion | null,
): FindingDraft[] {
  const wanted = target ?? controlPlane;
  const away = distance(version, wanted);
  if (away === 0) return [];
  const minors = minorsBetween(version, wanted);
  const [runs, kubernetes] = [formatVersion(version), formatVersion(wanted)];
  const difference = `${count(Math.abs(minors), 'minor')} ${minors > 0 ? 'behind' : 'ahead of'}`;
  // What is as bad today does not begin with the upgrade.
  const countsNow = distance(version, controlPlane) >= away;
  return [
    {
      ...aboutController(controller),
      severity: severities[away],
      hop: countsNow ? null : kubernetes,
      message: `Cluster Autoscaler ${runs} (${nameOfController(controller)}) is ${difference} Kubernetes ${kubernetes}: its minor should be the same`,
      facts: {
        image: controller.image,
        version: runs,
        controlPlane: formatVersion(controlPlane),
        target: target && formatVersion(target),
        minorsBehind: minors,
      },
      remediation:
        `With the control plane on ${kubernetes}: kubectl set image -n ${controller.namespace} deployment/${controller.name} ` +
        `${controller.container}=${withTag(controller, `v${kubernetes}.PATCH`)}`,
    },
  ];
}

function withTag({ image, tag }: FoundController, newTag: string): string {
  const name = image.replace(/@.*$/, '');
  return tag === null ? `${name}:${newTag}` : `${name.slice(0, name.length - tag.length)}${newTag}`;
}
