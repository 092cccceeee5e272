import { formatVersion, type KubernetesVersion, minorsBetween, parseVersion } from '../../../versions/kubernetes-version.ts';
import type { Problem } from '../../record.ts';
import type { PreflightFacts } from './facts.ts';
import { nameOfGroup } from './group-names.ts';
import { block, listed, warn } from './problems.ts';

/** (2) No kubelet newer than the API server, none older than the skew allows. Blue runs as it is, and a revert brings its pods back to it; what
 *  green gets is decided now.
 *  @see https://kubernetes.io/releases/version-skew-policy/ */
export function versions(facts: PreflightFacts): Problem[] {
  const api = parseVersion(facts.clusterVersion);
  if (!api) {
    const message = `its version ${JSON.stringify(facts.clusterVersion)} cannot be read: the skew of the nodes could not be verified`;
    return [warn('version-not-verified', '2', `Cluster ${facts.clusterName}`, message, null)];
  }
  return [...blueSkew(facts, api), ...greenSkew(facts, api)];
}

/** Minors that a kubelet may be behind: three, two before 1.28, when an API server of that version still took those of the old policy. */
const allowed = ({ minor }: KubernetesVersion): number => (minor >= 28 ? 3 : 2);

function outOfSkew(kubelet: KubernetesVersion, api: KubernetesVersion): string | undefined {
  const behind = minorsBetween(kubelet, api);
  const pair = `kubelet ${formatVersion(kubelet)}, API server ${formatVersion(api)}`;
  if (behind < 0) return `${pair}: a kubelet must not be newer`;
  return behind > allowed(api) ? `${pair}: a kubelet may be at most ${allowed(api)} minors older` : undefined;
}

function blueSkew({ view, blue, blueNodes }: PreflightFacts, api: KubernetesVersion): Problem[] {
  if (!view || !blue) return [];
  const nodes = view.nodes.filter(({ metadata }) => blueNodes.has(metadata.name));
  const byReason = Map.groupBy(nodes, ({ status }) => {
    const kubelet = parseVersion(status?.nodeInfo?.kubeletVersion ?? '');
    return kubelet ? outOfSkew(kubelet, api) : 'the version of the kubelet could not be verified';
  });
  return [...byReason].flatMap(([reason, members]) => {
    if (reason === undefined) return [];
    const message = `${reason} (${listed(members.map(({ metadata }) => metadata.name).sort())})`;
    return [warn('blue-skew', '2', nameOfGroup(blue.live), message, 'a revert would bring the pods back to such nodes')];
  });
}

function greenSkew(facts: PreflightFacts, api: KubernetesVersion): Problem[] {
  const { create, green, clusterVersion } = facts;
  const object = green ? nameOfGroup(green.live) : 'Green, which is to be created,';
  if (create) {
    const asked = create.version === undefined ? api : parseVersion(create.version);
    if (asked && minorsBetween(asked, api) === 0) return [];
    const message = `is asked to have version ${create.version}, and the cluster is ${clusterVersion}`;
    return [block('green-version', '2', object, message, 'leave the version out: it is that of the cluster')];
  }
  if (!green) return [];
  const found = versionOfGreen(facts);
  if (!found) return [warn('green-version-not-verified', '2', object, 'its version could not be verified before it has a node', null)];
  const reason = outOfSkew(found, api);
  if (reason !== undefined) return [block('green-skew', '2', object, reason, 'bring green to a version that the cluster allows')];
  const blue = parseVersion(facts.blue?.live.version ?? '');
  if (!blue || minorsBetween(found, blue) <= 0) return [];
  const message = `its version ${formatVersion(found)} is older than blue's ${formatVersion(blue)}: the rotation goes back`;
  return [warn('green-older', '2', object, message, 'exchange blue and green if this is not meant')];
}

/** Of a managed node group as EKS says it, or as the oldest of its nodes has it. */
function versionOfGreen({ green, view, greenNodes }: PreflightFacts): KubernetesVersion | undefined {
  const managed = parseVersion(green?.live.version ?? '');
  if (managed) return managed;
  return (view?.nodes ?? [])
    .filter(({ metadata }) => greenNodes.has(metadata.name))
    .flatMap(({ status }) => parseVersion(status?.nodeInfo?.kubeletVersion ?? '') ?? [])
    .sort((a, b) => a.major - b.major || a.minor - b.minor)[0];
}
