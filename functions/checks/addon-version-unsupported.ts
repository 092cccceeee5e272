import type { ClusterIdentity } from '../inventory/inventory.ts';
import { formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import { aboutAddon, defaultOf, type JudgedAddon, judgeAddons, namesOf, stepsCommand, updateCommand } from './addon-catalogue.ts';
import { planUpdate, type UpdatePlan } from './addon-update-plan.ts';
import { defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';

/** An add-on whose version EKS offers for neither the running nor the next Kubernetes version is not tested with it, and may break with it.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/addon-compat.html */
export const addonVersionUnsupported = defineCheck({
  id: 'addon-version-unsupported',
  title: 'EKS add-on versions',
  essential: true,
  scope: 'now',
  needs: ['eks.addons', 'eks.addonVersions'],
  explanation: {
    rule:
      'A required finding for each EKS add-on whose installed version EKS does not offer for the Kubernetes version of the control plane (counts now) ' +
      'or for the next one (counts from that version on). An add-on that the catalogue does not list is unknown. ' +
      'The next step is the default version for the target; vpc-cni goes there one minor at a time.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/addon-compat.html',
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonVersions.html',
      'https://docs.aws.amazon.com/eks/latest/userguide/managing-vpc-cni.html',
    ],
    elsewhere: 'EKS005',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html',
  run: (context) =>
    judgeAddons(context.addons, context.addonVersions, (addon) => {
      const { identity, controlPlane, target } = context;
      return unsupported(addon, controlPlane, target, identity);
    }),
});

function unsupported(
  addon: JudgedAddon,
  controlPlane: KubernetesVersion,
  target: KubernetesVersion | null,
  identity: ClusterIdentity,
): FindingDraft[] {
  const { installed, offer } = addon;
  const forControlPlane = offer.for(controlPlane);
  const forTarget = target && offer.for(target);
  const countsNow = !namesOf(forControlPlane).includes(installed);
  const countsThen = forTarget !== null && !namesOf(forTarget).includes(installed);
  if (!countsNow && !countsThen) return [];

  const plan = planUpdate(addon, forControlPlane, forTarget);
  return [
    {
      ...aboutAddon(addon),
      severity: 'required',
      hop: countsNow || !target ? null : formatVersion(target),
      message: messageOf(addon, countsNow ? controlPlane : null, countsThen ? target : null),
      facts: {
        installed,
        controlPlane: formatVersion(controlPlane),
        target: target && formatVersion(target),
        supported: namesOf(forTarget ?? forControlPlane),
        supportedByControlPlane: namesOf(forControlPlane),
        default: defaultOf(forTarget ?? forControlPlane),
        steps: [...plan.now],
        afterControlPlane: plan.later,
      },
      remediation: remedy(addon, plan, controlPlane, target, identity),
    },
  ];
}

function messageOf({ addon, installed, offer }: JudgedAddon, now: KubernetesVersion | null, then: KubernetesVersion | null): string {
  const name = `${addon.addonName} ${installed}`;
  const noneYet = then && offer.for(then).length === 0 ? `no version yet for ${formatVersion(then)}` : null;
  if (now === null) {
    return noneYet
      ? `${addon.addonName} has ${noneYet}; ${installed} is installed`
      : `${name} does not support Kubernetes ${then && formatVersion(then)}`;
  }
  const running = `${name} does not support Kubernetes ${formatVersion(now)}, which the cluster runs`;
  if (then === null) return running;
  return noneYet ? `${running}, and there is ${noneYet}` : `${running}, nor ${formatVersion(then)}`;
}

function remedy(
  addon: JudgedAddon,
  { now, later }: UpdatePlan,
  controlPlane: KubernetesVersion,
  target: KubernetesVersion | null,
  identity: ClusterIdentity,
): string {
  const wanted = formatVersion(target ?? controlPlane);
  const parts = now.length > 0 ? [stepsCommand(addon, now, identity)] : [];
  if (later !== null) parts.push(`after the control plane is on ${wanted}: ${updateCommand(addon, later, identity)}`);
  if (addon.offer.for(target ?? controlPlane).length === 0) {
    const lookup = `aws eks describe-addon-versions --region ${identity.region} --addon-name ${addon.addon.addonName} --kubernetes-version ${wanted}`;
    parts.push(`wait until EKS offers a version for ${wanted}: ${lookup}`);
  }
  return sentence(parts);
}

function sentence(parts: readonly string[]): string {
  const text = parts.join('; ');
  return text.startsWith('aws ') ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
