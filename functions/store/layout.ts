import { utcDay } from '../versions/days.ts';

/** Where a cluster lives, as far as keys are concerned. */
export interface ClusterPlace {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

/** The keys of the store. Names of EKS clusters are letters, digits, `-` and `_`; anything else in a file is escaped. Half of a
 *  surrogate pair, which JSON can hold, has no such form and becomes U+FFFD. */
const segment = (text: string): string => encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E');

const place = ({ accountId, region, name }: ClusterPlace): string => [accountId, region, name].map(segment).join('/');

const digits = (number: number, length: number): string => String(number).padStart(length, '0');

export const keys = {
  configuration: 'config/greenlight.json',
  /** What a run was asked for, with the configuration in force when it began. */
  runContext: (runId: string) => `runs/${runId}/context.json`,
  /** Work list of the first map: one account a line. */
  targetItems: (runId: string) => `runs/${runId}/items/targets.jsonl`,
  /** The accounts that a resumed run still has to enter; `attempt` tells one resumption from another. */
  remainingTargetItems: (runId: string, attempt: string) => `runs/${runId}/items/targets-${attempt}.jsonl`,
  /** Work list of the second map: one cluster a line. */
  clusterItems: (runId: string) => `runs/${runId}/items/clusters.jsonl`,
  remainingClusterItems: (runId: string, attempt: string) => `runs/${runId}/items/clusters-${attempt}.jsonl`,
  /** What was found in an account: one region a line. */
  listing: (runId: string, accountId: string) => `runs/${runId}/lists/${segment(accountId)}.jsonl`,
  run: (runId: string) => `runs/${runId}/run.json`,
  /** The run for people. */
  runDocument: (runId: string) => `runs/${runId}/report.html`,
  /** How a cluster ended: scanned, failed or skipped. Written last of what its scan leaves. */
  listings: (runId: string) => `runs/${runId}/lists/`,
  clusterCoverages: (runId: string) => `runs/${runId}/coverage/`,
  clusterCoverage: (runId: string, cluster: ClusterPlace) => `runs/${runId}/coverage/${place(cluster)}.json`,
  /** What the state machine caught, where the function could not say it itself. */
  accountFailure: (runId: string, accountId: string) => `runs/${runId}/failures/${segment(accountId)}.json`,
  clusterFailure: (runId: string, cluster: ClusterPlace) => `runs/${runId}/failures/${place(cluster)}.json`,
  /** Usage and quotas, which all clusters of the account in the region share. */
  accountFigures: (runId: string, accountId: string, region: string) =>
    `runs/${runId}/shared/${segment(accountId)}/${segment(region)}.json`,
  clusterReport: (runId: string, cluster: ClusterPlace) => `runs/${runId}/clusters/${place(cluster)}.json`,
  /** The same for people, linked by the document of the run. */
  clusterDocument: (runId: string, cluster: ClusterPlace) => `runs/${runId}/clusters/${place(cluster)}.html`,
  findings: (startedAt: Date, cluster: ClusterPlace) =>
    `findings/date=${utcDay(startedAt)}/account=${segment(cluster.accountId)}/region=${segment(cluster.region)}/${segment(cluster.name)}.jsonl`,
  inventory: (runId: string, cluster: ClusterPlace) => `inventory/${place(cluster)}/${runId}.json.gz`,
  /** Written by the in-cluster collector of that cluster, by its own account. */
  inbox: (cluster: ClusterPlace) => `inbox/${place(cluster)}.json.gz`,
  clusterState: (cluster: ClusterPlace) => `state/clusters/${place(cluster)}.json`,
  clusterStates: 'state/clusters/',
  latest: 'state/latest.json',
  /** @param month 'YYYY-MM' */
  notification: (month: string, id: string) => `state/notifications/${segment(month)}/${segment(id)}.json`,
  /** Who may rotate on a cluster now. Never removed: released it has no owner. */
  lease: (cluster: ClusterPlace) => `rotations/${place(cluster)}/lease.json`,
  /** Somebody must look before the next rotation of the cluster. */
  needsHuman: (cluster: ClusterPlace) => `rotations/${place(cluster)}/needs-human.json`,
  rotationRecord: (cluster: ClusterPlace, rotationId: string) => `rotations/${place(cluster)}/${segment(rotationId)}/record.json`,
  rotationEvents: (cluster: ClusterPlace, rotationId: string) => `rotations/${place(cluster)}/${segment(rotationId)}/events/`,
  /** What one step did; in the order of fence and sequence. */
  rotationEvent: (cluster: ClusterPlace, rotationId: string, fence: number, sequence: number) =>
    `rotations/${place(cluster)}/${segment(rotationId)}/events/${digits(fence, 4)}-${digits(sequence, 6)}.json`,
  rotationReport: (cluster: ClusterPlace, rotationId: string, format: 'json' | 'html') =>
    `rotations/${place(cluster)}/${segment(rotationId)}/report.${format}`,
  /** Where a rotation lives, written before anything else of it. */
  rotationIndex: (rotationId: string) => `rotations/index/${segment(rotationId)}.json`,
  rotationIndexes: 'rotations/index/',
  /** There while a rotation is not at its end. */
  openRotation: (rotationId: string) => `rotations/open/${segment(rotationId)}`,
  openRotations: 'rotations/open/',
  catalogue: (region: string, day: string) => `catalog/${segment(region)}/${day}.json`,
} as const;

/** The cluster of a key below `state/clusters/`; undefined for any other key. */
export function placeOfState(key: string): ClusterPlace | undefined {
  const [accountId, region, file, ...others] = key.slice(keys.clusterStates.length).split('/').map(decodeURIComponent);
  if (!key.startsWith(keys.clusterStates) || !accountId || !region || !file?.endsWith('.json') || others.length > 0) return undefined;
  return { accountId, region, name: file.slice(0, -'.json'.length) };
}
