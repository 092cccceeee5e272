import type { ClusterIdentity } from '../inventory/inventory.ts';
import { compareAddonVersions, parseAddonVersion } from '../versions/addon-version.ts';
import { formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import { aboutAddon, defaultOf, type JudgedAddon, judgeAddons, namesOf, stepsCommand, unjudged, updateSteps } from './addon-catalogue.ts';
import { defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';

/** EKS never updates an add-on by itself. A version that is not even offered any more is behind as well: the check says so on its own,
 *  so that it never passes alone where `addon-version-unsupported` would fail.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html */
export const addonVersionBehind = defineCheck({
  id: 'addon-version-behind',
  title: 'EKS add-ons behind the newest version',
  scope: 'now',
  needs: ['eks.addons', 'eks.addonVersions'],
  explanation: {
    rule:
      'A recommended finding for each EKS add-on that is older than the newest version that EKS offers for the Kubernetes version of the control plane. ' +
      'An installed version newer than that is no finding.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html',
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonVersions.html',
    ],
    elsewhere: 'EKS005',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html',
  run: (context) => judgeAddons(context.addons, context.addonVersions, (addon) => behind(addon, context.controlPlane, context.identity)),
});

function behind(
  addon: JudgedAddon,
  controlPlane: KubernetesVersion,
  identity: ClusterIdentity,
): FindingDraft[] | ReturnType<typeof unjudged> {
  const name = addon.addon.addonName;
  const offered = addon.offer.for(controlPlane);
  const newest = offered[0]?.addonVersion;
  if (newest === undefined)
    return unjudged(
      'eks.addonVersions',
      'NotYetAvailable',
      `EKS offers no version of ${name} for Kubernetes ${formatVersion(controlPlane)}`,
    );
  const { installed } = addon;
  if (newest === installed) return [];
  const [have, best] = [parseAddonVersion(installed), parseAddonVersion(newest)];
  if (!best) return unjudged('eks.addonVersions', 'InvalidResponse', `the catalogue of EKS has no readable version of ${name}: ${newest}`);
  if (!have) return unjudged('eks.addons', 'InvalidResponse', `the version of ${name} cannot be read: ${installed}`);
  if (compareAddonVersions(have, best) >= 0) return [];

  const standard = defaultOf(offered);
  const steps = updateSteps(addon, newest, offered);
  const newer = namesOf(offered).filter((name) => isNewer(name, installed));
  return [
    {
      ...aboutAddon(addon),
      severity: 'recommended',
      message: `${name} ${installed} is behind ${newest}, the newest for Kubernetes ${formatVersion(controlPlane)}${defaultText(standard, installed, newest)}`,
      facts: { installed, controlPlane: formatVersion(controlPlane), newest, default: standard, newer, steps },
      remediation: stepsCommand(addon, steps, identity),
    },
  ];
}

function isNewer(name: string, installed: string): boolean {
  const [a, b] = [parseAddonVersion(name), parseAddonVersion(installed)];
  return a !== undefined && b !== undefined && compareAddonVersions(a, b) > 0;
}

function defaultText(standard: string | null, installed: string, newest: string): string {
  if (standard === null) return '; EKS marks no default';
  if (standard === newest) return ' and the default';
  return standard === installed ? '; the installed one is the default' : `; the default is ${standard}`;
}
