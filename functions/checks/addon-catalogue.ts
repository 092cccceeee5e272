import type { Addon } from '../inventory/evidence/eks-addons.ts';
import type { AddonInfo } from '../inventory/evidence/eks-catalogue.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { compareAddonMinors, compareAddonVersions, parseAddonVersion } from '../versions/addon-version.ts';
import { formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import type { CheckOutcome, Doubt } from './define-check.ts';
import type { FindingDraft } from './finding.ts';

/** One version of an add-on that EKS offers for one Kubernetes version. */
interface OfferedVersion {
  readonly addonVersion: string;
  /** What EKS installs when no version is asked for. */
  readonly isDefault: boolean;
}

/** What EKS offers of one add-on; each list newest first, versions that nobody can order last. */
export interface AddonOffer {
  for(version: KubernetesVersion): readonly OfferedVersion[];
}

/** An installed add-on with its version and its offer. */
export interface JudgedAddon {
  readonly addon: Addon;
  readonly installed: string;
  readonly offer: AddonOffer;
}

/** Runs `judge` over the add-ons of a cluster that can be judged; the others keep the check from a pass: one without a version, one
 *  that the catalogue does not list (a private offer of the marketplace, another region's catalogue), one listed for no Kubernetes version. */
export function judgeAddons(
  addons: readonly Addon[],
  catalogue: readonly AddonInfo[],
  judge: (addon: JudgedAddon) => readonly FindingDraft[] | Unjudged,
): CheckOutcome {
  const outcomes = addons.map((addon) => {
    const offer = offerOf(addon.addonName, catalogue);
    if (!addon.addonVersion) return unjudged('eks.addons', 'InvalidResponse', `EKS names no version of add-on ${addon.addonName}`);
    return 'unknown' in offer ? offer : judge({ addon, installed: addon.addonVersion, offer });
  });
  const unknown = outcomes.flatMap((outcome) => ('unknown' in outcome ? [outcome.unknown] : []));
  return {
    findings: outcomes.flatMap((outcome) => ('unknown' in outcome ? [] : outcome)),
    unknown,
    notApplicable: addons.length === 0,
  };
}

/** Why nothing can be said of one add-on. */
interface Unjudged {
  readonly unknown: Doubt;
}

export function unjudged(evidence: Doubt['evidence'], code: Doubt['code'], message: string): Unjudged {
  return { unknown: { evidence, code, message } };
}

/** What EKS offers of an add-on in any Kubernetes version, or why that is not known. */
export function offerOf(addonName: string, catalogue: readonly AddonInfo[]): AddonOffer | Unjudged {
  const entries = catalogue.filter((info) => info.addonName === addonName);
  if (entries.length === 0) return unjudged('eks.addonVersions', 'NotFound', `the catalogue of EKS does not list add-on ${addonName}`);
  const versions = entries.flatMap((info) => info.addonVersions ?? []);
  if (!versions.some(({ compatibilities }) => compatibilities?.some(({ clusterVersion }) => clusterVersion)))
    return unjudged('eks.addonVersions', 'InvalidResponse', `the catalogue of EKS names no Kubernetes version for add-on ${addonName}`);
  return {
    for(version) {
      const clusterVersion = formatVersion(version);
      const offered = versions.flatMap(({ addonVersion, compatibilities }) => {
        const compatibility = compatibilities?.find((one) => one.clusterVersion === clusterVersion);
        return compatibility ? [{ addonVersion, isDefault: compatibility.defaultVersion === true }] : [];
      });
      return offered.sort((a, b) => newestFirst(a.addonVersion, b.addonVersion));
    },
  };
}

function newestFirst(a: string, b: string): number {
  const [first, second] = [parseAddonVersion(a), parseAddonVersion(b)];
  if (!first || !second) return Number(!first) - Number(!second);
  return compareAddonVersions(second, first);
}

/** Names of the versions, in their order. */
export function namesOf(offered: readonly OfferedVersion[]): string[] {
  return offered.map(({ addonVersion }) => addonVersion);
}

/** The default version of a list, if EKS marks one. */
export function defaultOf(offered: readonly OfferedVersion[]): string | null {
  return offered.find(({ isDefault }) => isDefault)?.addonVersion ?? null;
}

/** Add-ons whose updates AWS asks to take minor by minor.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/managing-vpc-cni.html */
const oneMinorAtATime: ReadonlySet<string> = new Set(['vpc-cni']);

/** The versions to install one after the other to get from `installed` to `goal`, which comes last. For vpc-cni the newest of `offered`
 *  of each minor in between comes before it; a minor of which nothing is offered is left out, and going back is one step. */
export function updateSteps({ addon, installed }: JudgedAddon, goal: string, offered: readonly OfferedVersion[]): string[] {
  const [from, to] = [parseAddonVersion(installed), parseAddonVersion(goal)];
  if (!oneMinorAtATime.has(addon.addonName) || !from || !to) return [goal];
  const steps: string[] = [];
  let next = to;
  for (const { addonVersion } of offered) {
    const version = parseAddonVersion(addonVersion);
    if (!version || version.prerelease.length > 0) continue;
    if (compareAddonMinors(version, next) >= 0 || compareAddonMinors(version, from) <= 0) continue;
    steps.unshift(addonVersion);
    next = version;
  }
  return [...steps, goal];
}

/** The command of one step. */
export function updateCommand({ addon }: JudgedAddon, version: string, { region, name }: ClusterIdentity): string {
  return `aws eks update-addon --region ${region} --cluster-name ${name} --addon-name ${addon.addonName} --addon-version ${version}`;
}

/** The command, and the steps after it where there are any. */
export function stepsCommand(addon: JudgedAddon, steps: readonly string[], identity: ClusterIdentity): string {
  const [first, ...rest] = steps;
  if (first === undefined) return '';
  return updateCommand(addon, first, identity) + rest.map((version) => `, then to ${version}`).join('');
}

/** What a finding says of the add-on whatever is wrong with it. */
export function aboutAddon({ addon }: JudgedAddon): Pick<FindingDraft, 'subject' | 'tags'> {
  return { subject: { kind: 'Addon', name: addon.addonName, arn: addon.addonArn ?? null }, tags: addon.tags };
}
