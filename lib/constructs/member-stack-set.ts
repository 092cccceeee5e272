import { Annotations, Aws, CfnStackSet } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { memberTemplate } from '../../functions/access/member-template.ts';
import type { Configuration } from '../../functions/config/schema.ts';

export interface MemberStackSetProps {
  readonly configuration: Configuration;
  /** Which account of the organization this is: StackSets are managed by its management account, or by an account that it delegated them to
   *  (`aws organizations register-delegated-administrator --service-principal member.org.stacksets.cloudformation.amazonaws.com`). */
  readonly administrator: 'delegated' | 'management';
  /** `o-…`: the roles refuse principals of other organizations.
   *  @default the organization of the caller does not matter */
  readonly organizationId?: string | undefined;
}

/** The scan role in every account below the organizational units of the configuration, new accounts included. Service-managed StackSets
 *  never reach the management account: there the role is deployed as a stack of its own. */
export class MemberStackSet extends Construct {
  constructor(scope: Construct, id: string, { configuration, administrator, organizationId }: MemberStackSetProps) {
    super(scope, id);
    const { organizationalUnits = [], exclude = [] } = configuration.accounts.organization ?? {};
    Annotations.of(this).addInfo(
      'StackSets never reach the management account. If it has clusters, deploy the scan role there by itself: ' +
        'cdk deploy EksGreenlightMember -c toolingAccount=<the account of EksGreenlight>',
    );
    this.node.addValidation({ validate: () => (organizationalUnits.length === 0 ? [noUnits] : []) });
    new CfnStackSet(this, 'StackSet', {
      stackSetName: 'eks-greenlight-member',
      description: 'EKS Greenlight: the role through which the EKS clusters of an account are scanned',
      permissionModel: 'SERVICE_MANAGED',
      callAs: administrator === 'delegated' ? 'DELEGATED_ADMIN' : 'SELF',
      capabilities: ['CAPABILITY_NAMED_IAM'],
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: true },
      managedExecution: { Active: true },
      operationPreferences: { failureTolerancePercentage: 100, maxConcurrentPercentage: 100 },
      templateBody: JSON.stringify(memberTemplate({ configuration, organizationId })),
      parameters: [{ parameterKey: 'ToolingAccountId', parameterValue: Aws.ACCOUNT_ID }],
      stackInstancesGroup: [
        {
          deploymentTargets: {
            organizationalUnitIds: organizationalUnits,
            ...(exclude.length > 0 && { accountFilterType: 'DIFFERENCE', accounts: exclude }),
          },
          // Roles are global: one region is enough, and this one is enabled here at least.
          regions: [Aws.REGION],
        },
      ],
    });
  }
}

const noUnits =
  'accounts.organization.organizationalUnits of greenlight.yaml is empty, and a StackSet needs the units that it deploys to: name the root ' +
  'of the organization (r-…, see "aws organizations list-roots"), or roll the scan roles out yourself with -c memberRoles=manual';
