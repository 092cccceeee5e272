import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { memberTemplate } from '../../functions/access/member-template.ts';
import { configuration, memberStack, toolingStack, variants } from './stacks.ts';
import { synthesized } from './synthesized.ts';

const tooling = { toolingAccountId: '111111111111', organizationId: 'o-a1b2c3d4e5' };
const settings = configuration({
  scanRole: { externalId: 'some-external-id', trustedPrincipals: ['arn:aws:iam::111111111111:role/platform-admin'] },
});

const template = z.object({ Description: z.string(), Resources: z.unknown(), Outputs: z.unknown() });

/** With `Fn::Sub` and `Fn::Join` alike as text with `${…}` in it, and CDK's own metadata left out. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::Sub' in value) return value['Fn::Sub'];
  const join = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.union([z.string(), z.object({ Ref: z.string() })]))]) });
  const joined = join.safeParse(value).data?.['Fn::Join'][1];
  if (joined) return joined.map((part) => (typeof part === 'string' ? part : `\${${part.Ref}}`)).join('');
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (key === 'Metadata' ? [] : [[key, comparable(inner)]])));
}

describe('the member stack', () => {
  it.each([{ toolingAccountId: undefined }, tooling])('is the template that is printed for people without the CDK, with %j', (options) => {
    const stack = memberStack({ configuration: settings, ...options });
    const plain = memberTemplate({
      configuration: settings,
      ...options,
      toolingAccountId: options.toolingAccountId ?? `\${AWS::AccountId}`,
    });
    expect(comparable(template.parse(Template.fromStack(stack).toJSON()))).toEqual(comparable(template.parse(plain)));
  });

  it('trusts the scan functions of the account it is in, unless another is named', () => {
    const trust = (stack: ReturnType<typeof memberStack>) =>
      JSON.stringify(synthesized(stack).one('AWS::IAM::Role').properties.AssumeRolePolicyDocument);
    expect(trust(memberStack())).toContain('"Ref":"AWS::AccountId"},":role/eks-greenlight-scan-cluster"');
    expect(trust(memberStack(tooling))).toContain(':iam::111111111111:role/eks-greenlight-scan-cluster');
    expect(trust(memberStack(tooling))).not.toContain('AWS::AccountId');
  });

  it('says so when none is named', () => {
    const trusting = Match.stringLikeRegexp('-c toolingAccount=');
    Annotations.fromStack(memberStack()).hasInfo('*', trusting);
    Annotations.fromStack(memberStack(tooling)).hasNoInfo('*', trusting);
  });

  it('is one role that stays when the stack goes', () => {
    const { resources } = synthesized(memberStack());
    expect(resources).toMatchObject([
      { type: 'AWS::IAM::Role', deletionPolicy: 'Retain', updateReplacePolicy: 'Retain', properties: { RoleName: 'eks-greenlight-scan' } },
    ]);
  });
});

describe('the StackSet of the member stack', () => {
  const stackSetOf = (props: Parameters<typeof toolingStack>[1] = {}) =>
    synthesized(toolingStack('organization', props)).ofType('AWS::CloudFormation::StackSet');

  it('deploys the plain template into the units of the configuration, new accounts included, and leaves the roles there', () => {
    const [stackSet] = stackSetOf();
    const { TemplateBody, ...properties } = stackSet?.properties ?? {};
    const plain = memberTemplate({ configuration: configuration(variants.organization), organizationId: 'o-a1b2c3d4e5' });
    expect(JSON.parse(String(TemplateBody))).toEqual(plain);
    expect(properties).toMatchObject({
      StackSetName: 'eks-greenlight-member',
      PermissionModel: 'SERVICE_MANAGED',
      CallAs: 'DELEGATED_ADMIN',
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true },
      Parameters: [{ ParameterKey: 'ToolingAccountId', ParameterValue: { Ref: 'AWS::AccountId' } }],
      StackInstancesGroup: [
        {
          DeploymentTargets: { OrganizationalUnitIds: ['ou-abcd-11111111'], AccountFilterType: 'DIFFERENCE', Accounts: ['333333333333'] },
          Regions: [{ Ref: 'AWS::Region' }],
        },
      ],
    });
  });

  it('is managed by the management account where that is what the stack is in, and missing where roles are rolled out by hand', () => {
    expect(stackSetOf({ memberRoles: 'management' }).map(({ properties }) => properties.CallAs)).toEqual(['SELF']);
    expect(stackSetOf({ memberRoles: 'manual' })).toEqual([]);
  });

  it('says which account it never reaches', () => {
    const info = Match.stringLikeRegexp('StackSets never reach the management account');
    Annotations.fromStack(toolingStack('organization')).hasInfo('*', info);
  });

  it('is missing without an organization', () => {
    expect(synthesized(toolingStack('explicit')).ofType('AWS::CloudFormation::StackSet')).toEqual([]);
  });

  it('is refused without a unit to deploy to, in words that help', () => {
    const everywhere = configuration({ accounts: { organization: {} } });
    expect(() => synthesized(toolingStack('organization', { configuration: everywhere }))).toThrow(
      /organizationalUnits.*r-….*memberRoles=manual/s,
    );
    expect(() => synthesized(toolingStack('organization', { configuration: everywhere, memberRoles: 'manual' }))).not.toThrow();
  });
});
