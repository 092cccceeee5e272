import type { z } from 'zod';
import { subnets } from './ec2-subnets.ts';
import { addons } from './eks-addons.ts';
import { addonVersions, clusterVersions } from './eks-catalogue.ts';
import { eksCluster } from './eks-cluster.ts';
import { fargateProfiles } from './eks-fargate-profiles.ts';
import { nodegroups } from './eks-nodegroups.ts';
import { daemonSets, deployments, replicaSets, statefulSets } from './kubernetes-controllers.ts';
import { nodes } from './kubernetes-nodes.ts';
import { podDisruptionBudgets } from './kubernetes-pod-disruption-budgets.ts';
import { pods } from './kubernetes-pods.ts';
import { version } from './kubernetes-version.ts';
import { notCollectedYet } from './not-collected-yet.ts';

/** Every kind of evidence, in the order in which an inventory holds it. */
export const evidenceList = [
  eksCluster,
  nodegroups,
  fargateProfiles,
  addons,
  clusterVersions,
  addonVersions,
  subnets,
  version,
  nodes,
  pods,
  deployments,
  statefulSets,
  daemonSets,
  replicaSets,
  podDisruptionBudgets,
  ...notCollectedYet,
] as const;

type AnyEvidence = (typeof evidenceList)[number];

/** A key of an inventory. */
export type EvidenceKey = AnyEvidence['key'];

/** The data of a key, as its schema keeps it. */
export type EvidenceData<K extends EvidenceKey> = z.output<Extract<AnyEvidence, { key: K }>['schema']>;

/** All kinds of evidence by key. */
export const evidenceByKey: ReadonlyMap<string, AnyEvidence> = new Map(evidenceList.map((evidence) => [evidence.key, evidence]));
