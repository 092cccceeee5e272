import { Annotations, Aws, CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type MemberRole, memberDescription, memberRole, rotateMemberRole } from '../functions/access/member-template.ts';
import type { Configuration } from '../functions/config/schema.ts';
import { acknowledgeWildcards } from './constructs/acknowledge-wildcards.ts';

export interface MemberStackProps extends StackProps {
  readonly configuration: Pick<Configuration, 'scanRole' | 'kubernetes' | 'rotation'>;
  /** Account whose scan functions are trusted.
   *  @default the account that the stack is deployed into: clusters of the tooling account are scanned through this role as well */
  readonly toolingAccountId?: string | undefined;
  /** `o-…`: principals of other organizations are refused.
   *  @default the organization of the caller does not matter */
  readonly organizationId?: string | undefined;
}

/** The scan role of an account, and where rotations are enabled the rotate role, as `greenlight access print --cloudformation` prints them.
 *  They outlive the stack, because clusters name them in their access entries. */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, { configuration, toolingAccountId, organizationId, ...props }: MemberStackProps) {
    super(scope, id, { description: memberDescription(configuration), ...props });
    if (toolingAccountId === undefined)
      Annotations.of(this).addInfo(
        'The role will trust the scan functions of the account it is deployed into. For those of another account: -c toolingAccount=<its id>',
      );
    const options = { configuration, toolingAccountId: toolingAccountId ?? Aws.ACCOUNT_ID, organizationId };
    const scanRole = this.role(
      'ScanRole',
      memberRole(options, Aws.PARTITION),
      'The role only reads, and only clusters, whose names and regions are not known when it is deployed.',
    );
    new CfnOutput(this, 'ScanRoleArn', {
      value: scanRole.attrArn,
      description: 'ARN of the role, for the access entries of the clusters.',
    });
    const rotate = rotateMemberRole(options, Aws.PARTITION);
    if (rotate === undefined) return;
    const rotateRole = this.role(
      'RotateRole',
      rotate,
      'Names and regions of clusters and groups are not known when it is deployed. Writes are limited by the tags of what they change, or ' +
        'by the tag that a request must carry; what stands around a node group it only reads, by actions most of which have no resource.',
    );
    new CfnOutput(this, 'RotateRoleArn', {
      value: rotateRole.attrArn,
      description: 'ARN of the role that rotates node groups, for the access entries of the clusters.',
    });
  }

  /** @param wildcards why its policy has wildcards in resources */
  private role(id: string, { roleName, description, trust, policyName, policy }: MemberRole, wildcards: string): CfnRole {
    const role = new CfnRole(this, id, {
      roleName,
      description,
      assumeRolePolicyDocument: trust,
      policies: [{ policyName, policyDocument: policy }],
    });
    role.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const resources = policy.Statement.flatMap(({ Resource = [] }) => Resource);
    acknowledgeWildcards(role, resources, wildcards);
    return role;
  }
}
