import type { RunReport } from '../../functions/fleet/run-report.ts';
import type { Terminal } from './terminal.ts';

/** Names each cluster whose upgrade target EKS does not offer, and says whether there was one: then not all that was asked for was done. */
export function reportRefusals({ coverage }: RunReport, terminal: Terminal): boolean {
  const refused = coverage.clusters.filter(({ code }) => code === 'TargetNotOffered');
  for (const { name, message } of refused) terminal.problem(`${name}: ${message}`);
  return refused.length > 0;
}
