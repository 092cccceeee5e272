import type { Verdict } from '../analysis/cluster-report.ts';
import { worstFirst } from '../analysis/cluster-report.ts';
import { placeOfArn } from './cluster-facts.ts';
import { type Digest, digestHorizonDays } from './digest.ts';
import type { TextSection } from './item-text.ts';
import { count, daysAhead, listed } from './words.ts';

/** Lines of one list before the rest is counted. */
const linesOfList = 20;
const clustersOfLine = 8;

const verdictWords: Readonly<Record<Verdict, string>> = {
  NOT_READY: 'not ready',
  CANNOT_DETERMINE: 'cannot be determined',
  READY_WITH_WARNINGS: 'ready, with warnings',
  READY: 'ready',
};

/** `Weekly digest: 12 clusters, 3 not ready, 365 USD a month for extended support`. */
export function digestTitle({ totals, supportEnds }: Digest): string {
  const parts = [
    count(totals.clusters, 'cluster'),
    ...(totals.verdicts.NOT_READY > 0 ? [`${totals.verdicts.NOT_READY} not ready`] : []),
    ...(supportEnds.length > 0 ? [`next end of support ${daysAhead(supportEnds[0]?.daysLeft ?? 0)}`] : []),
  ];
  return `Weekly digest: ${parts.join(', ')}`;
}

/** What the digest says, under headings; a list that is empty is left out. */
export function digestText(digest: Digest): TextSection[] {
  const { totals, since } = digest;
  const after = since === null ? '' : ` since ${since}`;
  const sections: TextSection[] = [
    { title: 'Fleet', lines: fleetLines(totals) },
    { title: `Support that ends within ${digestHorizonDays} days`, lines: endLines(digest.supportEnds) },
    { title: `New clusters${after}`, lines: digest.discovered.map(clusterLine) },
    { title: `Clusters that are gone${after}`, lines: digest.vanished.map(clusterLine) },
    { title: `New checks${after} (their first findings are not announced one by one)`, lines: digest.newChecks },
    { title: 'Suppressions that expired', lines: digest.expiredSuppressions },
    { title: 'Suppressions that match nothing: remove them', lines: digest.unmatchedSuppressions },
    { title: 'Not seen by the scan', lines: digest.gaps },
  ];
  return sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => {
      const rest = lines.length - linesOfList;
      return { title, lines: rest > 0 ? [...lines.slice(0, linesOfList), `and ${rest} more`] : lines };
    });
}

function fleetLines({ clusters, verdicts, support, findings, suppressed, monthlySurchargeUsd }: Digest['totals']): string[] {
  const named = worstFirst.filter((verdict) => verdicts[verdict] > 0).map((verdict) => `${verdicts[verdict]} ${verdictWords[verdict]}`);
  const supported = Object.entries(support)
    .filter(([, number]) => number > 0)
    .map(([status, number]) => `${number} ${status}`);
  return [
    `${count(clusters, 'cluster')}${named.length === 0 ? '' : `: ${named.join(', ')}`}`,
    ...(supported.length === 0 ? [] : [`Support: ${supported.join(', ')}`]),
    `Findings: ${findings.required} required, ${findings.recommended} recommended, ${suppressed} suppressed`,
    monthlySurchargeUsd > 0 ? `Extended support costs ${monthlySurchargeUsd} USD a month` : 'No extended support is billed',
  ];
}

/** Clusters whose support ends on one day for one reason stand in one line: a fleet has few versions. */
function endLines(ends: Digest['supportEnds']): string[] {
  return [...Map.groupBy(ends, ({ end, endDate, version }) => `${endDate} ${end} ${version}`).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const names = same.slice(0, clustersOfLine).map((of) => `${of.cluster} (${of.accountName ?? of.accountId} ${of.region})`);
    const rest = same.length - names.length;
    const surcharge = same.reduce((sum, { surchargeUsd }) => sum + surchargeUsd, 0);
    const cost = surcharge > 0 ? `; extended support then costs ${surcharge} USD a month` : '';
    const day = `${first.endDate}, ${daysAhead(first.daysLeft)}`;
    return [
      `${day}: ${first.end} support of Kubernetes ${first.version}, ${listed([...names, ...(rest > 0 ? [`${rest} more`] : [])])}${cost}`,
    ];
  });
}

function clusterLine(arn: string): string {
  const { accountId, region, name } = placeOfArn(arn);
  return accountId === '' ? name : `${name}, account ${accountId}, ${region}`;
}
