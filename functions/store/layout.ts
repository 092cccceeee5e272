import { utcDay } from '../versions/days.ts';

/** Where a cluster lives, as far as keys are concerned. */
export interface ClusterPlace {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

/** The keys of contracts.md §3. Names of EKS clusters are letters, digits, `-` and `_`; anything else in a file is escaped. Half of a
 *  surrogate pair, which JSON can hold, has no such form and becomes U+FFFD. */
const segment = (text: string): string => encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E');

const place = ({ accountId, region, name }: ClusterPlace): string => [accountId, region, name].map(segment).join('/');

export const keys = {
  configuration: 'config/greenlight.json',
  run: (runId: string) => `runs/${runId}/run.json`,
  clusterReport: (runId: string, cluster: ClusterPlace) => `runs/${runId}/clusters/${place(cluster)}.json`,
  findings: (startedAt: Date, cluster: ClusterPlace) =>
    `findings/date=${utcDay(startedAt)}/account=${segment(cluster.accountId)}/region=${segment(cluster.region)}/${segment(cluster.name)}.jsonl`,
  inventory: (runId: string, cluster: ClusterPlace) => `inventory/${place(cluster)}/${runId}.json.gz`,
  catalogue: (region: string, day: string) => `catalog/${segment(region)}/${day}.json`,
} as const;
