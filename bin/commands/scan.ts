import type { Command } from 'commander';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { configurationFor } from './configuration.ts';
import { exitCodeOf } from './exit-code.ts';
import { CommandFailure } from './failure.ts';
import {
  type ClusterOptions,
  type CollectingOptions,
  refuseRoleOfOneAccount,
  storeOption,
  withClusterOptions,
  withOption,
  withReportOptions,
} from './options.ts';
import { reportRefusals } from './refusals.ts';
import { runScan, type ScanOptions } from './run-scan.ts';
import type { Terminal } from './terminal.ts';

type Options = ScanOptions & ClusterOptions & CollectingOptions;

/** `greenlight scan`: one live cluster, or the fleet of greenlight.yaml. */
export function scanCommand(program: Command, terminal: Terminal): void {
  withReportOptions(withClusterOptions(program.command('scan').description('scan one live cluster, or the fleet of greenlight.yaml')))
    .addOption(withOption())
    .addOption(storeOption())
    .action(async (options: Options) => {
      const { liveFleet, oneCluster } = await import('../../functions/wiring/live.ts');
      const { configuration, file } = await configurationFor(options.config, options.with);
      const session = terminal.environment.user;
      if (options.cluster !== undefined) {
        const region = requiredRegion(options, terminal);
        const scope = await oneCluster({ ...options, cluster: options.cluster, region, configuration, session });
        const run = await runScan({ ...scope, configuration, clock: systemClock, wholeFleet: false }, options, terminal);
        const failed = run.coverage.clusters.find(({ status }) => status === 'failed');
        if (failed) terminal.problem(`cannot scan ${options.cluster}: ${failed.message}`);
        process.exitCode = exitCodeOf(run, options.failOn, failed === undefined);
        return;
      }
      if (file === undefined) return listClusters(options, terminal);
      refuseRoleOfOneAccount(options);
      const scope = await liveFleet({
        configuration,
        session,
        region: options.region ?? terminal.environment.region,
        ...(options.profile ? { profile: options.profile } : {}),
      });
      const run = await runScan({ ...scope, configuration, clock: systemClock, wholeFleet: true }, options, terminal);
      process.exitCode = exitCodeOf(run, options.failOn, reportFailures(run, terminal));
    });
}

const systemClock = (): Date => new Date();

/** Says what was not done although it was asked for. A single account that cannot be read is coverage, nothing at all is a failure. */
function reportFailures(run: RunReport, terminal: Terminal): boolean {
  const refused = reportRefusals(run, terminal);
  const nothing = run.coverage.targets.every(({ status }) => status !== 'scanned');
  if (nothing) terminal.problem(`no account could be read: ${run.coverage.targets[0]?.message ?? 'greenlight.yaml lists none'}`);
  return !refused && !nothing;
}

function requiredRegion(options: ClusterOptions, { environment }: Terminal): string {
  const region = options.region ?? environment.region;
  if (region === undefined) throw new CommandFailure('no region: give --region, or set AWS_REGION');
  return region;
}

/** With neither a cluster nor a configuration: what there is, and how to go on. */
async function listClusters(options: Options, terminal: Terminal): Promise<void> {
  const region = requiredRegion(options, terminal);
  const { clustersInRegion } = await import('../../functions/wiring/live.ts');
  const { accountId, names } = await clustersInRegion({ ...options, region, session: terminal.environment.user });
  const go =
    names.length === 0 ? 'There is no EKS cluster; another region may have some: --region' : 'Scan one of them with --cluster NAME';
  terminal.note(`${go}; or describe your fleet: "greenlight config init" writes a first greenlight.yaml.`);
  await terminal.print(
    [`Clusters of account ${accountId} in ${region}: ${names.length}`, ...names.map((name) => `  ${name}`), ''].join('\n'),
  );
}
