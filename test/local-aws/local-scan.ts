import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { storedRunSchema } from '../../functions/fleet/run-report.ts';
import { runText } from '../../functions/report/text/run.ts';
import { readBucketObject } from './bucket.ts';
import { executionEnded, startExecution, stepFunctions } from './executions.ts';
import { HUB } from './pipeline-world.ts';

/** What runs, as far as a second terminal needs it. */
export interface Deployed {
  readonly environment: Readonly<Record<string, string>>;
  readonly kubeconfig: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Queues that are subscribed to the topics, in place of people. */
  readonly queues: { readonly alerts: string; readonly chat: string };
}

const settings = (environment: Readonly<Record<string, string>>) => ({
  region: 'us-east-1',
  endpoint: environment.AWS_ENDPOINT_URL ?? '',
  credentials: { accessKeyId: HUB, secretAccessKey: 'test' },
  requestHandler: { httpsAgent: new Agent({ ca: readFileSync(environment.AWS_CA_BUNDLE ?? '') }) },
});

/** Makes two queues and subscribes them to the topics. @returns their URLs */
export async function subscribe(
  environment: Readonly<Record<string, string>>,
  outputs: { readonly AlertsTopicArn: string; readonly ChatTopicArn: string },
): Promise<Deployed['queues']> {
  const [sqs, sns] = [new SQSClient(settings(environment)), new SNSClient(settings(environment))];
  const one = async (name: string, TopicArn: string): Promise<string> => {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const Endpoint = Attributes?.QueueArn;
    const statement = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: Endpoint };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
    return QueueUrl;
  };
  return { alerts: await one('greenlight-alerts', outputs.AlertsTopicArn), chat: await one('greenlight-chat', outputs.ChatTopicArn) };
}

const outputSchema = z.object({ runId: z.string(), reportKey: z.string().optional() });

/** Starts a run as an operator would, waits for its end, and prints its report and what people are told. */
export async function scanOnce(deployed: Deployed, input: unknown, say: (text: string) => void): Promise<void> {
  const { environment, outputs, queues } = deployed;
  const client = stepFunctions(environment, HUB);
  const startedAt = Date.now();
  const execution = await executionEnded(client, await startExecution(client, outputs.FleetScanStateMachineArn ?? '', input));
  say(`execution ${execution.status} after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  if (execution.status !== 'SUCCEEDED') throw new Error(`${execution.error}: ${execution.cause}`);
  const { reportKey } = outputSchema.parse(execution.output);
  if (reportKey !== undefined) {
    const run = storedRunSchema.parse(JSON.parse(await readBucketObject(environment, outputs.FindingsBucketName ?? '', reportKey)));
    const clusters = run.clusters.flatMap((cluster) => ('findings' in cluster ? [cluster] : []));
    console.log(
      `\n${runText({ ...run, clusters }, { columns: Math.max(80, process.stdout.columns ?? 120), color: process.stdout.isTTY === true })}`,
    );
  }
  const sqs = new SQSClient(settings(environment));
  await showMessages(sqs, queues.alerts, ({ Subject, Message }) => `alerts topic: ${Subject}\n${itemsOf(Message)}`);
  await showMessages(sqs, queues.chat, ({ Message }) => `chat topic:\n${chatText(Message)}`);
}

const envelope = z.object({ Subject: z.string().optional(), Message: z.string() });

async function showMessages(client: SQSClient, QueueUrl: string, textOf: (message: z.output<typeof envelope>) => string): Promise<void> {
  for (;;) {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return;
    for (const { Body = '', ReceiptHandle } of Messages) {
      console.log(`── ${textOf(envelope.parse(JSON.parse(Body)))}\n`);
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

const eventSchema = z.object({ items: z.array(z.object({ kind: z.string(), clusterArn: z.string().optional() })) });

function itemsOf(message: string): string {
  const { items } = eventSchema.parse(JSON.parse(message));
  return items.map(({ kind, clusterArn }) => `   ${kind}${clusterArn ? ` ${clusterArn.split('/').at(-1)}` : ''}`).join('\n');
}

const chatSchema = z.object({
  content: z.object({ title: z.string(), description: z.string(), nextSteps: z.array(z.string()).default([]) }),
});

function chatText(message: string): string {
  const { title, description, nextSteps } = chatSchema.parse(JSON.parse(message)).content;
  return [title, description, ...nextSteps.map((step) => `→ ${step}`)]
    .join('\n')
    .split('\n')
    .map((line) => `   ${line}`)
    .join('\n');
}

/** What a newcomer can do now. */
export function howToGoOn({ environment, outputs }: Deployed): string {
  return `It stays until Ctrl-C. In a second terminal:

  npm run local -- scan                          another run: nothing changed, so nobody is told
  npm run local -- scan '{"asOf":"2026-11-25","notify":true}'
                                                 a run by another date: milestones of support come nearer
  eval "$(npm run --silent local -- env)"        then aws, kubectl and greenlight speak to this stack:
  aws s3 ls --recursive s3://$BUCKET/            what the runs left
  npm run greenlight -- report --store s3://$BUCKET
  aws stepfunctions list-executions --state-machine-arn $STATE_MACHINE
  kubectl get pods --all-namespaces              the cluster "payments", as its administrator

bucket         ${outputs.FindingsBucketName}
state machine  ${outputs.FleetScanStateMachineArn}
alerts         ${outputs.AlertsTopicArn}
chat           ${outputs.ChatTopicArn}
logs           ${environment.WORLD_DIR}
`;
}
