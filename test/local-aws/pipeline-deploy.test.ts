import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { paginateListTopics, SNSClient } from '@aws-sdk/client-sns';
import { paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { asRoot, root } from './aws-client.ts';
import { awsJson, awsQuery, awsRequest, type Service } from './aws-request.ts';
import { type Cdk, cdk } from './cdk.ts';
import { outputs } from './deployed.ts';
import { HUB, PAYMENTS_ACCOUNT, SCAN_ROLE } from './pipeline-world.ts';
import { environment } from './world.ts';

/** The stacks themselves: deployed again nothing changes, and destroyed nothing is left but what must outlive them. */

const { assembly } = inject('deployment');
let commands: Cdk;
beforeAll(() => {
  commands = cdk(environment());
});
afterAll(() => commands.close());

const templateSchema = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })) });

const scheduler: Service = { endpoint: 'SCHEDULER', name: 'scheduler' };
const get = async (service: Service, account: string, path: string) =>
  (await awsRequest(service, root(account), { method: 'GET', path })).text;

describe('a second deployment of the same', () => {
  it.each([
    ['EksGreenlight', HUB],
    ['EksGreenlightMember', PAYMENTS_ACCOUNT],
  ])('of %s in account %s changes nothing', async (stack, account) => {
    expect(await commands.deploy(stack, { account, assembly })).toMatchObject({ changed: false });
  });
});

it('starts the scan by the schedule and in the time zone of greenlight.yaml', async () => {
  const { Schedules } = JSON.parse(await get(scheduler, HUB, '/schedules'));
  const names = Schedules.map(({ Name, GroupName }: Record<string, string>) => `${Name}?groupName=${GroupName}`);
  expect(names).toEqual([expect.stringContaining('groupName=eks-greenlight')]);
  expect(JSON.parse(await get(scheduler, HUB, `/schedules/${names[0]}`))).toMatchObject({
    State: 'ENABLED',
    ScheduleExpression: 'cron(0 3 29 2 ? *)',
    Target: { Arn: outputs().FleetScanStateMachineArn, Input: '{}' },
  });
  // The stack does not pass the time zone on to its scheduler.
  const { TemplateBody = '' } = await new CloudFormationClient(asRoot(HUB, 'CLOUDFORMATION')).send(
    new GetTemplateCommand({ StackName: 'EksGreenlight' }),
  );
  const { Resources } = templateSchema.parse(JSON.parse(TemplateBody));
  const schedules = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Scheduler::Schedule');
  expect(schedules).toMatchObject([{ Properties: { ScheduleExpressionTimezone: 'Europe/Berlin' } }]);
});

describe('another tooling account', () => {
  const account = '888888888888';
  const ours = (names: readonly (string | undefined)[]) => names.filter((name) => name && /eks-?greenlight/i.test(name)).toSorted();
  const tags = (text: string, tag: string) => [...text.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'g'))].map(([, value]) => value);

  /** What there is of ours in the account, by kind; of keys, which have no names, how many can be used. */
  async function found() {
    const settings = (service: string) => asRoot(account, service);
    const json = async (service: Service, target: string, input = {}) =>
      JSON.parse((await awsJson(service, root(account), target, input)).text);
    const kms = { endpoint: 'KMS', name: 'kms' };
    const query = async (service: Service, Action: string, Version: string) =>
      (await awsQuery(service, root(account), { Action, Version })).text;
    // The stack itself: the proxy before CloudWatch does not speak the query protocol.
    const cloudWatch = { endpoint: 'MONITORING', name: 'monitoring' };
    const pages = async <Page>(paginator: AsyncIterable<Page>, items: (page: Page) => readonly (string | undefined)[]) =>
      (await Array.fromAsync(paginator)).flatMap(items);
    const { Functions } = JSON.parse(await get({ endpoint: 'LAMBDA', name: 'lambda' }, account, '/2015-03-31/functions/'));
    const { Schedules } = JSON.parse(await get(scheduler, account, '/schedules'));
    const { ScheduleGroups } = JSON.parse(await get(scheduler, account, '/schedule-groups'));
    const { Keys } = await json(kms, 'TrentService.ListKeys');
    const keyStates = await Promise.all(
      Keys.map(async ({ KeyId }: Record<string, string>) => (await json(kms, 'TrentService.DescribeKey', { KeyId })).KeyMetadata.KeyState),
    );
    const { logGroups } = await json({ endpoint: 'LOGS', name: 'logs' }, 'Logs_20140328.DescribeLogGroups');
    const { Buckets = [] } = await new S3Client({ ...settings('S3'), forcePathStyle: true }).send(new ListBucketsCommand({}));
    return {
      functions: ours(Functions.map((one: Record<string, string>) => one.FunctionName)),
      roles: ours(tags(await query({ endpoint: 'IAM', name: 'iam' }, 'ListRoles', '2010-05-08'), 'RoleName')),
      topics: ours(
        await pages(paginateListTopics({ client: new SNSClient(settings('SNS')) }, {}), ({ Topics = [] }) =>
          Topics.map((topic) => topic.TopicArn),
        ),
      ),
      queues: ours(await pages(paginateListQueues({ client: new SQSClient(settings('SQS')) }, {}), ({ QueueUrls = [] }) => QueueUrls)),
      machines: ours(
        await pages(paginateListStateMachines({ client: new SFNClient(settings('SFN')) }, {}), ({ stateMachines = [] }) =>
          stateMachines.map(({ name }) => name),
        ),
      ),
      logGroups: ours(logGroups.map((one: Record<string, string>) => one.logGroupName)),
      schedules: ours([...Schedules, ...ScheduleGroups].map((one: Record<string, string>) => one.Name)),
      alarms: ours(tags(await query(cloudWatch, 'DescribeAlarms', '2010-08-01'), 'AlarmName')),
      dashboards: ours(tags(await query(cloudWatch, 'ListDashboards', '2010-08-01'), 'DashboardName')),
      buckets: ours(Buckets.map(({ Name }) => Name)),
      keys: keyStates.filter((state) => state === 'Enabled').length,
    };
  }

  it('keeps the bucket, its key and the scan role when the stacks are destroyed, and nothing else', async () => {
    await commands.bootstrap({ account });
    const empty = await found();
    await commands.deploy('EksGreenlight', { account, assembly });
    await commands.deploy('EksGreenlightMember', { account, assembly });
    const deployed = await found();
    for (const [kind, names] of Object.entries(deployed))
      expect(names, kind).not.toEqual(Object.entries(empty).find(([one]) => one === kind)?.[1]);
    expect(deployed).toMatchObject({ roles: expect.arrayContaining([SCAN_ROLE]), buckets: [expect.any(String)] });

    await commands.destroy('EksGreenlight', { account, assembly });
    await commands.destroy('EksGreenlightMember', { account, assembly });
    expect(await found()).toEqual({ ...empty, roles: [SCAN_ROLE], buckets: deployed.buckets, keys: empty.keys + 1 });
  });
});
