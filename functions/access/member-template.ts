import type { Configuration } from '../config/schema.ts';
import type { PolicyDocument } from './policy-document.ts';
import { scanPolicy } from './scan-policy.ts';
import { trustPolicy } from './trust-policy.ts';

export interface MemberTemplateOptions {
  readonly configuration: Pick<Configuration, 'scanRole' | 'kubernetes'>;
  /** @default a parameter of the template, which whoever deploys it fills in */
  readonly toolingAccountId?: string | undefined;
  readonly organizationId?: string | undefined;
}

/** The scan role of a member account as data: for the plain template below, and for stacks that build the same role.
 *  @param partition what stands for the partition, @see trustPolicy */
export interface MemberRole {
  readonly roleName: string;
  readonly policyName: string;
  readonly description: string;
  readonly trust: PolicyDocument;
  readonly policy: PolicyDocument;
}

/** @throws Error when nobody would be trusted */
export function memberRole({ configuration, toolingAccountId, organizationId }: MemberTemplateOptions, partition: string): MemberRole {
  const { scanRole } = configuration;
  return {
    roleName: scanRole.name,
    policyName: scanRole.name,
    description: 'Read-only: EKS Greenlight scans the EKS clusters of this account through it.',
    trust: trustPolicy({ ...scanRole, partition, toolingAccountId, organizationId: organizationId ?? scanRole.organizationId }),
    policy: scanPolicy({ partition, choice: configuration }),
  };
}

const toolingAccountParameter = 'ToolingAccountId';

/** A CloudFormation template, as JSON, that makes the scan role in one account of any partition. The role outlives its stack: clusters name
 *  it in their access entries. */
export function memberTemplate(options: MemberTemplateOptions) {
  const asked = options.toolingAccountId === undefined;
  const toolingAccountId = options.toolingAccountId ?? `\${${toolingAccountParameter}}`;
  const role = memberRole({ ...options, toolingAccountId }, `\${AWS::Partition}`);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'EKS Greenlight: the role through which the EKS clusters of this account are scanned. It only reads.',
    ...(asked && {
      Parameters: {
        [toolingAccountParameter]: {
          Type: 'String',
          AllowedPattern: '^[0-9]{12}$',
          ConstraintDescription: 'an account id of 12 digits',
          Description: 'Account of the tooling stack, whose scan functions assume the role.',
        },
      },
    }),
    Resources: {
      ScanRole: {
        Type: 'AWS::IAM::Role',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          RoleName: role.roleName,
          Description: role.description,
          AssumeRolePolicyDocument: substituted(role.trust),
          Policies: [{ PolicyName: role.policyName, PolicyDocument: substituted(role.policy) }],
        },
      },
    },
    Outputs: {
      ScanRoleArn: {
        Description: 'ARN of the role, for the access entries of the clusters.',
        Value: { 'Fn::GetAtt': ['ScanRole', 'Arn'] },
      },
    },
  };
}

/** Text with a `${…}` in it becomes `Fn::Sub`. */
function substituted(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('${') ? { 'Fn::Sub': value } : value;
  if (Array.isArray(value)) return value.map(substituted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, substituted(inner)]));
}
