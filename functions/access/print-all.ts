import type { Configuration } from '../config/schema.ts';
import { pairTag } from '../inventory/group-tags.ts';
import { accessEntryCommands, awsAuthLines, awsAuthPlace } from './access-entry.ts';
import { clusterRoleManifests, manifestsOf, yamlOf } from './cluster-role.ts';
import { memberRole, rotateMemberRole } from './member-template.ts';
import { jsonText } from './policy-document.ts';
import { rotateProfile } from './profile.ts';

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
  return scanDocument(options) + rotateDocument(options);
}

function scanDocument(options: AccessDocumentOptions): string {
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

/** The same of the rotate role; nothing where rotations are not enabled. A principal that was named is the scan's. */
function rotateDocument({ configuration, partition, cluster, region, organizationId, toolingAccount }: AccessDocumentOptions): string {
  const toolingAccountId = toolingAccount ?? placeholders.toolingAccount;
  const role = rotateMemberRole({ configuration, toolingAccountId, organizationId }, partition);
  if (role === undefined) return '';
  const profile = rotateProfile(configuration.rotation);
  const principalArn = `arn:${partition}:iam::${placeholders.account}:role/${role.roleName}`;
  const place = { clusterName: cluster ?? placeholders.cluster, region: region ?? placeholders.region };
  const [create] = accessEntryCommands({ ...place, principalArn, identity: profile });
  return [
    '',
    `For rotations, in each account: role ${role.roleName}, no path. The CloudFormation template has it too.`,
    '',
    section('Trust policy', '--role rotate --trust', jsonText(role.trust)),
    section('Permissions', '--role rotate --iam', jsonText(role.policy)),
    section('In each cluster, an access entry', '--role rotate --access-entry', `${create}\n`),
    section('or lines of aws-auth', '--role rotate --aws-auth', awsAuthLines(principalArn, profile)),
    section('What the group may do', '--role rotate --kubernetes', yamlOf(manifestsOf(profile))),
    'Node groups that were not made by a rotation are tagged once, by somebody who may; the groups of a pair have the same value:',
    `  aws eks tag-resource --resource-arn NODEGROUP_ARN --tags ${pairTag}=PAIR`,
    'A group that EKS does not manage carries the tag itself:',
    `  aws autoscaling create-or-update-tags --tags ResourceId=GROUP,ResourceType=auto-scaling-group,Key=${pairTag},Value=PAIR,PropagateAtLaunch=false`,
    '',
  ].join('\n');
}

function section(title: string, option: string, text: string): string {
  return `${title} (alone: ${option})\n\n${text}`;
}
