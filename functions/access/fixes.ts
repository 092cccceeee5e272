import { type AccessSubject, accessEntryCommands, accessSetup } from './access-entry.ts';
import type { AccessProfile } from './profile.ts';

/** What the command line has to be told where it is not about the scan. */
const roleOption = ({ role }: Pick<AccessProfile, 'role'>): string => (role === 'scan' ? '' : ` --role ${role}`);

/** Commands that give the principal the policy; whoever is neither role nor user gets the policy another way. */
export function iamFix(principalArn: string, profile: Pick<AccessProfile, 'role' | 'policyName'>): readonly string[] {
  const { kind, name } = /:(?<kind>role|user)\/(?:.*\/)?(?<name>[^/]+)$/.exec(principalArn)?.groups ?? {};
  const file = `${profile.role}-policy.json`;
  const print = `greenlight access print --iam${roleOption(profile)} > ${file}`;
  if (kind === undefined) return [print];
  const put = `aws iam put-${kind}-policy --${kind}-name ${name} --policy-name ${profile.policyName}`;
  return [print, `${put} --policy-document file://${file}`];
}

/** How the principal is let into the cluster at all. */
export function entryFix(subject: AccessSubject, mode: string | null): readonly string[] {
  const setup = accessSetup(subject, mode);
  if (setup.kind === 'access-entry') return setup.commands.slice(0, 1);
  return [
    `add under ${setup.where} of ConfigMap kube-system/aws-auth (kubectl edit -n kube-system configmap aws-auth):`,
    ...setup.lines.trimEnd().split('\n'),
  ];
}

/** How the principal gets the rules: by its group if it is not in it yet, then by the ClusterRole. */
export function rbacFix(subject: AccessSubject, mode: string | null, profile: Pick<AccessProfile, 'role'>): readonly string[] {
  const place = `--cluster ${subject.clusterName} --region ${subject.region} --principal-arn ${subject.principalArn}`;
  const [, describe] = accessEntryCommands(subject);
  return [
    `greenlight access apply ${place}${roleOption(profile)}`,
    ...(accessSetup(subject, mode).kind === 'access-entry' ? [`the groups as they are: ${describe}`] : []),
  ];
}
