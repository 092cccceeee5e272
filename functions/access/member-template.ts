import type { Configuration } from '../config/schema.ts';
import { rotateRoleName } from './names.ts';
import type { PolicyDocument } from './policy-document.ts';
import { rotatePolicy } from './rotate-policy.ts';
import { rotateTrustPolicy } from './rotate-trust.ts';
import { scanPolicy } from './scan-policy.ts';
import { trustPolicy } from './trust-policy.ts';

export interface MemberTemplateOptions {
  readonly configuration: Pick<Configuration, 'scanRole' | 'kubernetes' | 'rotation'>;
  /** @default a parameter of the template, which whoever deploys it fills in */
  readonly toolingAccountId?: string | undefined;
  readonly organizationId?: string | undefined;
}

/** A role of a member account as data: for the plain template below, and for stacks that build the same role. */
export interface MemberRole {
  readonly roleName: string;
  readonly policyName: string;
  readonly description: string;
  readonly trust: PolicyDocument;
  readonly policy: PolicyDocument;
}

/** The scan role.
 *  @param partition what stands for the partition, @see trustPolicy
 *  @throws Error when nobody would be trusted */
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

/** The rotate role; undefined where the configuration does not enable rotations: then nothing may write. */
export function rotateMemberRole(
  { configuration, toolingAccountId, organizationId }: MemberTemplateOptions & { readonly toolingAccountId: string },
  partition: string,
): MemberRole | undefined {
  const { scanRole, rotation } = configuration;
  if (!rotation.enabled) return undefined;
  const { externalId } = scanRole;
  return {
    roleName: rotateRoleName,
    policyName: rotateRoleName,
    description: 'EKS Greenlight rotates the tagged node groups of the EKS clusters of this account through it.',
    trust: rotateTrustPolicy({ partition, toolingAccountId, externalId, organizationId: organizationId ?? scanRole.organizationId }),
    policy: rotatePolicy({ partition }),
  };
}

/** What the stack is for. */
export function memberDescription({ rotation }: Pick<Configuration, 'rotation'>): string {
  return rotation.enabled
    ? 'EKS Greenlight: the roles through which the EKS clusters of this account are scanned, which only reads, and their node groups rotated.'
    : 'EKS Greenlight: the role through which the EKS clusters of this account are scanned. It only reads.';
}

const toolingAccountParameter = 'ToolingAccountId';

/** A CloudFormation template, as JSON, that makes the scan role in one account of any partition, and the rotate role where rotations are
 *  enabled. The roles outlive their stack: clusters name them in their access entries. */
export function memberTemplate(options: MemberTemplateOptions) {
  const asked = options.toolingAccountId === undefined;
  const toolingAccountId = options.toolingAccountId ?? `\${${toolingAccountParameter}}`;
  const partition = `\${AWS::Partition}`;
  const scan = memberRole({ ...options, toolingAccountId }, partition);
  const rotate = rotateMemberRole({ ...options, toolingAccountId }, partition);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: memberDescription(options.configuration),
    ...(asked && {
      Parameters: {
        [toolingAccountParameter]: {
          Type: 'String',
          AllowedPattern: '^[0-9]{12}$',
          ConstraintDescription: 'an account id of 12 digits',
          Description: `Account of the tooling stack, whose ${rotate ? 'functions assume the roles' : 'scan functions assume the role'}.`,
        },
      },
    }),
    Resources: {
      ScanRole: resourceOf(scan),
      ...(rotate && { RotateRole: resourceOf(rotate) }),
    },
    Outputs: {
      ScanRoleArn: {
        Description: 'ARN of the role, for the access entries of the clusters.',
        Value: { 'Fn::GetAtt': ['ScanRole', 'Arn'] },
      },
      ...(rotate && {
        RotateRoleArn: {
          Description: 'ARN of the role that rotates node groups, for the access entries of the clusters.',
          Value: { 'Fn::GetAtt': ['RotateRole', 'Arn'] },
        },
      }),
    },
  };
}

function resourceOf({ roleName, description, trust, policyName, policy }: MemberRole) {
  return {
    Type: 'AWS::IAM::Role',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      RoleName: roleName,
      Description: description,
      AssumeRolePolicyDocument: substituted(trust),
      Policies: [{ PolicyName: policyName, PolicyDocument: substituted(policy) }],
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
