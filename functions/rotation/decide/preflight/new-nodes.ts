import type { GroupFacts, PreflightFacts } from './facts.ts';
import { landingOf } from './landing.ts';

/** What green's nodes are made of: green itself, or blue where green is made from it, with what is overridden. */
export function groupOfNewNodes(facts: PreflightFacts): (GroupFacts & { readonly types: readonly string[] }) | undefined {
  const from = facts.create ? facts.blue : facts.green;
  if (!from) return undefined;
  const landing = landingOf(facts);
  const named = facts.create?.instanceTypes ?? from.source.instanceTypes;
  const types = landing ? landing.green.flatMap(({ instanceType }) => instanceType ?? []) : named;
  return { ...from, types: [...new Set(types)] };
}

/** Nodes that are yet to be launched to reach N. */
export function newNodesOf({ size, green }: PreflightFacts): number {
  return Math.max(0, size - (green?.live.instances.length ?? 0));
}

/** Nodes that green may have more than blue, where a zone is short. */
export function headroomOf({ size, options }: Pick<PreflightFacts, 'size' | 'options'>): number {
  return Math.max(options.headroomNodes, Math.ceil((size * options.headroomPercent) / 100));
}
