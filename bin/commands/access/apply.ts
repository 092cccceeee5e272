import { type Command, Option } from 'commander';
import { applyToCluster, type ClusterApplication } from '../../../functions/access/apply-cluster.ts';
import { jsonText } from '../../../functions/access/policy-document.ts';
import type { FailedPlace } from '../../../functions/access/ports.ts';
import { type AccessProfile, roleNameOf } from '../../../functions/access/profile.ts';
import { isRequestedBy } from '../../../functions/fleet/scan-cluster.ts';
import { harmless } from '../../../functions/report/text/layout.ts';
import { CommandFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { parsePrincipalArn, parseRoleName } from './arguments.ts';
import { profilesFor, roleOption } from './role.ts';
import { accessScope, failedPlaceLines } from './scope.ts';

interface Options {
  readonly cluster?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly roleName?: string;
  readonly principalArn?: string;
  readonly role?: AccessProfile['role'];
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly format: 'text' | 'json';
}

/** `greenlight access apply`: lets the scan role into clusters, and the rotate role where rotations are enabled, with the rights of whoever
 *  runs it. */
export function applyCommand(access: Command, terminal: Terminal): void {
  access
    .command('apply')
    .description(
      'let the scan role into one cluster, or into the fleet of greenlight.yaml: access entry and ClusterRole; run by an administrator',
    )
    .option('--cluster <name>', 'name of the EKS cluster')
    .option('--region <region>', 'AWS region of the cluster (default: AWS_REGION)')
    .option('--profile <profile>', 'profile of the AWS configuration')
    .option('--role-name <name>', "administrator's role to enter each account through (default: your own credentials)", parseRoleName)
    .addOption(roleOption('which role is let in (default: scan, and rotate where rotation.enabled)'))
    .option('--principal-arn <arn>', 'who is let in, instead of the role of the account; with --cluster', parsePrincipalArn)
    .option('--dry-run', 'change nothing: let the API server check it, and say what would be done')
    .option('--config <file>', 'configuration file (default: greenlight.yaml, if there is one)')
    .addOption(new Option('--format <format>', 'form of the answer').choices(['text', 'json']).default('text'))
    .action(async (options: Options) => {
      if (options.principalArn !== undefined && options.cluster === undefined)
        throw new CommandFailure('--principal-arn lets one principal into one cluster: give --cluster NAME too');
      const { forEachCluster } = await import('../../../functions/wiring/access.ts');
      const role = options.roleName === undefined ? undefined : { name: options.roleName };
      const { scope, configuration } = await accessScope(options, () => ({ one: role, fleet: role }), terminal);
      const profiles = profilesFor(options, configuration);
      const applied = await forEachCluster(scope, async ({ open, partition, ...cluster }) => {
        terminal.progress(`applying to ${cluster.name}`);
        const iam = `arn:${partition}:iam::${cluster.accountId}`;
        const filter = options.cluster === undefined ? { isRequested: isRequestedBy(configuration, cluster.name) } : {};
        const applications: ClusterApplication[] = [];
        for (const profile of profiles) {
          const principalArn = options.principalArn ?? `${iam}:role/${roleNameOf(profile, configuration)}`;
          applications.push(await applyToCluster({ cluster, principalArn, profile, dryRun: options.dryRun ?? false, open, ...filter }));
        }
        return applications;
      });
      const clusters = applied.flat();
      terminal.progress('');
      await terminal.print(
        options.format === 'json'
          ? jsonText({ schemaVersion: '1', dryRun: options.dryRun ?? false, failed: scope.failed, clusters })
          : `${applicationText(clusters, scope.failed).join('\n')}\n`,
      );
      process.exitCode = scope.failed.length > 0 || clusters.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
    });
}

/** A line a cluster, and under it one of each step that is not as it should be. */
function applicationText(clusters: readonly ClusterApplication[], failed: readonly FailedPlace[]): string[] {
  const lines = clusters.flatMap(({ accountId, region, name, outcome, role, steps }) => [
    `${outcome.padEnd(9)}  ${accountId}  ${region}  ${name}${role === 'scan' ? '' : `  (${role})`}`,
    ...steps
      .filter((step) => step.outcome !== 'unchanged')
      .flatMap((step) => `${step.step}: ${step.outcome}: ${step.message}`.split('\n').map((line) => `  ${line}`)),
  ]);
  const none = clusters.length + failed.length === 0 ? ['There is no EKS cluster.'] : [];
  const places = failed.length === 0 ? [] : ['', 'Not listed', ...failedPlaceLines(failed)];
  return [...lines, ...none, ...places].map(harmless);
}
