import { formatVersion, parseVersion } from '../../versions/kubernetes-version.ts';
import type { PreflightFacts } from './preflight/facts.ts';

/** Why there is nothing to do: green is to be made exactly as blue is. Only what was asked for by name is compared: which release is the newest
 *  is not known here, and a rotation to the same release may be wanted for its own sake when it names no release.
 *  @returns undefined where it is not certain */
export function noopReason({ create, blue, view, blueNodes, clusterVersion }: PreflightFacts): string | undefined {
  if (!create || !blue || !view || blue.live.status !== 'ACTIVE' || blueNodes.size === 0) return undefined;
  const { live, source } = blue;
  const { version, releaseVersion, amiType, instanceTypes, launchTemplate } = create;
  if (version === undefined || releaseVersion === undefined) return undefined;
  if (version !== live.version || version !== clusterVersion || releaseVersion !== live.releaseVersion) return undefined;
  if (amiType !== undefined && amiType !== source.amiType) return undefined;
  if (instanceTypes && !sameNames(instanceTypes, source.instanceTypes)) return undefined;
  if (launchTemplate && !sameTemplate(launchTemplate, source.launchTemplate)) return undefined;
  const kubelets = view.nodes
    .filter(({ metadata }) => blueNodes.has(metadata.name))
    .map(({ status }) => parseVersion(status?.nodeInfo?.kubeletVersion ?? ''));
  if (!kubelets.every((kubelet) => kubelet && formatVersion(kubelet) === version)) return undefined;
  return `${live.name} has version ${version} and release ${releaseVersion} already: green would be the same`;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).symmetricDifference(new Set(b)).size === 0;
}

type Template = NonNullable<PreflightFacts['blue']>['source']['launchTemplate'];

/** By id or name, and by a version that is a number: `$Latest` may be another one now. */
function sameTemplate(asked: { readonly id?: string; readonly name?: string; readonly version?: string }, has: Template): boolean {
  if (!has || asked.version === undefined || !/^\d+$/.test(asked.version) || asked.version !== has.version) return false;
  return asked.id === undefined ? asked.name !== undefined && asked.name === has.name : asked.id === has.id;
}
