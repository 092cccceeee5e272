import type { Configuration } from '../config/schema.ts';
import { clusterRules, type PolicyRule } from './cluster-rules.ts';
import { type EvidenceChoice, evidenceInUse } from './evidence-in-use.ts';
import { rotateClusterRole, rotateGroup, rotateRoleName, scanGroup } from './names.ts';
import { rotateReads } from './rotate-policy.ts';
import { type RotationChoice, rotateRules } from './rotate-rules.ts';

/** As whom a role of the product is known in a cluster. */
export interface ClusterIdentity {
  /** Kubernetes group of its access entry. */
  readonly group: string;
  /** Name of the user, where aws-auth has to give one. */
  readonly username: string;
}

/** One of the two roles of the product: what it may do in clusters, and how that is found out. */
export interface AccessProfile extends ClusterIdentity {
  readonly role: 'scan' | 'rotate';
  /** ClusterRole and binding. */
  readonly clusterRole: string;
  readonly rules: readonly PolicyRule[];
  /** Actions of AWS that it needs; those that can be tried without changing anything are. */
  readonly actions: readonly string[];
  /** Inline policy of the role in a member account. */
  readonly policyName: string;
}

export const scanIdentity: ClusterIdentity = { group: scanGroup, username: 'eks-greenlight' };
const rotateIdentity: ClusterIdentity = { group: rotateGroup, username: 'eks-greenlight-rotate' };

/** The role that reads. */
export function scanProfile(choice: EvidenceChoice): AccessProfile {
  const actions = evidenceInUse(choice).flatMap(({ aws }) => aws?.actions ?? []);
  return {
    ...scanIdentity,
    role: 'scan',
    clusterRole: scanGroup,
    rules: clusterRules(choice),
    actions: [...new Set(actions)].sort(),
    policyName: 'eks-greenlight-scan',
  };
}

/** The role that rotates node groups. */
export function rotateProfile(choice: RotationChoice): AccessProfile {
  return {
    ...rotateIdentity,
    role: 'rotate',
    clusterRole: rotateClusterRole,
    rules: rotateRules(choice),
    actions: rotateReads,
    policyName: rotateRoleName,
  };
}

/** The roles that a configuration deploys: that of rotations only where they are enabled. */
export function profilesOf(configuration: EvidenceChoice & Pick<Configuration, 'rotation'>): readonly AccessProfile[] {
  const { rotation } = configuration;
  return [scanProfile(configuration), ...(rotation.enabled ? [rotateProfile(rotation)] : [])];
}

/** Name of the role in a member account. */
export function roleNameOf({ role }: AccessProfile, { scanRole }: Pick<Configuration, 'scanRole'>): string {
  return role === 'scan' ? scanRole.name : rotateRoleName;
}
