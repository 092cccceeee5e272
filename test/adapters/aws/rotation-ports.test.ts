import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { autoScalingPort } from '../../../functions/adapters/aws/auto-scaling-port.ts';
import { cloudWatchPort } from '../../../functions/adapters/aws/cloudwatch-port.ts';
import { ec2RotationPort } from '../../../functions/adapters/aws/ec2-rotation-port.ts';
import { eksRotationPort } from '../../../functions/adapters/aws/eks-rotation-port.ts';
import { loadBalancingPort } from '../../../functions/adapters/aws/load-balancing-port.ts';
import { rotationClients } from '../../../functions/adapters/aws/rotation-clients.ts';
import { serviceQuotasPort } from '../../../functions/adapters/aws/service-quotas-port.ts';
import { all } from '../../contract/port-under-test.ts';
import { eksError, type LoopbackAws, loopbackAws, queryError, type SeenRequest, type WireAnswer } from './loopback-aws.ts';

const region = 'eu-west-1';
const deadline = new AbortController().signal;
const group = { AutoScalingGroupName: 'blue-asg' };

let server: LoopbackAws;
/** What the loopback answers. */
let answer: (request: SeenRequest, nth: number) => WireAnswer;

beforeEach(async () => {
  answer = () => ({ status: 200, body: '{}' });
  server = await loopbackAws((request, nth) => answer(request, nth));
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

function ports() {
  const clients = rotationClients(region, async () => ({ accessKeyId: 'ASIAROLE', secretAccessKey: 'secret', sessionToken: 'token' }));
  return {
    eks: eksRotationPort({ client: clients.eks, region, deadline }),
    autoScaling: autoScalingPort({ client: clients.autoScaling, region, deadline }),
    ec2: ec2RotationPort({ client: clients.ec2, region, deadline }),
    serviceQuotas: serviceQuotasPort({ client: clients.serviceQuotas, region, deadline }),
    loadBalancing: loadBalancingPort({ client: clients.loadBalancing, region, deadline }),
    cloudWatch: cloudWatchPort({ client: clients.cloudWatch, region, deadline }),
  };
}

const json = (body: object): WireAnswer => ({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
/** The answer of the query protocol to whatever was asked. */
const xml =
  (inner: string | ((form: URLSearchParams) => string) = '') =>
  ({ form }: SeenRequest): WireAnswer => {
    const action = form.get('Action') ?? '';
    const result = typeof inner === 'string' ? inner : inner(form);
    const body = `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body };
  };
/** Parameters of the query protocol as they were sent. */
const sent = (nth = 0) => {
  const { Version: _version, ...parameters } = Object.fromEntries(server.requests[nth]?.form ?? []);
  return parameters;
};

describe('EKS', () => {
  const name = { clusterName: 'payments', nodegroupName: 'blue' };

  it('writes what it is given, in the words of the API, with a token of its own for each write', async () => {
    answer = () => json({ nodegroup: { nodegroupName: 'blue', createdAt: 1_795_000_000 } });
    const { eks } = ports();
    const created = {
      subnets: ['subnet-0a'],
      nodeRole: 'arn:aws:iam::111111111111:role/node',
      scalingConfig: { minSize: 0, maxSize: 1, desiredSize: 0 },
    };
    expect(await eks.createNodegroup({ ...name, ...created })).toEqual({
      nodegroup: { nodegroupName: 'blue', createdAt: new Date(1_795_000_000_000).toISOString() },
    });
    await eks.updateNodegroupConfig({ ...name, scalingConfig: { minSize: 3, maxSize: 3 } });
    await eks.deleteNodegroup(name);
    expect(server.requests.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      'POST /clusters/payments/node-groups',
      'POST /clusters/payments/node-groups/blue/update-config',
      'DELETE /clusters/payments/node-groups/blue',
    ]);
    const [first, second] = server.requests.map(({ body }) => (body === '' ? {} : JSON.parse(body)));
    expect(first).toEqual({ nodegroupName: 'blue', ...created, clientRequestToken: expect.any(String) });
    // Without the desired size: a stale one would be an outage.
    expect(second).toEqual({ scalingConfig: { minSize: 3, maxSize: 3 }, clientRequestToken: expect.any(String) });
    expect(first.clientRequestToken).not.toBe(second.clientRequestToken);
  });

  it('reads updates of a cluster and of a node group, and insights, over all pages', async () => {
    answer = ({ url }) => json(url.searchParams.get('nextToken') ? { updateIds: ['u-2'] } : { updateIds: ['u-1'], nextToken: 'more' });
    const { eks } = ports();
    expect(await all(eks.listUpdates({ name: 'payments', nodegroupName: 'blue' }))).toMatchObject([
      { updateIds: ['u-1'] },
      { updateIds: ['u-2'] },
    ]);
    expect(server.requests.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
      { nodegroupName: 'blue' },
      { nodegroupName: 'blue', nextToken: 'more' },
    ]);
    await all(eks.listUpdates({ name: 'payments' }));
    expect(server.requests[2]?.url.search).toBe('');
    answer = ({ body }) => json(JSON.parse(body).nextToken ? { insights: [{ id: '2' }] } : { insights: [{ id: '1' }], nextToken: 'more' });
    expect(await all(eks.listInsights({ clusterName: 'payments' }))).toMatchObject([
      { insights: [{ id: '1' }] },
      { insights: [{ id: '2' }] },
    ]);
    answer = () => json({ update: { id: 'u-1', status: 'Failed' } });
    expect(await eks.describeUpdate({ name: 'payments', nodegroupName: 'blue', updateId: 'u-1' })).toEqual({
      update: { id: 'u-1', status: 'Failed' },
    });
  });

  it('says Throttled while another change is under way, at once', async () => {
    answer = () => eksError(409, 'ResourceInUseException', 'Nodegroup cannot be updated as it is currently not in Active State');
    await expect(ports().eks.updateNodegroupConfig(name)).rejects.toMatchObject({
      code: 'Throttled',
      message:
        'eks:UpdateNodegroupConfig of node group blue of payments in eu-west-1: ResourceInUseException: Nodegroup cannot be updated as it is ' +
        'currently not in Active State; it is there already, or another change of it is under way: look again later',
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('Auto Scaling', () => {
  it('finds groups by name, or all of them, over all pages, as plain JSON', async () => {
    answer = xml((form) => {
      const of = (name: string) =>
        `<AutoScalingGroups><member><AutoScalingGroupName>${name}</AutoScalingGroupName><MinSize>1</MinSize><MaxSize>3</MaxSize>` +
        '<DesiredCapacity>2</DesiredCapacity><CreatedTime>2026-11-20T10:00:00Z</CreatedTime></member></AutoScalingGroups>';
      return form.get('NextToken') ? of('b') : `${of('a')}<NextToken>more</NextToken>`;
    });
    const { autoScaling } = ports();
    const sizes = { MinSize: 1, MaxSize: 3, DesiredCapacity: 2, CreatedTime: '2026-11-20T10:00:00.000Z' };
    expect(await all(autoScaling.describeAutoScalingGroups({}))).toMatchObject([
      { AutoScalingGroups: [{ AutoScalingGroupName: 'a', ...sizes }] },
      { AutoScalingGroups: [{ AutoScalingGroupName: 'b', ...sizes }] },
    ]);
    expect(sent()).toEqual({ Action: 'DescribeAutoScalingGroups' });
    await all(autoScaling.describeAutoScalingGroups({ AutoScalingGroupNames: ['a', 'b'] }));
    expect(sent(2)).toMatchObject({ 'AutoScalingGroupNames.member.1': 'a', 'AutoScalingGroupNames.member.2': 'b' });
  });

  it.each(['describeScheduledActions', 'describePolicies', 'describeInstanceRefreshes'] as const)(
    '%s asks for one group',
    async (operation) => {
      answer = xml();
      await all(ports().autoScaling[operation](group));
      expect(sent()).toEqual({ Action: operation.replace('d', 'D'), ...group });
    },
  );

  const tag = { ResourceId: 'blue-asg', ResourceType: 'auto-scaling-group', Key: 'k', Value: 'v', PropagateAtLaunch: false };
  const tagSent = Object.fromEntries(Object.entries(tag).map(([field, value]) => [`Tags.member.1.${field}`, String(value)]));
  it.each([
    ['describeLifecycleHooks', group, group],
    ['describeWarmPool', group, group],
    ['updateAutoScalingGroup', { ...group, MinSize: 0, DesiredCapacity: 0 }, { ...group, MinSize: '0', DesiredCapacity: '0' }],
    ['suspendProcesses', { ...group, ScalingProcesses: ['Terminate'] }, { ...group, 'ScalingProcesses.member.1': 'Terminate' }],
    ['resumeProcesses', { ...group, ScalingProcesses: ['Terminate'] }, { ...group, 'ScalingProcesses.member.1': 'Terminate' }],
    ['createOrUpdateTags', { Tags: [tag] }, tagSent],
    ['deleteTags', { Tags: [tag] }, tagSent],
    ['attachLoadBalancerTargetGroups', { ...group, TargetGroupARNs: ['arn'] }, { ...group, 'TargetGroupARNs.member.1': 'arn' }],
    ['attachLoadBalancers', { ...group, LoadBalancerNames: ['lb'] }, { ...group, 'LoadBalancerNames.member.1': 'lb' }],
  ] as const)('%s sends what it is given and nothing more', async (operation, input, parameters) => {
    answer = xml();
    const call: (input: never) => Promise<unknown> = ports().autoScaling[operation];
    await call(input as never);
    expect(sent()).toEqual({ Action: `${operation[0]?.toUpperCase()}${operation.slice(1)}`, ...parameters });
  });

  it.each([
    ['AccessDenied', 403, 'AccessDenied', 'allow the action'],
    ['ScalingActivityInProgress', 400, 'Throttled', 'look again later'],
    ['ResourceInUse', 400, 'Throttled', 'look again later'],
  ])('%s is %s', async (name, status, code, advice) => {
    answer = () => queryError(status, name, 'as told');
    const refused = ports().autoScaling.suspendProcesses({ ...group, ScalingProcesses: ['Terminate'] });
    await expect(refused).rejects.toMatchObject({
      code,
      message: expect.stringContaining('autoscaling:SuspendProcesses of Auto Scaling group blue-asg in eu-west-1: '),
    });
    await expect(refused).rejects.toThrow(advice);
    expect(server.requests).toHaveLength(1);
  });

  it('names the groups of tags', async () => {
    answer = () => queryError(403, 'AccessDenied', 'no');
    await expect(ports().autoScaling.createOrUpdateTags({ Tags: [tag, tag, { ...tag, ResourceId: 'green-asg' }] })).rejects.toThrow(
      'Auto Scaling group blue-asg, green-asg in eu-west-1',
    );
  });
});

describe('what preflight and gates read', () => {
  it('instance types by name', async () => {
    answer = () => ({
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body:
        '<DescribeInstanceTypesResponse><instanceTypeSet><item><instanceType>m6i.large</instanceType>' +
        '<vCpuInfo><defaultVCpus>2</defaultVCpus></vCpuInfo></item></instanceTypeSet></DescribeInstanceTypesResponse>',
    });
    expect(await all(ports().ec2.describeInstanceTypes({ InstanceTypes: ['m6i.large', 'x9.new'] }))).toMatchObject([
      { InstanceTypes: [{ InstanceType: 'm6i.large', VCpuInfo: { DefaultVCpus: 2 } }] },
    ]);
    expect(sent()).toEqual({ Action: 'DescribeInstanceTypes', 'InstanceType.1': 'm6i.large', 'InstanceType.2': 'x9.new' });
  });

  it('a quota', async () => {
    answer = () => json({ Quota: { QuotaCode: 'L-1216C47A', Value: 64 } });
    expect(await ports().serviceQuotas.getServiceQuota({ ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' })).toEqual({
      Quota: { QuotaCode: 'L-1216C47A', Value: 64 },
    });
    expect(server.requests[0]?.headers['x-amz-target']).toBe('ServiceQuotasV20190624.GetServiceQuota');
    answer = () => eksError(400, 'NoSuchResourceException', 'no');
    await expect(ports().serviceQuotas.getServiceQuota({ ServiceCode: 'ec2', QuotaCode: 'L-0' })).rejects.toMatchObject({
      code: 'NotFound',
      message: expect.stringContaining('quota L-0 of ec2 in eu-west-1'),
    });
  });

  it('target groups and the health of their targets', async () => {
    answer = xml('<TargetGroups><member><TargetGroupArn>tg</TargetGroupArn></member></TargetGroups>');
    expect(await all(ports().loadBalancing.describeTargetGroups({ TargetGroupArns: ['tg'] }))).toMatchObject([
      { TargetGroups: [{ TargetGroupArn: 'tg' }] },
    ]);
    expect(sent()).toEqual({ Action: 'DescribeTargetGroups', 'TargetGroupArns.member.1': 'tg' });
    answer = xml('<TargetHealthDescriptions><member><Target><Id>i-1</Id></Target></member></TargetHealthDescriptions>');
    expect(await ports().loadBalancing.describeTargetHealth({ TargetGroupArn: 'tg' })).toMatchObject({
      TargetHealthDescriptions: [{ Target: { Id: 'i-1' } }],
    });
    answer = xml('<Attributes><member><Key>deregistration_delay.timeout_seconds</Key><Value>300</Value></member></Attributes>');
    expect(await ports().loadBalancing.describeTargetGroupAttributes({ TargetGroupArn: 'tg' })).toMatchObject({
      Attributes: [{ Value: '300' }],
    });
    answer = () => queryError(400, 'TargetGroupNotFound', 'One or more target groups not found');
    await expect(ports().loadBalancing.describeTargetHealth({ TargetGroupArn: 'tg' })).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('alarms, composite ones too, and metrics between two times', async () => {
    answer = () => json({ MetricAlarms: [{ AlarmName: 'a', StateValue: 'OK' }], CompositeAlarms: [] });
    expect(await all(ports().cloudWatch.describeAlarms({ AlarmNames: ['a'] }))).toMatchObject([{ MetricAlarms: [{ StateValue: 'OK' }] }]);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ AlarmNames: ['a'], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] });
    answer = () => json({ Label: 'x', Datapoints: [{ Timestamp: 1_795_000_000, Maximum: 8 }] });
    const asked = { Namespace: 'AWS/Usage', MetricName: 'ResourceCount', Period: 300, Statistics: ['Maximum'] };
    expect(
      await ports().cloudWatch.getMetricStatistics({
        ...asked,
        StartTime: '2026-11-21T05:00:00.000Z',
        EndTime: '2026-11-21T06:00:00.000Z',
      }),
    ).toEqual({ Label: 'x', Datapoints: [{ Timestamp: new Date(1_795_000_000_000).toISOString(), Maximum: 8 }] });
    const seconds = (time: string) => Date.parse(time) / 1000;
    expect(JSON.parse(server.requests[1]?.body ?? '')).toEqual({
      ...asked,
      StartTime: seconds('2026-11-21T05:00:00Z'),
      EndTime: seconds('2026-11-21T06:00:00Z'),
    });
  });
});

it('everything is signed with the credentials it was given, and carries our name', async () => {
  answer = (request) => (request.form.get('Action') ? xml()(request) : json({}));
  const { eks, autoScaling, serviceQuotas, loadBalancing, cloudWatch } = ports();
  await eks.describeCluster({ name: 'payments' });
  await autoScaling.describeWarmPool(group);
  await serviceQuotas.getServiceQuota({ ServiceCode: 'ec2', QuotaCode: 'L-1' });
  await loadBalancing.describeTargetHealth({ TargetGroupArn: 'tg' });
  await all(cloudWatch.describeAlarms({ AlarmNames: ['a'] }));
  expect(server.requests).toHaveLength(5);
  for (const { headers } of server.requests) {
    expect(headers.authorization).toContain('Credential=ASIAROLE/');
    expect(headers['user-agent']).toContain('eks-greenlight/');
  }
});
