import type { Problem } from '../../record.ts';
import type { InstanceTypeFacts, PreflightFacts } from './facts.ts';
import { groupOfNewNodes, headroomOf, newNodesOf } from './new-nodes.ts';
import { blockIf, warn } from './problems.ts';

const quotaName = 'Running On-Demand Standard instances (L-1216C47A)';

/** (3) Enough vCPUs of the quota are free for green beside blue. Only the quota of on-demand standard instances can be compared with its use;
 *  of others, and of capacity that is reserved, nothing is known, which is said. F-03. */
export function quota(facts: PreflightFacts): Problem[] {
  const from = groupOfNewNodes(facts);
  if (!from) return [];
  const types = typesOfNewNodes(facts);
  const others = types.filter(({ name }) => !isStandard(name)).map(({ name }) => name);
  const { capacityType } = from.source;
  const object = `Account quota ${quotaName}`;
  if (capacityType !== null && capacityType !== 'ON_DEMAND') {
    const message = `green is of capacity type ${capacityType}, whose quota and capacity could not be verified`;
    return [warn('capacity-not-verified', '3', object, message, 'see that so much capacity can be had')];
  }
  const unknown =
    others.length > 0
      ? [warn('quota-not-verified', '3', object, `${others.join(', ')} count for another quota, which could not be verified`, remedy)]
      : [];
  const standard = types.filter(({ name }) => isStandard(name));
  if (!facts.quota || !facts.instanceTypes) return unknown;
  if (types.length === 0) return [warn('quota-not-verified', '3', object, 'which instance types green has could not be verified', remedy)];
  if (standard.length === 0) return unknown;
  return [...unknown, ...short(facts, others.length === 0, object)];
}

const remedy = 'compare the quota with its use in Service Quotas, and ask for more if need be';

/** What green needs of the quota beside blue: with the smallest of its types and no node more, and with the largest and all headroom. */
export interface VcpuNeeds {
  readonly least: number;
  readonly most: number;
  readonly free: number;
  readonly limit: number;
}

/** Undefined where it is not known, or green's types do not count for the quota. */
export function vcpuNeeds(facts: PreflightFacts): VcpuNeeds | undefined {
  const vcpus = typesOfNewNodes(facts).flatMap((type) => (isStandard(type.name) ? [type.vcpus] : []));
  if (!facts.quota || vcpus.length === 0) return undefined;
  return {
    least: newNodesOf(facts) * Math.min(...vcpus),
    most: (newNodesOf(facts) + headroomOf(facts)) * Math.max(...vcpus),
    free: Math.max(0, facts.quota.limit - facts.quota.used),
    limit: facts.quota.limit,
  };
}

function short(facts: PreflightFacts, onlyStandard: boolean, object: string): Problem[] {
  const needs = vcpuNeeds(facts);
  if (!needs || needs.most <= needs.free) return [];
  const { least, most, free, limit } = needs;
  const message = `green needs ${least === most ? least : `${least} to ${most}`} vCPUs beside blue, and ${free} of ${limit} are free`;
  return [blockIf(onlyStandard && least > free, 'quota-short', '3', object, message, 'ask for a higher quota, or make room')];
}

function typesOfNewNodes(facts: PreflightFacts): InstanceTypeFacts[] {
  const wanted = new Set(groupOfNewNodes(facts)?.types ?? []);
  return (facts.instanceTypes ?? []).filter(({ name }) => wanted.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Families A, C, D, H, I, M, R, T and Z share the quota; `inf`, `trn`, `hpc`, `dl` and others have their own.
 *  @see https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html */
function isStandard(type: string): boolean {
  return /^(?:[acdhmrtz]|i|im|is)\d/.test(type) && !type.startsWith('u-');
}
