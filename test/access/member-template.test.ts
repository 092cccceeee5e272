import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { memberTemplate } from '../../functions/access/member-template.ts';
import { rotatePolicy } from '../../functions/access/rotate-policy.ts';
import { rotateTrustPolicy } from '../../functions/access/rotate-trust.ts';
import { scanPolicy } from '../../functions/access/scan-policy.ts';
import { trustPolicy } from '../../functions/access/trust-policy.ts';
import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { tooling } from './builders.ts';

const configuration = {
  ...defaultConfiguration,
  scanRole: { name: 'reader', externalId: 'ext', trustedPrincipals: ['arn:aws:iam::222222222222:user/joe'] },
};

/** What CloudFormation makes of `Fn::Sub`, which must not be left with anything to substitute. */
function resolved(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(one, variables));
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::Sub' in value)
    return String(value['Fn::Sub']).replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => variables[name] ?? expect.unreachable(name));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, variables)]));
}

const properties = z.looseObject({
  RoleName: z.string(),
  AssumeRolePolicyDocument: z.unknown(),
  Policies: z.tuple([z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() })]),
});

describe('the template of a member account', () => {
  it.each(['aws', 'aws-cn', 'aws-us-gov'])('makes the role with policy and trust in partition %s', (partition) => {
    const { Resources, Parameters } = memberTemplate({ configuration, organizationId: 'o-exampleorg' });
    const variables = { 'AWS::Partition': partition, ToolingAccountId: tooling };
    const role = properties.parse(resolved(Resources.ScanRole.Properties, variables));
    expect(role.RoleName).toBe('reader');
    expect(role).not.toHaveProperty('Path');
    expect(role.Policies[0].PolicyDocument).toEqual(scanPolicy({ partition, choice: configuration }));
    expect(role.AssumeRolePolicyDocument).toEqual(
      trustPolicy({ ...configuration.scanRole, partition, toolingAccountId: tooling, organizationId: 'o-exampleorg' }),
    );
    expect(Object.keys(Parameters ?? {})).toEqual(['ToolingAccountId']);
  });

  it('asks for nothing that is known', () => {
    const template = memberTemplate({ configuration, toolingAccountId: tooling });
    expect(template).not.toHaveProperty('Parameters');
    expect(JSON.stringify(template)).toContain(`iam::${tooling}:role/eks-greenlight-scan-cluster`);
  });

  it('keeps the role when the stack goes, and says its ARN', () => {
    const { Resources, Outputs } = memberTemplate({ configuration });
    expect(Resources.ScanRole).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(Outputs.ScanRoleArn.Value).toEqual({ 'Fn::GetAtt': ['ScanRole', 'Arn'] });
  });

  it('has the rotate role only where rotations are enabled, kept too, and nothing that writes without it', () => {
    const rotation = { ...configuration.rotation, enabled: true };
    const { Resources, Outputs, Description } = memberTemplate({
      configuration: { ...configuration, rotation },
      organizationId: 'o-exampleorg',
    });
    expect(Object.keys(Resources)).toEqual(['ScanRole', 'RotateRole']);
    expect(Resources.RotateRole).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    const role = properties.parse(
      resolved(Resources.RotateRole?.Properties, { 'AWS::Partition': 'aws-us-gov', ToolingAccountId: tooling }),
    );
    expect(role.RoleName).toBe('eks-greenlight-rotate');
    expect(role).not.toHaveProperty('Path');
    expect(role.Policies[0].PolicyDocument).toEqual(rotatePolicy({ partition: 'aws-us-gov' }));
    expect(role.AssumeRolePolicyDocument).toEqual(
      rotateTrustPolicy({ partition: 'aws-us-gov', toolingAccountId: tooling, externalId: 'ext', organizationId: 'o-exampleorg' }),
    );
    expect(Outputs.RotateRoleArn?.Value).toEqual({ 'Fn::GetAtt': ['RotateRole', 'Arn'] });
    expect(Description).toContain('rotated');
    const off = memberTemplate({ configuration });
    expect(Object.keys(off.Resources)).toEqual(['ScanRole']);
    expect(Object.keys(off.Outputs)).toEqual(['ScanRoleArn']);
    expect(JSON.stringify(off)).not.toMatch(/rotat/i);
  });

  it('names no partition but that of people who are named by ARN', () => {
    const { scanRole } = { scanRole: { name: 'reader', trustedPrincipals: [] } };
    expect(JSON.stringify(memberTemplate({ configuration: { ...configuration, scanRole } }))).not.toContain('arn:aws');
  });
});
