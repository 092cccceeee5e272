import { type ClusterIdentity, scanIdentity } from './profile.ts';

/** One principal that is to be let into one cluster. */
export interface AccessSubject {
  readonly clusterName: string;
  readonly region: string;
  /** ARN of the IAM role or user, never of a session. */
  readonly principalArn: string;
  /** As whom it is known in the cluster. @default the scan */
  readonly identity?: ClusterIdentity;
}

/** Whether access entries work under an authentication mode: API, API_AND_CONFIG_MAP or CONFIG_MAP. One that is not known counts as
 *  CONFIG_MAP, so that nothing is changed on a guess.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/grant-k8s-access.html */
export function takesAccessEntries(mode: string | null | undefined): boolean {
  return mode === 'API' || mode === 'API_AND_CONFIG_MAP';
}

/** What a person does so that a cluster lets the principal in with its group: commands, or lines for aws-auth. The mode of a
 *  cluster is never changed: there is no way back from API. */
export type AccessSetup =
  | { readonly kind: 'access-entry'; readonly commands: readonly string[] }
  | { readonly kind: 'aws-auth'; readonly lines: string; readonly where: string };

export function accessSetup(subject: AccessSubject, mode: string | null | undefined): AccessSetup {
  return takesAccessEntries(mode)
    ? { kind: 'access-entry', commands: accessEntryCommands(subject) }
    : { kind: 'aws-auth', lines: awsAuthLines(subject.principalArn, subject.identity), where: awsAuthPlace(subject.principalArn) };
}

/** The commands for the AWS CLI: the first is for a principal without an entry; it answers ResourceInUseException where there is one, and
 *  then the other two are: `update-access-entry` replaces the groups, so those that the second command shows must be named too. */
export function accessEntryCommands(subject: AccessSubject): readonly [create: string, describe: string, update: string] {
  const { group } = subject.identity ?? scanIdentity;
  const place = `--region ${subject.region} --cluster-name ${subject.clusterName} --principal-arn ${subject.principalArn}`;
  return [
    `aws eks create-access-entry ${place} --kubernetes-groups ${group}`,
    `aws eks describe-access-entry ${place} --query accessEntry.kubernetesGroups`,
    `aws eks update-access-entry ${place} --kubernetes-groups ${group}`,
  ];
}

/** Input of `aws eks create-access-entry --cli-input-json file://…`. */
export function accessEntryInput({ clusterName, principalArn, identity = scanIdentity }: Omit<AccessSubject, 'region'>) {
  return { clusterName, principalArn, kubernetesGroups: [identity.group] };
}

/** Key of the ConfigMap that the lines go under. */
export function awsAuthPlace(principalArn: string): 'mapRoles' | 'mapUsers' {
  return isUser(principalArn) ? 'mapUsers' : 'mapRoles';
}

/** One entry of aws-auth, as YAML. The authenticator compares the ARN of a role without its path.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html */
export function awsAuthLines(principalArn: string, { group, username }: ClusterIdentity = scanIdentity): string {
  const arn = isUser(principalArn) ? `userarn: ${principalArn}` : `rolearn: ${principalArn.replace(/:role\/.*\//, ':role/')}`;
  return `- ${arn}\n  username: ${username}\n  groups: ["${group}"]\n`;
}

function isUser(principalArn: string): boolean {
  return principalArn.split(':')[5]?.startsWith('user/') ?? false;
}
