import type { Configuration } from '../config/schema.ts';
import type { Change } from '../fleet/change.ts';
import { addDays, isoSeconds, utcDay } from '../versions/days.ts';
import { type ClusterFacts, placeOfArn } from './cluster-facts.ts';
import { type ChangeItem, identityOfChange } from './item.ts';
import type { Told } from './message-parts.ts';
import { channelsOf } from './plan-messages.ts';
import type { MessageChannel } from './ports.ts';

/** Account 111122223333 is the one of the AWS documentation. */
const arn = 'arn:aws:eks:us-east-1:111122223333:cluster/sample';

/** A cluster that does not exist reaches a milestone. */
export function sampleMilestone(runId: string, owner: string | null, now: Date): ChangeItem {
  const endDate = addDays(utcDay(now), 7);
  const change: Change = {
    kind: 'milestone',
    clusterArn: arn,
    finding: null,
    from: null,
    to: '7',
    since: runId,
    base: null,
    owner,
    milestone: { end: 'standard', endDate, days: 7, daysLeft: 7 },
  };
  const cluster: ClusterFacts = {
    arn,
    ...placeOfArn(arn),
    accountName: 'sample',
    version: '1.34',
    targetVersion: '1.35',
    hops: ['1.35'],
    tags: { environment: 'test' },
    verdict: 'READY',
    support: {
      status: 'standard',
      endOfStandardSupport: endDate,
      endOfExtendedSupport: addDays(endDate, 365),
      daysToEndOfStandardSupport: 7,
      daysToEndOfExtendedSupport: 372,
      supportType: 'EXTENDED',
      monthlySurchargeUsd: 0,
      source: 'bundled',
    },
    counts: { required: 0, recommended: 0, info: 0 },
    reportKey: null,
    failure: null,
  };
  return { ...identityOfChange(change, runId), kind: 'milestone', change, cluster };
}

/** The sample for every route: each owner of the configuration, and the default one. */
export function sampleMessages(
  configuration: Configuration,
  { runId, now, link }: { readonly runId: string; readonly now: Date; readonly link: string | null },
): { readonly told: Told; readonly channels: readonly MessageChannel[] }[] {
  const { routes } = configuration.notifications;
  return [...routes, undefined].map((route) => {
    const owner = route?.owner ?? null;
    const items = [sampleMilestone(runId, owner, now)];
    return { told: { runId, scannedAt: isoSeconds(now), owner, items, link, simulated: true }, channels: channelsOf(route) };
  });
}
