import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { AwsConsole } from '../../../lib/constructs/aws-console.ts';
import { appWithFlags } from '../synthesized.ts';

const stack = new Stack(appWithFlags());
new Topic(stack, 'Topic');
const awsConsole = new AwsConsole(stack, 'Console');
new CfnOutput(stack, 'Url', { value: awsConsole.dashboard('fleet') });
new CfnOutput(stack, 'Objects', { value: awsConsole.objects('findings', 'runs/') });
const template = z
  .object({
    Conditions: z.record(z.string(), z.object({ 'Fn::Equals': z.tuple([z.object({ Ref: z.literal('AWS::Partition') }), z.string()]) })),
    Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
  })
  .parse(Template.fromStack(stack).toJSON());

/** What CloudFormation makes of a value in a partition. */
function resolved(value: unknown, partition: string): string {
  if (typeof value === 'string') return value;
  const {
    Ref,
    'Fn::Join': join,
    'Fn::If': choice,
  } = z
    .object({
      Ref: z.string().optional(),
      'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]).optional(),
      'Fn::If': z.tuple([z.string(), z.unknown(), z.unknown()]).optional(),
    })
    .parse(value);
  if (join) return join[1].map((part) => resolved(part, partition)).join(join[0]);
  if (choice) return resolved(template.Conditions[choice[0]]?.['Fn::Equals'][1] === partition ? choice[1] : choice[2], partition);
  return Ref === 'AWS::Region' ? 'some-region-1' : String(Ref);
}

it.each([
  ['aws', 'https://console.aws.amazon.com'],
  ['aws-cn', 'https://console.amazonaws.cn'],
  ['aws-us-gov', 'https://console.amazonaws-us-gov.com'],
])('in the partition %s is %s', (partition, host) => {
  const { Url, Objects } = template.Outputs;
  expect(resolved(Url?.Value, partition)).toBe(`${host}/cloudwatch/home?region=some-region-1#dashboards/dashboard/fleet`);
  expect(resolved(Objects?.Value, partition)).toBe(`${host}/s3/buckets/findings?region=some-region-1&prefix=runs/`);
});
