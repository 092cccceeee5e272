import type { RunReport } from '../../functions/fleet/run-report.ts';
import type { FailOn } from './options.ts';

/** The exit code of a report, first that applies: 1 not all was done, 2 `--fail-on` matched, 3 coverage incomplete and unknown matters, 0. */
export function exitCodeOf(run: RunReport, failOn: FailOn, allDone: boolean): 0 | 1 | 2 | 3 {
  if (!allDone) return 1;
  if (matches(run, failOn)) return 2;
  return failOn === 'unknown' && !run.coverage.complete ? 3 : 0;
}

function matches({ totals }: RunReport, failOn: FailOn): boolean {
  switch (failOn) {
    case 'never':
      return false;
    case 'unknown':
      return totals.verdicts.CANNOT_DETERMINE > 0;
    case 'required':
      return totals.findings.required > 0;
    case 'recommended':
      return totals.findings.required + totals.findings.recommended > 0;
  }
}
