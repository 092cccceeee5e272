import * as z from 'zod';
import pricesJson from './facts/aws-prices.json' with { type: 'json' };
import usageJson from './facts/scan-usage.json' with { type: 'json' };
import { document, heading, table } from './markdown.ts';

const number = z.number().nonnegative();
const bySize = z.object({ small: number, large: number });

const pricesSchema = z.object({
  region: z.string(),
  asOf: z.iso.date(),
  note: z.string(),
  usd: z.record(z.string(), z.object({ usd: number, per: z.string(), source: z.url() })),
});

/** What one scan uses. `measured` is measured again by a test; `assumed` is not, and the page says so. */
const usageSchema = z.object({
  runsPerMonth: number,
  measured: z.object({
    how: z.string(),
    /** States entered by the execution itself. */
    transitionsPerRun: number,
    /** States entered by the STANDARD child of a cluster, and one for its start. */
    transitionsPerCluster: number,
    /** The start of the EXPRESS child of an account. */
    transitionsPerAccount: number,
    lambdaMiB: z.object({ default: number, scanCluster: number, summarizeRun: number }),
    functionsPerRun: number,
    putsPerCluster: number,
    getsPerCluster: number,
    alarmMetrics: number,
    dashboards: number,
    customMetrics: number,
    awsRequestsPerCluster: number,
    kilobytes: z.object({ inventory: number, report: number, findings: number, coverage: number, state: number }),
    largeInventoryKilobytes: number,
    /** Days for which one run's objects are stored: until they expire, and 30 more as noncurrent versions. */
    retentionDays: z.object({ inventory: number, runs: number, findings: number, state: number }),
  }),
  assumed: z.object({
    clustersPerAccount: number,
    scanSeconds: bySize,
    listSeconds: number,
    fixedSecondsPerRun: number,
    summarizeAndCommitSecondsPerCluster: number,
    expressGb: number,
    /** Beside those of the cluster: what a new instance of a function reads once. */
    getsMorePerCluster: number,
    putsPerAccount: number,
    getsPerAccount: number,
    requestsPerRun: number,
    logKilobytesPerExecution: number,
    tracesPerExecution: number,
    kmsRequestsPerS3Request: number,
    kilobytesSentPerScan: bySize,
    changesPerClusterAndMonth: number,
    messagesPerMonth: number,
    mailsPerMessage: number,
  }),
});

const prices = pricesSchema.parse(pricesJson);
export const usage = usageSchema.parse(usageJson);
type Usage = typeof usage;

type Size = 'small' | 'large';

/** Dollars a month by what they are for. */
type Bill = Readonly<Record<string, number>>;

/** Dollars a month and cluster that may be spent beside the fixed cost (the goal of the design). */
export const goalUsd = 0.05;

const gigabytes = (kilobytes: number): number => kilobytes / 1_000_000;
const mebibytes = (mib: number): number => mib / 1024;

/** @throws Error when there is no such price */
function price(name: string): number {
  const found = prices.usd[name];
  if (!found) throw new Error(`no price ${name} in scripts/reference/facts/aws-prices.json`);
  return found.usd;
}

/** What one more cluster adds to the bill of a month, its share of an account included. */
export function marginalCost(size: Size, { measured, assumed, runsPerMonth }: Usage = usage): Bill {
  const { kilobytes, retentionDays: days, lambdaMiB } = measured;
  const share = 1 / assumed.clustersPerAccount;
  const inventory = size === 'large' ? measured.largeInventoryKilobytes : kilobytes.inventory;
  const puts = measured.putsPerCluster + share * assumed.putsPerAccount;
  const gets = measured.getsPerCluster + assumed.getsMorePerCluster + share * assumed.getsPerAccount;
  const gbSeconds =
    assumed.scanSeconds[size] * mebibytes(lambdaMiB.scanCluster) +
    share * assumed.listSeconds * mebibytes(lambdaMiB.default) +
    assumed.summarizeAndCommitSecondsPerCluster * mebibytes(lambdaMiB.summarizeRun);
  const executions = 1 + share;
  // In a run of at most 200 clusters run.json holds every report once more; it is counted for all.
  const stored =
    inventory * days.inventory +
    (2 * kilobytes.report + kilobytes.coverage) * days.runs +
    kilobytes.findings * days.findings +
    kilobytes.state * days.state;
  const perRun = {
    'Lambda: GB-seconds': gbSeconds * price('lambdaGbSecond') + executions * price('lambdaRequest'),
    'Step Functions: transitions':
      (measured.transitionsPerCluster + share * measured.transitionsPerAccount) * price('stepFunctionsTransition') +
      share * (price('stepFunctionsExpressRequest') + assumed.listSeconds * assumed.expressGb * price('stepFunctionsExpressGbSecond')),
    'S3: requests': puts * price('s3Put') + gets * price('s3Get'),
    'KMS: requests, as if without a bucket key': (puts + gets) * assumed.kmsRequestsPerS3Request * price('kmsRequest'),
    'CloudWatch Logs and X-Ray':
      executions * gigabytes(assumed.logKilobytesPerExecution) * price('cloudWatchLogsGb') +
      executions * assumed.tracesPerExecution * price('xRayTrace'),
    'Traffic to other regions': gigabytes(assumed.kilobytesSentPerScan[size]) * price('crossRegionGb'),
  };
  return {
    ...Object.fromEntries(Object.entries(perRun).map(([what, usd]) => [what, usd * runsPerMonth])),
    // Of each kind of object as many are there as days pass before it is gone.
    'S3: storage': (gigabytes(stored) * price('s3GbMonth') * runsPerMonth) / 30,
    'Changes: events and records': assumed.changesPerClusterAndMonth * (price('eventBridgeEvent') + 4 * price('s3Put')),
  };
}

