import { bundledSupportDates, type SupportDates } from './bundled-calendar.ts';
import { parseDay, utcDay } from './days.ts';
import { compareVersions, formatVersion, type KubernetesVersion, parseVersion } from './kubernetes-version.ts';

export { bundledCalendarAsOf, type SupportDates } from './bundled-calendar.ts';

export type SupportSource = 'DescribeClusterVersions' | 'bundled';

/** What DescribeClusterVersions answers for one version, dates as ISO strings; structural, since this room knows no evidence.
 *  @see https://docs.aws.amazon.com/eks/latest/APIReference/API_ClusterVersionInformation.html */
export interface ClusterVersionLike {
  readonly clusterVersion?: string | null;
  readonly endOfStandardSupportDate?: string | null;
  readonly endOfExtendedSupportDate?: string | null;
  readonly releaseDate?: string | null;
  /** UNSUPPORTED, STANDARD_SUPPORT or EXTENDED_SUPPORT */
  readonly versionStatus?: string | null;
  /** Deprecated by EKS: unsupported, standard-support or extended-support */
  readonly status?: string | null;
}

export interface SupportCalendar {
  /** Where `offered` comes from; each version's dates say their own source. */
  readonly source: SupportSource;
  /** The API's dates, or else those of the bundled table, since the API leaves unsupported versions out; `undefined` when neither knows them. */
  datesOf(version: KubernetesVersion): { dates: SupportDates; source: SupportSource } | undefined;
  /** The versions a cluster may be created with or upgraded to, ascending. */
  readonly offered: readonly KubernetesVersion[];
}

/** The calendar from the answer of DescribeClusterVersions, with the bundled table where the answer has nothing to say.
 *  An answer that offers no version at all (empty, or filtered) cannot be the whole truth: then the table says what is offered.
 *  @param now the instant at which the bundled table is asked what is offered; the API's answer stands as it is */
export function supportCalendar(clusterVersions: readonly ClusterVersionLike[] | undefined, now: Date): SupportCalendar {
  const answered = clusterVersions ?? [];
  const answeredDates = byVersion(answered.flatMap(datesIn));
  const bundledDates = byVersion(bundledSupportDates);
  const offeredByApi = distinctAscending(answered.filter(isSupported).map((entry) => entry.clusterVersion));
  const source = offeredByApi.length > 0 ? 'DescribeClusterVersions' : 'bundled';
  return {
    source,
    offered: source === 'bundled' ? offeredByTable(utcDay(now)) : offeredByApi,
    datesOf(version) {
      const key = formatVersion(version);
      const answer = answeredDates.get(key);
      if (answer !== undefined) return { dates: answer, source: 'DescribeClusterVersions' };
      const bundled = bundledDates.get(key);
      return bundled && { dates: bundled, source: 'bundled' };
    },
  };
}

/** Both end dates, or nothing: half of an answer is not completed by a guess. A date that cannot be read counts as missing. */
function datesIn(entry: ClusterVersionLike): SupportDates[] {
  const version = parseVersion(entry.clusterVersion ?? '');
  const endOfStandardSupport = parseDay(entry.endOfStandardSupportDate ?? '');
  const endOfExtendedSupport = parseDay(entry.endOfExtendedSupportDate ?? '');
  if (version === undefined || endOfStandardSupport === undefined || endOfExtendedSupport === undefined) return [];
  const releaseDate = parseDay(entry.releaseDate ?? '') ?? null;
  return [{ version: formatVersion(version), releaseDate, endOfStandardSupport, endOfExtendedSupport }];
}

function isSupported(entry: ClusterVersionLike): boolean {
  return (entry.versionStatus ?? entry.status)?.toUpperCase() !== 'UNSUPPORTED';
}

/** A row without a release date is older than the table's first one. */
function offeredByTable(today: string): KubernetesVersion[] {
  const rows = bundledSupportDates.filter(
    (row) => (row.releaseDate === null || row.releaseDate <= today) && today < row.endOfExtendedSupport,
  );
  return distinctAscending(rows.map((row) => row.version));
}

/** The first entry of a version counts. */
function byVersion(rows: readonly SupportDates[]): Map<string, SupportDates> {
  return new Map(rows.toReversed().map((row) => [row.version, row]));
}

function distinctAscending(texts: readonly (string | null | undefined)[]): KubernetesVersion[] {
  const versions = texts.flatMap((text) => parseVersion(text ?? '') ?? []);
  return [...new Map(versions.map((version) => [formatVersion(version), version])).values()].sort(compareVersions);
}
