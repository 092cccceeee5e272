import { z } from 'zod';
import { type Resource, type Synthesized, withoutHash } from './synthesized.ts';

/** Where the stacks of a test are deployed to. */
export const toolingAccount = '111111111111';
const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': toolingAccount,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The ARN that a resource gets; names that CloudFormation makes are those of the template, without the hash. */
export function physicalArn({ type, logicalId, properties }: Resource): string {
  const [, service = ''] = type.toLowerCase().split('::');
  const name = withoutHash(logicalId);
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${name.toLowerCase()}`;
  if (type === 'AWS::IAM::Role') return `arn:aws:iam::${toolingAccount}:role/${String(properties.RoleName ?? name)}`;
  return `arn:aws:${service}:eu-west-1:${toolingAccount}:${name}`;
}

const intrinsic = z.object({
  Ref: z.string().optional(),
  'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]).optional(),
  'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]).optional(),
});

/** A part of the template as CloudFormation deploys it: every reference is the ARN of its resource. */
function deployed(value: unknown, stack: Synthesized): unknown {
  if (Array.isArray(value)) return value.map((one) => deployed(one, stack));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = intrinsic.catch({}).parse(value);
  if (join) return join[1].map((part) => String(deployed(part, stack))).join(join[0]);
  const name = Ref ?? attribute?.[0];
  if (name !== undefined) return pseudo[name] ?? arnOfNamed(name, stack);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deployed(inner, stack)]));
}

function arnOfNamed(logicalId: string, { resources }: Synthesized): string {
  const resource = resources.find((one) => one.logicalId === logicalId);
  if (!resource) throw new Error(`${logicalId} is referenced, but the template has no such resource`);
  return physicalArn(resource);
}

const inline = z.array(z.object({ PolicyDocument: z.unknown() })).default([]);

/** Every identity policy of the role of that name, as it is deployed. */
export function policiesOf(roleName: string, stack: Synthesized): readonly unknown[] {
  const [role] = stack.ofType('AWS::IAM::Role').filter(({ properties }) => properties.RoleName === roleName);
  if (!role) throw new Error(`no role is named ${roleName}`);
  const attached = stack
    .ofType('AWS::IAM::Policy')
    .filter(({ properties }) => JSON.stringify(properties.Roles).includes(`"${role.logicalId}"`));
  const own = inline.parse(role.properties.Policies).map(({ PolicyDocument }) => PolicyDocument);
  return [...own, ...attached.map(({ properties }) => properties.PolicyDocument)].map((document) => deployed(document, stack));
}

/** A policy document in a property of a resource, as it is deployed. */
export const documentIn = (resource: Resource, property: string, stack: Synthesized): unknown =>
  deployed(resource.properties[property], stack);
