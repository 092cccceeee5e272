import { type JudgedAddon, offerOf, updateCommand, updateSteps } from '../../checks/addon-catalogue.ts';
import { choose, planUpdate } from '../../checks/addon-update-plan.ts';
import type { Addon } from '../../inventory/evidence/eks-addons.ts';
import type { AddonInfo } from '../../inventory/evidence/eks-catalogue.ts';
import type { ClusterIdentity } from '../../inventory/inventory.ts';
import { compareAddonVersions, parseAddonVersion } from '../../versions/addon-version.ts';
import type { KubernetesVersion } from '../../versions/kubernetes-version.ts';

/** One update of one add-on. */
export interface AddonStep {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly command: string;
}

/** What add-ons need around one update of the control plane, in the order in which to do it. */
export interface AddonSteps {
  readonly before: readonly AddonStep[];
  readonly after: readonly AddonStep[];
  /** Add-ons that the catalogue does not know, or has no version of for that minor. */
  readonly notPlanned: readonly string[];
}

/** The network first, then what follows the version of the control plane, then what stands on both.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html */
const order: readonly string[] = ['vpc-cni', 'kube-proxy', 'coredns', 'eks-pod-identity-agent', 'aws-ebs-csi-driver', 'aws-efs-csi-driver'];

const rankOf = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);

/** The steps of every hop of a path, which begins with the version that runs. Each hop goes on from where the one before has left the
 *  add-ons; after the control plane each goes to the default version of EKS, if that is newer than its own. */
export function planAddons(
  addons: readonly Addon[],
  catalogue: readonly AddonInfo[],
  path: readonly KubernetesVersion[],
  identity: ClusterIdentity,
): AddonSteps[] {
  const installed = new Map(addons.flatMap(({ addonName, addonVersion }) => (addonVersion ? [[addonName, addonVersion]] : [])));
  const ordered = addons.toSorted((a, b) => rankOf(a.addonName) - rankOf(b.addonName) || (a.addonName < b.addonName ? -1 : 1));
  return path.slice(1).map((target, index) => {
    const before: AddonStep[] = [];
    const after: AddonStep[] = [];
    const notPlanned: string[] = [];
    for (const addon of ordered) {
      const offer = offerOf(addon.addonName, catalogue);
      const version = installed.get(addon.addonName);
      const controlPlane = path[index];
      if ('unknown' in offer || version === undefined || !controlPlane || offer.for(target).length === 0) {
        notPlanned.push(addon.addonName);
        continue;
      }
      const judged: JudgedAddon = { addon, installed: version, offer };
      const supported = (minor: KubernetesVersion) => offer.for(minor).some(({ addonVersion }) => addonVersion === version);
      const goingOn = supported(controlPlane) && supported(target);
      // What both versions take needs no step before the control plane.
      const plan = goingOn ? undefined : planUpdate(judged, offer.for(controlPlane), offer.for(target));
      for (const next of plan?.now ?? []) step(before, next);
      const current = { ...judged, installed: installed.get(addon.addonName) ?? version };
      const wanted = choose(offer.for(target));
      if (wanted && isNewer(wanted, current.installed))
        for (const next of updateSteps(current, wanted, offer.for(target))) step(after, next);

      function step(steps: AddonStep[], to: string): void {
        const from = installed.get(addon.addonName) ?? '';
        if (from === to) return;
        steps.push({ name: addon.addonName, from, to, command: updateCommand(judged, to, identity) });
        installed.set(addon.addonName, to);
      }
    }
    return { before, after, notPlanned };
  });
}

/** A version that cannot be compared is not a reason to change anything. */
function isNewer(wanted: string, installed: string): boolean {
  const [a, b] = [parseAddonVersion(wanted), parseAddonVersion(installed)];
  return a !== undefined && b !== undefined && compareAddonVersions(a, b) > 0;
}
