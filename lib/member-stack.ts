import { Annotations, Aws, CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { memberRole } from '../functions/access/member-template.ts';
import type { Configuration } from '../functions/config/schema.ts';
import { acknowledgeWildcards } from './constructs/acknowledge-wildcards.ts';

export interface MemberStackProps extends StackProps {
  readonly configuration: Pick<Configuration, 'scanRole' | 'kubernetes'>;
  /** Account whose scan functions are trusted.
   *  @default the account that the stack is deployed into: clusters of the tooling account are scanned through this role as well */
  readonly toolingAccountId?: string | undefined;
  /** `o-…`: principals of other organizations are refused.
   *  @default the organization of the caller does not matter */
  readonly organizationId?: string | undefined;
}

/** The scan role of an account, as `greenlight access print --cloudformation` prints it. It outlives the stack, because clusters name it in
 *  their access entries. */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, { configuration, toolingAccountId, organizationId, ...props }: MemberStackProps) {
    super(scope, id, {
      description: 'EKS Greenlight: the role through which the EKS clusters of this account are scanned. It only reads.',
      ...props,
    });
    if (toolingAccountId === undefined)
      Annotations.of(this).addInfo(
        'The role will trust the scan functions of the account it is deployed into. For those of another account: -c toolingAccount=<its id>',
      );
    const role = memberRole({ configuration, toolingAccountId: toolingAccountId ?? Aws.ACCOUNT_ID, organizationId }, Aws.PARTITION);
    const scanRole = new CfnRole(this, 'ScanRole', {
      roleName: role.roleName,
      description: role.description,
      assumeRolePolicyDocument: role.trust,
      policies: [{ policyName: role.policyName, policyDocument: role.policy }],
    });
    scanRole.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const resources = role.policy.Statement.flatMap(({ Resource = [] }) => Resource);
    acknowledgeWildcards(
      scanRole,
      resources,
      'The role only reads, and only clusters, whose names and regions are not known when it is deployed.',
    );
    new CfnOutput(this, 'ScanRoleArn', {
      value: scanRole.attrArn,
      description: 'ARN of the role, for the access entries of the clusters.',
    });
  }
}
