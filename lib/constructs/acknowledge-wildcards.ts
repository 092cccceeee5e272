import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import * as z from 'zod';

/** Says why the wildcards in these resources are needed; resources without one are left out. cdk-nag knows each by its text, with references
 *  in angle brackets: `<FindingsStoreBucket51AC6112.Arn>/runs/*`. */
export function acknowledgeWildcards(construct: IConstruct, resources: readonly string[], reason: string): void {
  for (const resource of resources) {
    const text = textOf(Stack.of(construct).resolve(resource));
    if (text.includes('*')) Validations.of(construct).acknowledge({ id: `AwsSolutions-IAM5[Resource::${text}]`, reason });
  }
}

const join = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const attribute = z.object({ 'Fn::GetAtt': z.array(z.string()) });
const reference = z.object({ Ref: z.string() });

function textOf(value: unknown): string {
  const joined = join.safeParse(value).data?.['Fn::Join'];
  if (joined) return joined[1].map(textOf).join(joined[0]);
  const name = reference.safeParse(value).data?.Ref ?? attribute.safeParse(value).data?.['Fn::GetAtt'].join('.');
  return name === undefined ? z.string().parse(value) : `<${name}>`;
}
