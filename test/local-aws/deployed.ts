import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { inject } from 'vitest';
import { z } from 'zod';
import { type StoredRun, storedRunSchema } from '../../functions/fleet/run-report.ts';
import { asRoot } from './aws-client.ts';
import { type Execution, executionEnded, startExecution, stepFunctions } from './executions.ts';
import type { PipelineDeployment, PipelineOutputs } from './pipeline.ts';
import { HUB } from './pipeline-world.ts';
import { environment, kubectl } from './world.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the setup of the project deployed. */
    deployment: PipelineDeployment;
  }
}

export const outputs = (): PipelineOutputs => inject('deployment').outputs;

/** Starts a scan as an operator would, and waits for its end. */
export async function scan(input: Readonly<Record<string, unknown>> = {}): Promise<Execution> {
  const client = stepFunctions(environment(), HUB);
  return executionEnded(client, await startExecution(client, outputs().FleetScanStateMachineArn, input));
}

/** How many pods of Deployment `web`, which has three, may be gone at a time: with 0 cluster payments has one more finding that blocks. */
export function allowDisruptions(maxUnavailable: 0 | 1): void {
  const budget = ['--namespace', 'shop', 'poddisruptionbudget/web'];
  kubectl('patch', ...budget, '--type', 'merge', '--patch', JSON.stringify({ spec: { maxUnavailable } }));
  kubectl('wait', ...budget, '--timeout', '60s', '--for', `jsonpath={.status.disruptionsAllowed}=${maxUnavailable}`);
}

const completed = z.object({ runId: z.string(), complete: z.boolean(), totals: z.object({ clusters: z.number() }), reportKey: z.string() });

/** A scan that must succeed, and its report from the bucket. */
export const succeeded = async (input: Readonly<Record<string, unknown>>): Promise<StoredRun> => reportOf(await scan(input));

/** The report of a scan that must have succeeded. */
export async function reportOf({ status, error, cause, output }: Execution): Promise<StoredRun> {
  if (status !== 'SUCCEEDED') throw new Error(`the scan ended ${status}: ${error}: ${cause}`);
  return storedRunSchema.parse(await object(completed.parse(output).reportKey));
}

const s3 = () => new S3Client({ ...asRoot(HUB, 'S3'), forcePathStyle: true });

/** Keys of the bucket below a prefix. */
export async function keysBelow(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3() }, { Bucket: outputs().FindingsBucketName, Prefix: prefix }))
    for (const { Key } of page.Contents ?? []) if (Key) keys.push(Key);
  return keys;
}

export async function bytes(key: string): Promise<Uint8Array> {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: outputs().FindingsBucketName, Key: key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

export const text = async (key: string): Promise<string> => new TextDecoder().decode(await bytes(key));

export const object = async (key: string): Promise<unknown> => JSON.parse(await text(key));

/** Writes an object, as only the root of the tooling account may write any. */
export async function put(key: string, Body: string | Uint8Array): Promise<void> {
  await s3().send(new PutObjectCommand({ Bucket: outputs().FindingsBucketName, Key: key, Body }));
}

/** Removes an object, as only the root of the tooling account may. */
export async function remove(key: string): Promise<void> {
  await s3().send(new DeleteObjectCommand({ Bucket: outputs().FindingsBucketName, Key: key }));
}

const envelope = z.object({
  Subject: z.string().optional(),
  Message: z.string().transform((body): unknown => JSON.parse(body)),
  MessageAttributes: z.record(z.string(), z.object({ Type: z.string(), Value: z.string() })).default({}),
});
export type Received = z.output<typeof envelope>;

/** Somebody who listens. */
export interface Listener {
  /** What has come since the last time. */
  received(): Promise<unknown[]>;
}

/** A queue that anybody may send to. */
async function queue(name: string): Promise<{ url: string; arn: string } & Listener> {
  const client = new SQSClient(asRoot(HUB, 'SQS'));
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const services = { Service: ['sns.amazonaws.com', 'events.amazonaws.com'] };
  const statement = { Effect: 'Allow', Principal: services, Action: 'sqs:SendMessage', Resource: Attributes?.QueueArn };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const received = async (): Promise<unknown[]> => {
    const all: unknown[] = [];
    for (;;) {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return all;
      all.push(...Messages.map(({ Body = '' }) => JSON.parse(Body)));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  return { url: QueueUrl, arn: Attributes?.QueueArn ?? '', received };
}

/** Subscribes a queue to a topic. */
export async function listenTo(topicArn: string, name: string, filterPolicy?: unknown): Promise<{ received(): Promise<Received[]> }> {
  const { arn, received } = await queue(name);
  const Attributes = filterPolicy === undefined ? {} : { Attributes: { FilterPolicy: JSON.stringify(filterPolicy) } };
  await new SNSClient(asRoot(HUB, 'SNS')).send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: arn, ...Attributes }));
  return { received: async () => (await received()).map((body) => envelope.parse(body)) };
}

const event = z.object({ source: z.string(), 'detail-type': z.string(), detail: z.record(z.string(), z.unknown()) });

/** A queue behind a rule on the default bus for everything that the product says. */
export async function listenToEvents(name: string): Promise<{ received(): Promise<z.output<typeof event>[]> }> {
  const { arn, received } = await queue(name);
  const client = new EventBridgeClient(asRoot(HUB, 'EVENTBRIDGE'));
  await client.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify({ source: ['eks-greenlight'] }) }));
  await client.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn: arn }] }));
  return { received: async () => (await received()).map((body) => event.parse(body)) };
}
