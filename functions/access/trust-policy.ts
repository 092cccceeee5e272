import { scanFunctionRoles } from './names.ts';
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';

export interface TrustOptions {
  /** `aws`, `aws-cn`, …, or what stands for it: `${AWS::Partition}` in CloudFormation. */
  readonly partition: string;
  /** Account of the tooling stack, or what stands for it. @default nobody but `trustedPrincipals` is trusted */
  readonly toolingAccountId?: string | undefined;
  /** `scanRole.externalId` of greenlight.yaml. */
  readonly externalId?: string | undefined;
  /** `o-…`: principals of other organizations are refused, whatever else fits. */
  readonly organizationId?: string | undefined;
  /** `scanRole.trustedPrincipals` of greenlight.yaml: ARNs of roles and users that scan from a laptop. */
  readonly trustedPrincipals: readonly string[];
}

/** Who may assume the scan role. Accounts are trusted only together with the exact ARNs of their roles: a role that is named as `Principal`
 *  must exist when the policy is written, and stops being trusted when it is made anew; one in `aws:PrincipalArn` need not and does not.
 *  @throws Error when nobody would be trusted */
export function trustPolicy(options: TrustOptions): PolicyDocument {
  const { partition, toolingAccountId, trustedPrincipals } = options;
  const functions = toolingAccountId === undefined ? [] : [scanFunctionsOf(partition, toolingAccountId, options)];
  const byAccount = Map.groupBy([...new Set(trustedPrincipals)].sort(), accountRootOf);
  const people = [...byAccount].map(([root, arns]) => trustStatement(`TrustedPrincipals${accountIdOf(root)}`, root, arns, options));
  if (functions.length + people.length === 0)
    throw new Error('nobody would be trusted: name the tooling account, or scanRole.trustedPrincipals in greenlight.yaml');
  return { Version: '2012-10-17', Statement: [...functions, ...people] };
}

function scanFunctionsOf(partition: string, accountId: string, options: TrustOptions): PolicyStatement {
  const iam = `arn:${partition}:iam::${accountId}`;
  const roles = Object.values(scanFunctionRoles).map((name) => `${iam}:role/${name}`);
  return trustStatement('ScanFunctions', `${iam}:root`, roles, options);
}

/** Trust in exact roles and users of one account.
 *  @param root the account as principal */
export function trustStatement(
  sid: string,
  root: string,
  arns: readonly string[],
  { externalId, organizationId }: Pick<TrustOptions, 'externalId' | 'organizationId'>,
): PolicyStatement {
  const exact = {
    ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
    ...(organizationId === undefined ? {} : { 'aws:PrincipalOrgID': organizationId }),
  };
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: { AWS: root },
    Action: 'sts:AssumeRole',
    Condition: { ArnEquals: { 'aws:PrincipalArn': arns }, ...(Object.keys(exact).length === 0 ? {} : { StringEquals: exact }) },
  };
}

/** `arn:aws:iam::111111111111:role/x` → `arn:aws:iam::111111111111:root` */
function accountRootOf(principalArn: string): string {
  return `${principalArn.split(':').slice(0, 5).join(':')}:root`;
}

function accountIdOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
