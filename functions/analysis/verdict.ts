import type { Severity } from '../checks/finding.ts';
import type { Verdict } from './cluster-report.ts';

/** The verdict over what is left after suppression: blockers first, then what nobody can know, then warnings. */
export function verdictOf(
  findings: readonly { readonly severity: Severity }[],
  unknown: readonly { readonly essential: boolean }[],
): Verdict {
  if (findings.some(({ severity }) => severity === 'required')) return 'NOT_READY';
  if (unknown.some(({ essential }) => essential)) return 'CANNOT_DETERMINE';
  if (unknown.length > 0 || findings.some(({ severity }) => severity === 'recommended')) return 'READY_WITH_WARNINGS';
  return 'READY';
}
