import { type Command, Option } from 'commander';
import { jsonText } from '../../../functions/access/policy-document.ts';
import type { FailedPlace } from '../../../functions/access/ports.ts';
import { type AccessProfile, roleNameOf } from '../../../functions/access/profile.ts';
import { type ClusterVerification, verifyCluster } from '../../../functions/access/verify-cluster.ts';
import { isRequestedBy } from '../../../functions/fleet/scan-cluster.ts';
import { harmless, table } from '../../../functions/report/text/layout.ts';
import { type ClusterOptions, refuseRoleOfOneAccount, withClusterOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { profileOf, roleOption } from './role.ts';
import { accessScope, failedPlaceLines } from './scope.ts';

interface Options extends ClusterOptions {
  readonly config?: string;
  readonly role?: AccessProfile['role'];
  readonly format: 'text' | 'json';
}

/** `greenlight access verify`: tries what a scan needs, and what it must not have. Changes nothing. Of a rotation it tries what reads; the
 *  rotate role trusts the rotation functions alone, so whoever verifies it must have its credentials. */
export function verifyCommand(access: Command, terminal: Terminal): void {
  withClusterOptions(
    access.command('verify').description('enter one cluster, or the fleet of greenlight.yaml, as a scan would, and say what is missing'),
  )
    .addOption(roleOption('whose rights are asked about (default: scan); the rotate role lets only the rotation functions in'))
    .option('--config <file>', 'configuration file (default: greenlight.yaml, if there is one)')
    .addOption(new Option('--format <format>', 'form of the answer').choices(['text', 'json']).default('text'))
    .action(async (options: Options) => {
      const { forEachCluster } = await import('../../../functions/wiring/access.ts');
      if (options.cluster === undefined) refuseRoleOfOneAccount(options);
      const one = options.roleArn === undefined ? undefined : { arn: options.roleArn, externalId: options.externalId };
      const { scope, configuration } = await accessScope(
        options,
        (read) => ({ one, fleet: { ...read.scanRole, name: roleNameOf(profileOf(options.role, read), read) } }),
        terminal,
      );
      const profile = profileOf(options.role, configuration);
      const clusters = await forEachCluster(scope, ({ open, partition: _, ...cluster }) => {
        terminal.progress(`verifying ${cluster.name}`);
        // A cluster that was named is asked for everything, whatever the fleet leaves out.
        const filter = options.cluster === undefined ? { isRequested: isRequestedBy(configuration, cluster.name) } : {};
        return verifyCluster({ cluster, profile, open, ...filter });
      });
      terminal.progress('');
      const complete = clusters.every(({ status }) => status !== 'missing') && scope.failed.length === 0;
      await terminal.print(
        options.format === 'json'
          ? jsonText({ schemaVersion: '1', complete, failed: scope.failed, clusters })
          : `${verificationText(clusters, scope.failed, terminal.environment.columns).join('\n')}\n`,
      );
      process.exitCode = complete ? 0 : 1;
    });
}

const statusTexts = { complete: 'complete', excessive: 'more than needed', missing: 'MISSING', skipped: 'skipped' } as const;

function verificationText(clusters: readonly ClusterVerification[], failed: readonly FailedPlace[], columns: number): string[] {
  const denied = ({ aws }: ClusterVerification) => aws.filter(({ status }) => status === 'denied' || status === 'failed');
  const tried = ({ aws }: ClusterVerification) => aws.filter(({ status }) => status !== 'untried');
  const rows = table(
    clusters,
    [
      { title: 'ACCOUNT', priority: 1, text: ({ accountId }) => accountId },
      { title: 'REGION', priority: 2, text: ({ region }) => region },
      { title: 'CLUSTER', priority: 0, text: ({ name }) => name },
      { title: 'ACCESS', priority: 0, text: ({ status }) => statusTexts[status] },
      {
        title: 'AWS',
        priority: 0,
        text: (one) => (one.aws.length === 0 ? '' : `${tried(one).length - denied(one).length} of ${tried(one).length} actions`),
      },
      { title: 'KUBERNETES', priority: 0, text: kubernetesText },
      { title: 'MODE', priority: 3, text: ({ authenticationMode }) => authenticationMode ?? '' },
    ],
    columns,
    (cell) => cell,
  );
  const details = clusters.flatMap((one) => {
    const { kubernetes, aws } = one;
    const lines = [
      ...denied(one).map(({ action, message }) => `  ${action}: ${message}`),
      ...aws.filter(({ status }) => status === 'untried').map(({ action, message }) => `  ${action}: ${message}`),
      ...(kubernetes.problem ? [`  ${kubernetes.problem.message}`] : []),
      ...kubernetes.missing.map((access) => `  may not ${access}`),
      ...kubernetes.excessive.map((access) => `  more than needed: may ${access}`),
      ...(one.fixes.length > 0 ? ['  to mend it:', ...one.fixes.map((fix) => `    ${fix}`)] : []),
    ];
    return lines.length === 0
      ? []
      : ['', `${one.name} (${one.accountId}, ${one.region}${one.principalArn ? `, as ${one.principalArn}` : ''})`, ...lines];
  });
  const places = failed.length === 0 ? [] : ['', 'Not listed', ...failedPlaceLines(failed)];
  return [...rows, ...details, ...places].map(harmless);
}

function kubernetesText({ status, kubernetes: { missing, excessive, problem } }: ClusterVerification): string {
  if (problem) return problem.code;
  if (missing.length > 0) return `${missing.length} missing`;
  if (status === 'skipped') return '';
  return excessive.length > 0 ? `${excessive.length} too many` : 'ok';
}
