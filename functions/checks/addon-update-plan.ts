import { defaultOf, type JudgedAddon, namesOf, updateSteps } from './addon-catalogue.ts';

/** How an add-on gets to the version that the next Kubernetes version wants. */
export interface UpdatePlan {
  /** Versions that the control plane takes as it is, one after the other. */
  readonly now: readonly string[];
  /** The version for the target, where it can be installed only after the control plane is there. */
  readonly later: string | null;
}

/** To the default version for the target at once, if the control plane takes it already; else to the newest that both take; else only
 *  after the control plane. A version that the running control plane does not take is replaced by one that it does in any case. */
export function planUpdate(addon: JudgedAddon, forControlPlane: Offered, forTarget: Offered | null): UpdatePlan {
  const takenNow = namesOf(forControlPlane);
  const repair = takenNow.includes(addon.installed) ? undefined : choose(forControlPlane);
  const wanted = choose(forTarget ?? []);
  const both = namesOf(forTarget ?? []).find((version) => takenNow.includes(version));
  const goal = wanted !== undefined && takenNow.includes(wanted) ? wanted : (both ?? repair);
  return {
    now: goal === undefined ? [] : updateSteps(addon, goal, forControlPlane),
    later: wanted === undefined || wanted === goal ? null : wanted,
  };
}

type Offered = ReturnType<JudgedAddon['offer']['for']>;

/** The default version, or the newest where EKS marks none. */
export function choose(offered: Offered): string | undefined {
  return defaultOf(offered) ?? offered[0]?.addonVersion;
}