/** What is paid whatever the size of the fleet is. */
export function fixedCost({ measured, assumed, runsPerMonth }: Usage = usage): Bill {
  const run =
    measured.transitionsPerRun * price('stepFunctionsTransition') +
    measured.functionsPerRun * price('lambdaRequest') +
    assumed.fixedSecondsPerRun * mebibytes(measured.lambdaMiB.default) * price('lambdaGbSecond') +
    assumed.requestsPerRun * price('s3Put') +
    price('eventBridgeEvent') +
    price('schedulerInvocation');
  return {
    'CloudWatch: custom metrics': measured.customMetrics * price('cloudWatchMetricMonth'),
    'CloudWatch: dashboard': measured.dashboards * price('cloudWatchDashboardMonth'),
    'CloudWatch: alarms': measured.alarmMetrics * price('cloudWatchAlarmMetricMonth'),
    'KMS: key': price('kmsKeyMonth'),
    'Runs: transitions, functions, requests': runsPerMonth * run,
    'SNS: messages and mails': assumed.messagesPerMonth * (2 * price('snsPublish') + assumed.mailsPerMessage * price('snsMail')),
  };
}

export const total = (bill: Bill): number => Object.values(bill).reduce((sum, usd) => sum + usd, 0);

/** The smallest fleet for which the whole bill, divided by its clusters, is below the goal. */
const clustersForGoal = (size: Size): number => Math.ceil(total(fixedCost()) / (goalUsd - total(marginalCost(size))));

const fleets = [10, 100, 1_000, 10_000];

