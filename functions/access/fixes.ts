import { type AccessSubject, accessEntryCommands, accessSetup } from './access-entry.ts';

/** Commands that give the principal the scan policy; whoever is neither role nor user gets the policy another way. */
export function iamFix(principalArn: string): readonly string[] {
  const { kind, name } = /:(?<kind>role|user)\/(?:.*\/)?(?<name>[^/]+)$/.exec(principalArn)?.groups ?? {};
  const print = 'greenlight access print --iam > scan-policy.json';
  if (kind === undefined) return [print];
  const put = `aws iam put-${kind}-policy --${kind}-name ${name} --policy-name eks-greenlight-scan`;
  return [print, `${put} --policy-document file://scan-policy.json`];
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
export function rbacFix(subject: AccessSubject, mode: string | null): readonly string[] {
  const place = `--cluster ${subject.clusterName} --region ${subject.region} --principal-arn ${subject.principalArn}`;
  const [, describe] = accessEntryCommands(subject);
  return [
    `greenlight access apply ${place}`,
    ...(accessSetup(subject, mode).kind === 'access-entry' ? [`the groups as they are: ${describe}`] : []),
  ];
}
