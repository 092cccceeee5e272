import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { StoredRun } from '../../fleet/run-report.ts';

/** One value of a metric; no dimension names a cluster, because each combination of dimensions costs as a metric of its own. */
interface Datum {
  readonly name: string;
  readonly unit: (typeof MetricUnit)[keyof typeof MetricUnit];
  readonly value: number;
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** Publishes the figures of a run as metrics, in the Embedded Metric Format: lines of the log, no request. */
export function publishRunMetrics(run: StoredRun): void {
  const metrics = new Metrics();
  for (const { name, unit, value, dimensions } of runMetrics(run)) {
    const single = metrics.singleMetric();
    for (const [dimension, of] of Object.entries(dimensions ?? {})) single.addDimension(dimension, of);
    single.addMetric(name, unit, value);
  }
}

/** The figures of a run. Durations in milliseconds, days in whole UTC days, money in US dollars a month. */
export function runMetrics(run: StoredRun): Datum[] {
  const { totals, coverage, clusters } = run;
  const daysLeft = clusters.flatMap(({ support }) =>
    [support.daysToEndOfStandardSupport, support.daysToEndOfExtendedSupport].filter((days) => days !== null && days >= 0),
  );
  const nextEnd = Math.min(...daysLeft.map(Number));
  const count = (name: string, value: number, dimensions?: Datum['dimensions']): Datum => ({
    name,
    unit: MetricUnit.Count,
    value,
    ...(dimensions ? { dimensions } : {}),
  });
  return [
    ...Object.entries(totals.verdicts).map(([Verdict, value]) => count('ClustersByVerdict', value, { Verdict })),
    ...Object.entries(totals.support).map(([Status, value]) => count('ClustersBySupport', value, { Status })),
    ...(Number.isFinite(nextEnd) ? [count('DaysToNextEndOfSupport', nextEnd)] : []),
    count('MonthlySurchargeUsd', totals.monthlySurchargeUsd),
    count('RunIncomplete', coverage.complete ? 0 : 1),
    ...[...failures(run)].map(([Code, value]) => count('FailuresByCode', value, { Code })),
    {
      name: 'ScanDuration',
      unit: MetricUnit.Milliseconds,
      value: Date.parse(run.finishedAt) - Date.parse(run.startedAt),
    },
    ...[...requests(run)].map(([Api, value]) => count('ApiRequests', value, { Api })),
  ];
}

function failures({ coverage }: StoredRun): Map<string, number> {
  const codes = new Map<string, number>();
  const add = (code: string, by: number) => codes.set(code, (codes.get(code) ?? 0) + by);
  for (const { code } of [...coverage.targets, ...coverage.clusters]) if (code !== null) add(code, 1);
  for (const { unavailable } of coverage.clusters) for (const [code, kinds] of Object.entries(unavailable)) add(code, kinds);
  return codes;
}

function requests({ clusters }: StoredRun): Map<string, number> {
  const apis = new Map<string, number>();
  for (const { collection } of clusters)
    for (const [api, number] of Object.entries(collection?.requests ?? {})) apis.set(api, (apis.get(api) ?? 0) + number);
  return apis;
}