const usd = (amount: number, digits = 2): string => `$${amount.toFixed(digits)}`;
/** Without an exponent. */
const decimal = (amount: number): string => amount.toFixed(10).replace(/\.?0+$/, '');
const grouped = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** docs/guide/cost.md */
export function costPage(): string {
  const { measured, assumed, runsPerMonth } = usage;
  const [small, large, fixed] = [marginalCost('small'), marginalCost('large'), fixedCost()];
  return document([
    ...heading('Cost', 'scripts/reference/cost.ts and scripts/reference/facts'),
    `What a month with ${runsPerMonth} scans costs in the tooling account, in USD, by the list prices of ${prices.region} of ${prices.asOf}, without free tiers.`,
    'Member accounts pay for a role, which is free; reads of EKS, EC2 and STS are free too.',
    '',
    `The goal is less than ${usd(goalUsd)} per cluster and month beside the fixed cost. It is ${total(large) < goalUsd ? '**met**' : '**not met**'}: ` +
      `a small cluster adds ${usd(total(small), 4)}, a large one ${usd(total(large), 4)}. Fixed are ${usd(total(fixed))} a month. ` +
      `With the fixed cost divided among them, a fleet stays below the goal from ${clustersForGoal('small')} small or ${clustersForGoal('large')} large clusters on.`,
    '',
    '## By size of the fleet',
    '',
    ...table(
      ['Clusters', 'Small: a month', 'per cluster', 'Large: a month', 'per cluster'],
      fleets.map((clusters) => {
        const [ofSmall, ofLarge] = [small, large].map((bill) => total(fixed) + clusters * total(bill));
        const cells = [ofSmall, ofLarge].flatMap((month = 0) => [usd(month), usd(month / clusters, 3)]);
        return [grouped(clusters), ...cells];
      }),
    ),
    '',
    'Small is a cluster of the demo fleet, large one of 1,000 nodes and 10,000 pods. Both columns hold the fixed cost.',
    '',
    '## What one cluster adds',
    '',
    ...billTable(['Per cluster and month', 'Small', 'Large'], [small, large], 5),
    '',
    '## What is fixed',
    '',
    ...billTable(['Per month', 'All fleets'], [fixed], 2),
    '',
    `The key costs one dollar more after its first and another after its second yearly rotation, and no more after that. ` +
      'Custom metrics are counted for the whole month although they are sent once a day.',
    '',
    '## Measured',
    '',
    `${measured.how}`,
    '',
    ...table(
      ['What', 'Value'],
      [
        [
          'States entered by a run, by the child of a cluster with its start, by the start of the child of an account',
          `${measured.transitionsPerRun}, ${measured.transitionsPerCluster}, ${measured.transitionsPerAccount}`,
        ],
        [
          'Memory of scan-cluster, summarize-run, other functions (MiB)',
          `${measured.lambdaMiB.scanCluster}, ${measured.lambdaMiB.summarizeRun}, ${measured.lambdaMiB.default}`,
        ],
        ['S3 puts and gets of one cluster in one run', `${measured.putsPerCluster}, ${measured.getsPerCluster}`],
        ['Requests to EKS and EC2 of one cluster', `${measured.awsRequestsPerCluster}`],
        ['Inventory, report, findings, coverage, state of a demo cluster (kB)', Object.values(measured.kilobytes).join(', ')],
        ['Inventory of the large cluster (kB)', `${measured.largeInventoryKilobytes}`],
        ['Days until inventory, run, findings and an old state are gone from the bucket', Object.values(measured.retentionDays).join(', ')],
        ['Metrics of alarms, custom metrics, dashboards', `${measured.alarmMetrics}, ${measured.customMetrics}, ${measured.dashboards}`],
      ],
    ),
    '',
    '## Assumed',
    '',
    ...table(
      ['What', 'Value'],
      [
        ['Seconds of scan-cluster, small and large', `${assumed.scanSeconds.small}, ${assumed.scanSeconds.large}`],
        ['Seconds of list-clusters for an account with all its regions', `${assumed.listSeconds}`],
        ['Clusters in an account', `${assumed.clustersPerAccount}`],
        ['Log of an execution with its function (kB); all executions traced', `${assumed.logKilobytesPerExecution}`],
        ['KMS requests for one S3 request; the bucket key of S3 makes it far fewer', `${assumed.kmsRequestsPerS3Request}`],
        [
          'kB sent to an API server in another region, small and large',
          `${assumed.kilobytesSentPerScan.small}, ${assumed.kilobytesSentPerScan.large}`,
        ],
        ['Changes of a cluster in a month', `${assumed.changesPerClusterAndMonth}`],
        ['Messages in a month, and mail addresses that get each', `${assumed.messagesPerMonth}, ${assumed.mailsPerMessage}`],
      ],
    ),
    '',
    'The seconds weigh most: take those of your own fleet from the report lines of the log group `/eks-greenlight/scan-cluster`, change',
    '`scripts/reference/facts/scan-usage.json` and run `npm run generate`.',
    '',
    '## Not counted',
    '',
    '- A VPC for private clusters (`kubernetes.vpc`): NAT gateways, interface endpoints and transit gateways may cost more than everything above.',
    '- In-cluster collectors: a pod for some seconds twice a day, and one put each.',
    '- CloudTrail, Config, GuardDuty and Security Hub, which see the calls and resources of a scan as any others.',
    '- Queries of the logs, Athena, and data that is read out of the bucket.',
    '',
    '## Prices',
    '',
    prices.note,
    '',
    ...table(
      ['USD', 'Per', 'Source'],
      Object.values(prices.usd).map(({ usd: amount, per, source }) => [decimal(amount), per, source]),
    ),
  ]);
}

/** Bills side by side, the largest line first, with their sums. */
function billTable(titles: readonly string[], bills: readonly Bill[], digits: number): string[] {
  const [first = {}] = bills;
  const largest = (what: string) => Math.max(...bills.map((bill) => bill[what] ?? 0));
  const rows = Object.keys(first)
    .toSorted((a, b) => largest(b) - largest(a))
    .map((what) => [what, ...bills.map((bill) => usd(bill[what] ?? 0, digits))]);
  return table(titles, [...rows, ['**Sum**', ...bills.map((bill) => `**${usd(total(bill), digits)}**`)]]);
}
