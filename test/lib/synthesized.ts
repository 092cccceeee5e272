import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';
import cdkJson from '../../cdk.json' with { type: 'json' };

/** An app as the CDK command line makes it: with the feature flags of cdk.json, but without bundling, which takes seconds a function. */
export const appWithFlags = (): App => new App({ context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] } });

const principal = z.union([z.literal('*'), z.record(z.string(), z.unknown())]);
const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const list = z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]);

const statementSchema = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts,
  Resource: list.optional(),
  Principal: principal.optional(),
  Condition: z.record(z.string(), z.unknown()).optional(),
});
export type Statement = z.output<typeof statementSchema>;

const resourceSchema = z.object({
  Type: z.string(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  DependsOn: z.array(z.string()).default([]),
  Properties: z.record(z.string(), z.unknown()).default({}),
});

const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
  readonly dependsOn: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
  /** Every policy statement in the resource, wherever it stands: key, bucket, topic, role or inline policy. */
  readonly statements: readonly Statement[];
}

export interface Synthesized {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly ofType: (type: string) => readonly Resource[];
  /** The only resource of its type whose logical id begins so. */
  readonly one: (type: string, start?: string) => Resource;
}

/** The synthesized stack, in the shape that invariants walk. */
export function synthesized(stack: Stack): Synthesized {
  const template = templateSchema.parse(Template.fromStack(stack).toJSON());
  const resources = Object.entries(template.Resources).map(([logicalId, resource]) => ({
    logicalId,
    type: resource.Type,
    deletionPolicy: resource.DeletionPolicy,
    updateReplacePolicy: resource.UpdateReplacePolicy,
    dependsOn: resource.DependsOn,
    properties: resource.Properties,
    statements: statementsIn(resource.Properties),
  }));
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  return {
    resources,
    outputs: Object.fromEntries(Object.entries(template.Outputs).map(([name, output]) => [name, output.Value])),
    ofType,
    one: (type, start = '') => {
      const [found, ...others] = ofType(type).filter(({ logicalId }) => logicalId.startsWith(start));
      if (found === undefined || others.length > 0)
        throw new Error(`expected one ${type} ${start}…, there are ${found ? others.length + 1 : 0}`);
      return found;
    },
  };
}

function statementsIn(value: unknown): readonly Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('Effect' in value) return [statementSchema.parse(value)];
  return Object.values(value).flatMap(statementsIn);
}

/** `{ Ref: … }` to a resource. */
export const reference = ({ logicalId }: Resource) => ({ Ref: logicalId });

/** The ARN of a resource, where that is an attribute. */
export const arnOf = ({ logicalId }: Resource) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

/** The logical id without the hash that the CDK puts at its end. */
export const withoutHash = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
