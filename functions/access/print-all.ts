import type { Configuration } from '../config/schema.ts';
import { accessEntryCommands, awsAuthLines, awsAuthPlace } from './access-entry.ts';
import { clusterRoleManifests, yamlOf } from './cluster-role.ts';
import { memberRole } from './member-template.ts';
import { jsonText } from './policy-document.ts';

export interface AccessDocumentOptions {
  readonly configuration: Configuration;
  readonly partition: string;
  readonly toolingAccount?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly principalArn?: string | undefined;
  readonly cluster?: string | undefined;
  readonly region?: string | undefined;
}

/** Stand for what was not given; the reader puts the real thing there. */
const placeholders = { toolingAccount: 'TOOLING_ACCOUNT_ID', account: 'ACCOUNT_ID', cluster: 'CLUSTER', region: 'REGION' } as const;

/** All of it for people: what to make in each account, and what in each cluster. Words in capitals stand for what was not given. */
export function accessDocument(options: AccessDocumentOptions): string {
  const { configuration, partition, cluster, region, organizationId } = options;
  const { scanRole } = configuration;
  const toolingAccountId = options.toolingAccount ?? placeholders.toolingAccount;
  const role = memberRole({ configuration, toolingAccountId, organizationId }, partition);
  const principalArn = options.principalArn ?? `arn:${partition}:iam::${placeholders.account}:role/${scanRole.name}`;
  const subject = { clusterName: cluster ?? placeholders.cluster, region: region ?? placeholders.region, principalArn };
  const [create, describe, update] = accessEntryCommands(subject);
  return [
    `In each account: role ${role.roleName}, no path. As a CloudFormation template: greenlight access print --cloudformation`,
    '',
    section('Trust policy', '--trust', jsonText(role.trust)),
    section('Permissions', '--iam', jsonText(role.policy)),
    'In each cluster, by its authentication mode',
    `  aws eks describe-cluster --region ${subject.region} --name ${subject.clusterName} --query cluster.accessConfig.authenticationMode`,
    '',
    section(
      'API or API_AND_CONFIG_MAP: an access entry',
      '--access-entry',
      [
        create,
        '# Where that answers ResourceInUseException: see the groups, and name them all, because an update replaces them.',
        describe,
        update,
        '',
      ].join('\n'),
    ),
    section(
      `CONFIG_MAP: under ${awsAuthPlace(principalArn)} of ConfigMap kube-system/aws-auth (the mode need not change, and cannot change back)`,
      '--aws-auth',
      awsAuthLines(principalArn),
    ),
    section('What the group may read', '--kubernetes', yamlOf(clusterRoleManifests(configuration))),
    'An administrator brings this into clusters with "greenlight access apply"; "greenlight access verify" says what is missing.',
    '',
  ].join('\n');
}

function section(title: string, option: string, text: string): string {
  return `${title} (alone: ${option})\n\n${text}`;
}
