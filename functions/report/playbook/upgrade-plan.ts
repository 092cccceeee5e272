import type { ClusterReport } from '../../analysis/cluster-report.ts';
import type { Finding } from '../../checks/finding.ts';
import type { EvidenceData, EvidenceKey } from '../../inventory/evidence/list.ts';
import { type Inventory, readEvidence } from '../../inventory/inventory.ts';
import { formatVersion, type KubernetesVersion, parseVersion } from '../../versions/kubernetes-version.ts';
import { type AddonSteps, planAddons } from './plan-addons.ts';
import { type NodeSteps, planNodes } from './plan-nodes.ts';

/** One minor of the way. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  /** Findings that count from this version on. */
  readonly findings: readonly Finding[];
  readonly addons: AddonSteps;
  readonly nodes: NodeSteps;
}

/** What is to be done to bring one cluster to its target. */
export interface UpgradePlan {
  readonly report: ClusterReport;
  /** What blocks or hurts already, whatever comes next. */
  readonly now: readonly Finding[];
  readonly hops: readonly Hop[];
  /** EKS replaces the nodes by itself. */
  readonly autoMode: boolean;
  /** Kinds of evidence whose absence leaves a part of the plan out, with the code. */
  readonly notSeen: readonly { readonly evidence: EvidenceKey; readonly code: string }[];
}

const read: readonly EvidenceKey[] = ['eks.addons', 'eks.addonVersions', 'eks.nodegroups', 'kubernetes.nodes'];

/** The plan from what was seen of a cluster and what was found in it. */
export function upgradePlan(inventory: Inventory, report: ClusterReport): UpgradePlan {
  const data = <K extends EvidenceKey>(key: K): EvidenceData<K> | undefined => {
    const result = readEvidence(inventory, key);
    return result.status === 'collected' ? result.data : undefined;
  };
  const from = parseVersion(report.cluster.version ?? '');
  const hops = report.cluster.hops.flatMap((hop) => parseVersion(hop) ?? []);
  const autoMode = data('eks.cluster')?.computeConfig?.enabled === true;
  const path: KubernetesVersion[] = from ? [from, ...hops] : [];
  const addons = planAddons(data('eks.addons') ?? [], data('eks.addonVersions') ?? [], path, inventory.cluster);
  const nodes = planNodes(
    {
      nodegroups: data('eks.nodegroups') ?? [],
      nodes: data('kubernetes.nodes') ?? [],
      autoScalingGroups: data('autoscaling.groups') ?? [],
      fargateProfiles: data('eks.fargateProfiles') ?? [],
      autoMode,
    },
    path,
    inventory.cluster,
  );
  const named = new Set(hops.map(formatVersion));
  return {
    report,
    now: report.findings.filter(({ hop }) => hop === null || !named.has(hop)),
    hops: path.slice(1).map((version, index) => ({
      from: formatVersion(path[index] ?? version),
      to: formatVersion(version),
      findings: report.findings.filter(({ hop }) => hop === formatVersion(version)),
      addons: addons[index] ?? { before: [], after: [], notPlanned: [] },
      nodes: nodes[index] ?? { before: [], after: [], waiting: [] },
    })),
    autoMode,
    notSeen: read.flatMap((evidence) => {
      const result = readEvidence(inventory, evidence);
      return result.status === 'unavailable' ? [{ evidence, code: result.code }] : [];
    }),
  };
}
