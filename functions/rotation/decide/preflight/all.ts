import type { Problem } from '../../record.ts';
import { access } from './access.ts';
import { addresses } from './addresses.ts';
import { compare } from './assessed-pods.ts';
import { attachments } from './attachments.ts';
import { autoScaling, nodeRepair, warmPools } from './auto-scaling.ts';
import { autoscalers } from './autoscalers.ts';
import { budgets } from './budgets.ts';
import { capacity } from './capacity.ts';
import { coredns } from './coredns.ts';
import type { PreflightFacts, Theme } from './facts.ts';
import { groups } from './groups.ts';
import { ownership } from './ownership.ts';
import { placement } from './placement.ts';
import { pods } from './pods.ts';
import { quota } from './quota.ts';
import { rollback } from './rollback.ts';
import { antiAffinity, hardSpread } from './spread.ts';
import { unreadable } from './unreadable.ts';
import { versions } from './versions.ts';
import { webhooks } from './webhooks.ts';
import { brokenBefore, singleReplicas } from './workloads.ts';
import { zonalShift } from './zonal-shift.ts';

/** The 25 points of rotation.md §4.3, and what could not be read. */
const themes: readonly Theme[] = [
  unreadable,
  groups,
  versions,
  quota,
  addresses,
  capacity,
  placement,
  pods,
  budgets,
  singleReplicas,
  hardSpread,
  antiAffinity,
  webhooks,
  coredns,
  autoscalers,
  autoScaling,
  warmPools,
  nodeRepair,
  zonalShift,
  brokenBefore,
  attachments,
  ownership,
  rollback,
  access,
];

const severities: readonly Problem['severity'][] = ['block', 'warn', 'info'];

/** All findings of one pass: what blocks first, then by point, id and object. What `options.waive` names does not refuse. */
export function findProblems(facts: PreflightFacts): Problem[] {
  const waived = new Set(facts.options.waive);
  return themes
    .flatMap((theme) => theme(facts))
    .map((problem) => ({ ...problem, waived: waived.has(problem.id) }))
    .sort(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        Number(a.rule) - Number(b.rule) ||
        compare(a.id, b.id) ||
        compare(a.object, b.object) ||
        compare(a.message, b.message),
    );
}

export const refuses = ({ severity, waived }: Problem): boolean => severity === 'block' && !waived;

/** Why a rotation is refused, in one sentence that names the first three objects; undefined where nothing blocks. */
export function refusalOf(problems: readonly Problem[]): string | undefined {
  const blockers = problems.filter(refuses);
  if (blockers.length === 0) return undefined;
  const first = blockers.slice(0, 3).map(({ object, message }) => `${object}: ${message}`);
  const more = blockers.length > first.length ? `; and ${blockers.length - first.length} more` : '';
  return `${first.join('; ')}${more}`;
}
