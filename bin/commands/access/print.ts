import { type Command, InvalidArgumentError, Option } from 'commander';
import { accessEntryInput, awsAuthLines } from '../../../functions/access/access-entry.ts';
import { manifestsOf, yamlOf } from '../../../functions/access/cluster-role.ts';
import { memberTemplate } from '../../../functions/access/member-template.ts';
import { jsonText } from '../../../functions/access/policy-document.ts';
import { accessDocument } from '../../../functions/access/print-all.ts';
import { type AccessProfile, roleNameOf } from '../../../functions/access/profile.ts';
import { rotatePolicy } from '../../../functions/access/rotate-policy.ts';
import { rotateTrustPolicy } from '../../../functions/access/rotate-trust.ts';
import { scanPolicy } from '../../../functions/access/scan-policy.ts';
import { trustPolicy } from '../../../functions/access/trust-policy.ts';
import type { Configuration } from '../../../functions/config/schema.ts';
import { configurationFor } from '../configuration.ts';
import { CommandFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { parseAccountId, parseOrganizationId, parsePrincipalArn } from './arguments.ts';
import { profileOf, roleOption } from './role.ts';

const documents = ['cloudformation', 'iam', 'trust', 'kubernetes', 'awsAuth', 'accessEntry'] as const;
type Document = (typeof documents)[number];

interface Options extends Readonly<Partial<Record<Document, boolean>>> {
  readonly toolingAccount?: string;
  readonly organizationId?: string;
  readonly account?: string;
  readonly principalArn?: string;
  readonly cluster?: string;
  readonly region?: string;
  readonly partition?: string;
  readonly role?: AccessProfile['role'];
  readonly config?: string;
}

/** Options with partition and role known. */
type Placed = Omit<Options, 'region' | 'role'> & { readonly partition: string; readonly profile: AccessProfile };

/** `greenlight access print`: everything for people, or one document as its tool takes it. Asks nobody. */
export function printCommand(access: Command, terminal: Terminal): void {
  const one = (flags: string, description: string, name: Document) =>
    new Option(flags, description).conflicts(documents.filter((other) => other !== name));
  access
    .command('print')
    .description('print policies, trust, template, ClusterRole and access entry; with one of the first options only that, for a tool')
    .addOption(one('--cloudformation', 'template of the roles of a member account (JSON)', 'cloudformation'))
    .addOption(one('--iam', 'policy of the role (JSON)', 'iam'))
    .addOption(one('--trust', 'trust policy of the role (JSON)', 'trust'))
    .addOption(one('--kubernetes', 'ClusterRole and binding (YAML)', 'kubernetes'))
    .addOption(one('--aws-auth', 'lines for mapRoles of the ConfigMap aws-auth (YAML)', 'awsAuth'))
    .addOption(one('--access-entry', 'input of aws eks create-access-entry --cli-input-json (JSON)', 'accessEntry'))
    .addOption(roleOption('which role one document is of (default: scan); rotate only where rotation.enabled'))
    .option('--tooling-account <id>', 'account of the tooling stack, whose functions are trusted', parseAccountId)
    .option('--organization-id <id>', 'trust nobody outside this organization (o-…)', parseOrganizationId)
    .option('--account <id>', 'member account, for the ARN of its role', parseAccountId)
    .option('--principal-arn <arn>', 'who is let in, if not the role of the account', parsePrincipalArn)
    .option('--cluster <name>', 'cluster of the access entry')
    .option('--region <region>', 'region of the cluster (default: AWS_REGION)')
    .addOption(
      new Option('--partition <partition>', 'partition of policies and ARNs (default: that of the region, else aws)').argParser(
        parsePartition,
      ),
    )
    .option('--config <file>', 'configuration file (default: greenlight.yaml, if there is one)')
    .action(async (options: Options) => {
      const { configuration } = await configurationFor(options.config);
      const region = options.region ?? terminal.environment.region;
      const profile = profileOf(options.role, configuration);
      const placed = { ...options, region, profile, partition: options.partition ?? (await partitionIn(region)) };
      const wanted = documents.find((name) => options[name]);
      if (wanted) return terminal.print(printers[wanted](configuration, placed));
      return terminal.print(accessDocument({ ...placed, configuration, principalArn: principalOf(configuration, placed) }));
    });
}

const printers: Readonly<Record<Document, (configuration: Configuration, options: Placed) => string>> = {
  cloudformation: (configuration, { toolingAccount, organizationId }) =>
    jsonText(memberTemplate({ configuration, toolingAccountId: toolingAccount, organizationId })),
  iam: (configuration, { partition, profile }) =>
    jsonText(profile.role === 'scan' ? scanPolicy({ partition, choice: configuration }) : rotatePolicy({ partition })),
  trust: (configuration, options) => {
    if (options.profile.role === 'rotate') return jsonText(rotateTrust(configuration, options));
    if (options.toolingAccount === undefined && configuration.scanRole.trustedPrincipals.length === 0)
      throw new CommandFailure('nobody would be trusted: give --tooling-account ID, or scanRole.trustedPrincipals in greenlight.yaml');
    const { partition, toolingAccount, organizationId = configuration.scanRole.organizationId } = options;
    return jsonText(trustPolicy({ ...configuration.scanRole, partition, toolingAccountId: toolingAccount, organizationId }));
  },
  kubernetes: (_, { profile }) => yamlOf(manifestsOf(profile)),
  awsAuth: (configuration, options) => awsAuthLines(requiredPrincipal(configuration, options), options.profile),
  accessEntry: (configuration, options) => {
    if (options.cluster === undefined) throw new CommandFailure('an access entry is of one cluster: give --cluster NAME');
    const principalArn = requiredPrincipal(configuration, options);
    return jsonText(accessEntryInput({ clusterName: options.cluster, principalArn, identity: options.profile }));
  },
};

function rotateTrust({ scanRole }: Configuration, { partition, toolingAccount, organizationId = scanRole.organizationId }: Placed) {
  if (toolingAccount === undefined)
    throw new CommandFailure('nobody would be trusted: give --tooling-account ID, the account whose functions rotate');
  return rotateTrustPolicy({ partition, toolingAccountId: toolingAccount, externalId: scanRole.externalId, organizationId });
}

function requiredPrincipal(configuration: Configuration, options: Placed): string {
  const arn = principalOf(configuration, options);
  if (arn === undefined) throw new CommandFailure('whose access? Give --account ID for its role, or --principal-arn ARN');
  return arn;
}

/** Who is let in: the one that is named, or the role of the account, which need not be named where the configuration has only one. */
function principalOf(configuration: Configuration, { account, principalArn, partition, profile }: Placed): string | undefined {
  const [only, ...others] = configuration.accounts.explicit ?? [];
  const accountId = account ?? (others.length === 0 ? only?.id : undefined);
  return (
    principalArn ?? (accountId === undefined ? undefined : `arn:${partition}:iam::${accountId}:role/${roleNameOf(profile, configuration)}`)
  );
}

async function partitionIn(region: string | undefined): Promise<string> {
  if (region === undefined) return 'aws';
  const { partitionOf } = await import('../../../functions/inventory/partition.ts');
  return partitionOf(region);
}

function parsePartition(text: string): string {
  if (/^aws(?:-[a-z]+)*$/.test(text)) return text;
  throw new InvalidArgumentError('expected a partition such as aws, aws-cn or aws-us-gov.');
}
