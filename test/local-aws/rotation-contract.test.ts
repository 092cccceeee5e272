import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import type { ClusterPorts } from '../../functions/rotation/ports.ts';
import { openRotationCluster } from '../../functions/wiring/rotation-ports.ts';
import { kubernetesRotationContract, type Manifest } from '../contract/kubernetes-rotation.contract.ts';
import { EXTERNAL_ID, HUB, LOGISTICS_ACCOUNT, ROTATE_ROLE } from './rotation-world.ts';
import { admin, environment, kubectl, observe } from './world.ts';

/** The ports of a rotation as it has them, against the API server and the stack: what the real services answer, and who asks. */

const cluster = { accountId: LOGISTICS_ACCOUNT, region: 'us-east-1', name: 'orders' };
const name = { clusterName: 'orders', nodegroupName: 'blue' };
const group = z.object({
  AutoScalingGroupName: z.string(),
  MinSize: z.number(),
  MaxSize: z.number(),
  DesiredCapacity: z.number(),
  Instances: z.array(z.object({ InstanceId: z.string(), AvailabilityZone: z.string(), LifecycleState: z.string() })).default([]),
  SuspendedProcesses: z.array(z.object({ ProcessName: z.string() })).default([]),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string().optional() })).default([]),
  TargetGroupARNs: z.array(z.string()).default([]),
});
const node = z.object({ spec: z.object({ providerID: z.string() }) });
const pod = z.object({ metadata: z.object({ name: z.string(), namespace: z.string(), uid: z.string() }) });

let ports: ClusterPorts;
const open = openRotationCluster({
  region: 'us-east-1',
  configuration: async () => ({ scanRole: { name: 'other', externalId: EXTERNAL_ID } }),
});

beforeAll(() => {
  for (const [variable, value] of Object.entries(environment())) vi.stubEnv(variable, value);
});
// As each step of a rotation does: the ports are good for one.
beforeEach(async () => {
  ports = await open(cluster);
});
afterEach(() => admin({ clear: '*' }));
afterAll(() => {
  vi.unstubAllEnvs();
});

async function pagesOf(pages: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

async function listed<S extends z.ZodType>(path: string, item: S): Promise<z.output<S>[]> {
  const pages = z.array(z.object({ items: z.array(item) })).parse(await pagesOf(ports.reads.kubernetes.list(path, { limit: 500 })));
  return pages.flatMap(({ items }) => items);
}

async function groups(...names: string[]) {
  const pages = await pagesOf(
    ports.reads.autoScaling.describeAutoScalingGroups(names.length === 0 ? {} : { AutoScalingGroupNames: names }),
  );
  return pages.flatMap((page) => z.object({ AutoScalingGroups: z.array(group) }).parse(page).AutoScalingGroups);
}

async function groupNamed(wanted: string) {
  const [found] = await groups(wanted);
  if (!found) throw new Error(`no group ${wanted}`);
  return found;
}

const described = async (nodegroupName: string) =>
  z
    .object({
      nodegroup: z.looseObject({
        status: z.string(),
        taints: z.array(z.unknown()).optional(),
        resources: z.object({ autoScalingGroups: z.array(z.object({ name: z.string() })) }),
      }),
    })
    .parse(await ports.reads.eks.describeNodegroup({ ...name, nodegroupName })).nodegroup;
const groupOf = async (nodegroupName: string) => (await described(nodegroupName)).resources.autoScalingGroups[0]?.name ?? '';
const active = (nodegroupName: string) =>
  vi.waitFor(async () => expect((await described(nodegroupName)).status).toBe('ACTIVE'), { timeout: 20_000, interval: 200 });

/** The budget has counted all three. */
const webIsWhole = () => {
  kubectl('rollout', 'status', '--namespace', 'orders', '--timeout', '60s', 'deployment/web');
  kubectl('wait', '--namespace', 'orders', 'pdb/web', '--timeout', '60s', '--for', 'jsonpath={.status.disruptionsAllowed}=1');
};
const apply = (manifest: object) => {
  const [program = 'kubectl', ...arguments_] = inject('kubectl');
  execFileSync(program, [...arguments_, 'apply', '--filename', '-'], {
    input: JSON.stringify(manifest),
    stdio: ['pipe', 'ignore', 'inherit'],
  });
};

let namespaces = 0;

kubernetesRotationContract('a real control plane', async () => {
  namespaces += 1;
  const namespace = `contract-${namespaces}`;
  kubectl('create', 'namespace', namespace);
  const { reads, writes } = await open(cluster);
  return {
    reads: reads.kubernetes,
    writes: writes.kubernetes,
    namespace,
    apply: async (manifests) => {
      for (const manifest of manifests) {
        apply(manifest);
        await untilScheduled(manifest);
      }
    },
    until: (what, holds) =>
      vi.waitFor(
        async () => {
          if (!(await holds())) throw new Error(`not within a minute: ${what}`);
        },
        { timeout: 60_000, interval: 100 },
      ),
    close: async () => {
      kubectl('delete', 'namespace', namespace, '--wait=false');
    },
  };
});

/** Of two budgets over the same pods, Kubernetes keeps only one up to date: the pods must be as they will be before the budgets come. */
async function untilScheduled({ kind, metadata: { name: deployment, namespace = '' }, spec }: Manifest): Promise<void> {
  if (kind !== 'Deployment' || JSON.stringify(spec).includes('world/never-ready')) return;
  kubectl('rollout', 'status', '--namespace', namespace, '--timeout', '60s', `deployment/${deployment}`);
}

describe('the role', () => {
  test('makes every call, reads and writes alike, and the hub only the one that assumes it', async () => {
    const { calls, requests } = await observe(async () => {
      const fresh = openRotationCluster({
        region: 'us-east-1',
        configuration: async () => ({ scanRole: { name: 'x', externalId: EXTERNAL_ID } }),
      });
      const { reads, writes } = await fresh(cluster);
      await pagesOf(reads.eks.listNodegroups({ clusterName: 'orders' }));
      await pagesOf(reads.autoScaling.describeAutoScalingGroups({}));
      await pagesOf(reads.ec2.describeInstanceTypes({ InstanceTypes: ['m6i.large'] }));
      await pagesOf(reads.loadBalancing.describeTargetGroups({ TargetGroupArns: [] }));
      await pagesOf(reads.cloudWatch.describeAlarms({ AlarmNames: ['none'] }));
      await reads.serviceQuotas.getServiceQuota({ ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' });
      await writes.autoScaling.resumeProcesses({ AutoScalingGroupName: 'orders-plain-b', ScalingProcesses: ['Terminate'] });
      await writes.kubernetes.patch('/api/v1/nodes/none', { metadata: { labels: { a: 'b' } } });
    }, 'eks-greenlight:rotate');
    const session = `arn:aws:sts::${LOGISTICS_ACCOUNT}:assumed-role/${ROTATE_ROLE}/greenlight-rotation`;
    const byHub = calls.filter(({ principal }) => principal !== session);
    expect(byHub.map(({ principal, op }) => [principal, op])).toEqual([[`arn:aws:iam::${HUB}:user/rotation`, 'AssumeRole']]);
    expect(calls.map(({ op }) => op)).toEqual(
      expect.arrayContaining(['DescribeCluster', 'GetServiceQuota', 'ResumeProcesses', 'DescribeAlarms']),
    );
    expect(calls.filter(({ status }) => status !== 200)).toEqual([]);
    expect(requests.map(({ verb, user }) => [verb, user.username])).toEqual([['patch', session]]);
  });

  test('is refused what it was not given, in the words of each service', async () => {
    const { writes } = ports;
    const tags = [{ ResourceId: 'orders-plain-a', ResourceType: 'auto-scaling-group', Key: 'a', Value: 'b', PropagateAtLaunch: false }];
    await admin({ fault: 'access_denied', operation: 'CreateOrUpdateTags' });
    await expect(writes.autoScaling.createOrUpdateTags({ Tags: tags })).rejects.toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('autoscaling:CreateOrUpdateTags of Auto Scaling group orders-plain-a in us-east-1'),
    });
    await expect(
      writes.autoScaling.attachLoadBalancers({ AutoScalingGroupName: 'orders-plain-a', LoadBalancerNames: ['x'] }),
    ).rejects.toMatchObject({
      code: 'AccessDenied',
    });
    expect(await writes.kubernetes.patch('/api/v1/namespaces/orders', {})).toMatchObject({ status: 403 });
  });
});

describe('groups', () => {
  test('are found with their nodes, managed and plain, over all pages', async () => {
    const all = await groups();
    expect(all).toHaveLength(4);
    expect(all.filter(({ Tags }) => Tags.some(({ Key }) => Key === 'eks-greenlight/pair')).map((one) => one.AutoScalingGroupName)).toEqual([
      'orders-plain-a',
      'orders-plain-b',
    ]);
    const instances = all.flatMap(({ Instances }) =>
      Instances.map(({ InstanceId, AvailabilityZone }) => `aws:///${AvailabilityZone}/${InstanceId}`),
    );
    expect((await listed('/api/v1/nodes', node)).map(({ spec }) => spec.providerID).sort()).toEqual(instances.sort());
  });

  test('have what a snapshot holds, and nothing where there is nothing', async () => {
    const { autoScaling, cloudWatch, eks, loadBalancing, serviceQuotas, ec2 } = ports.reads;
    const of = { AutoScalingGroupName: await groupOf('blue') };
    expect(await pagesOf(autoScaling.describeScheduledActions(of))).toEqual([{ ScheduledUpdateGroupActions: [] }]);
    expect(await pagesOf(autoScaling.describePolicies(of))).toEqual([{ ScalingPolicies: [] }]);
    expect(await autoScaling.describeLifecycleHooks(of)).toEqual({ LifecycleHooks: [] });
    expect(await pagesOf(autoScaling.describeInstanceRefreshes(of))).toEqual([{ InstanceRefreshes: [] }]);
    expect(await autoScaling.describeWarmPool(of)).toEqual({ Instances: [] });
    expect(await pagesOf(eks.listUpdates({ name: 'orders', nodegroupName: 'green' }))).toEqual([{ updateIds: [] }]);
    expect(await pagesOf(cloudWatch.describeAlarms({ AlarmNames: ['none'] }))).toMatchObject([{ MetricAlarms: [] }]);
    const insights = z.object({ insights: z.array(z.unknown()) });
    expect((await pagesOf(eks.listInsights({ clusterName: 'orders' }))).flatMap((page) => insights.parse(page).insights)).toHaveLength(5);
    const absent = 'arn:aws:elasticloadbalancing:us-east-1:222222222222:targetgroup/none/0123456789abcdef';
    await expect(loadBalancing.describeTargetHealth({ TargetGroupArn: absent })).rejects.toMatchObject({ code: 'NotFound' });
    await expect(autoScaling.describeWarmPool({ AutoScalingGroupName: 'none' })).rejects.toMatchObject({ code: 'NotFound' });
    await expect(serviceQuotas.getServiceQuota({ ServiceCode: 'ec2', QuotaCode: 'L-0' })).rejects.toMatchObject({ code: 'NotFound' });
    expect(await pagesOf(ec2.describeInstanceTypes({ InstanceTypes: ['m6i.xlarge'] }))).toMatchObject([
      { InstanceTypes: [{ InstanceType: 'm6i.xlarge', VCpuInfo: { DefaultVCpus: 4 }, MemoryInfo: { SizeInMiB: 16_384 } }] },
    ]);
  });

  test('have a quota, and the metric that says how much of it is used', async () => {
    const answer = await ports.reads.serviceQuotas.getServiceQuota({ ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' });
    const { Value, UsageMetric } = z
      .object({
        Quota: z.object({
          Value: z.number(),
          UsageMetric: z.object({
            MetricNamespace: z.string(),
            MetricName: z.string(),
            MetricDimensions: z.record(z.string(), z.string()),
          }),
        }),
      })
      .parse(answer).Quota;
    expect(Value).toBe(1152);
    const statistics = await ports.reads.cloudWatch.getMetricStatistics({
      Namespace: UsageMetric.MetricNamespace,
      MetricName: UsageMetric.MetricName,
      Dimensions: Object.entries(UsageMetric.MetricDimensions).map(([Name, Of]) => ({ Name, Value: Of })),
      StartTime: new Date(Date.now() - 3_600_000).toISOString(),
      EndTime: new Date().toISOString(),
      Period: 300,
      Statistics: ['Maximum'],
    });
    expect(statistics).toMatchObject({ Datapoints: [{ Maximum: 8, Timestamp: expect.stringMatching(/^20.*Z$/) }] });
  });

  test('are frozen: processes suspended, bounds written without the desired size', async () => {
    const { autoScaling, eks } = ports.writes;
    const blue = await groupOf('blue');
    await autoScaling.suspendProcesses({ AutoScalingGroupName: blue, ScalingProcesses: ['Terminate', 'AZRebalance'] });
    await autoScaling.resumeProcesses({ AutoScalingGroupName: blue, ScalingProcesses: ['Terminate'] });
    const answer = await eks.updateNodegroupConfig({ ...name, scalingConfig: { minSize: 3, maxSize: 3 } });
    const { update } = z.object({ update: z.object({ id: z.string() }) }).parse(answer);
    const early = eks.updateNodegroupConfig({ ...name, scalingConfig: { maxSize: 4 } });
    await expect(early).rejects.toMatchObject({ code: 'Throttled', message: expect.stringContaining('ResourceInUseException') });
    await active('blue');
    expect(await groupNamed(blue)).toMatchObject({
      MinSize: 3,
      MaxSize: 3,
      DesiredCapacity: 3,
      SuspendedProcesses: [{ ProcessName: 'AZRebalance' }],
    });
    expect(await ports.reads.eks.describeUpdate({ name: 'orders', nodegroupName: 'blue', updateId: update.id })).toMatchObject({
      update: { status: 'Successful' },
    });
    await autoScaling.resumeProcesses({ AutoScalingGroupName: blue, ScalingProcesses: ['AZRebalance'] });
    await eks.updateNodegroupConfig({ ...name, scalingConfig: { minSize: 1, maxSize: 4 } });
    await active('blue');
  });

  test('carry tags and target groups until they are taken away', async () => {
    const { autoScaling } = ports.writes;
    const tag = { ResourceId: 'orders-plain-b', ResourceType: 'auto-scaling-group', Key: 'eks-greenlight/rotation' };
    const Tags = [{ ...tag, Value: 'rot-1', PropagateAtLaunch: false }];
    await autoScaling.createOrUpdateTags({ Tags });
    await autoScaling.createOrUpdateTags({ Tags });
    expect((await groupNamed('orders-plain-b')).Tags).toContainEqual({ Key: tag.Key, Value: 'rot-1' });
    await autoScaling.deleteTags({ Tags: [tag] });
    expect((await groupNamed('orders-plain-b')).Tags.map(({ Key }) => Key)).not.toContain(tag.Key);
    const arn = 'arn:aws:elasticloadbalancing:us-east-1:222222222222:targetgroup/web/0123456789abcdef';
    await autoScaling.attachLoadBalancerTargetGroups({ AutoScalingGroupName: 'orders-plain-b', TargetGroupARNs: [arn] });
    expect((await groupNamed('orders-plain-b')).TargetGroupARNs).toEqual([arn]);
  });

  test('that are plain are sized in one call, within bounds', async () => {
    const { autoScaling } = ports.writes;
    const plain = { AutoScalingGroupName: 'orders-plain-b' };
    const wrong = autoScaling.updateAutoScalingGroup({ ...plain, MinSize: 2, MaxSize: 1 });
    await expect(wrong).rejects.toMatchObject({ code: 'Internal', message: expect.stringContaining('ValidationError') });
    await autoScaling.updateAutoScalingGroup({ ...plain, MinSize: 1, MaxSize: 2 });
    expect(await groupNamed('orders-plain-b')).toMatchObject({ MinSize: 1, MaxSize: 2, DesiredCapacity: 1 });
    await autoScaling.updateAutoScalingGroup({ ...plain, MinSize: 0, DesiredCapacity: 0, MaxSize: 3 });
    expect(await groupNamed('orders-plain-b')).toMatchObject({ MinSize: 0, MaxSize: 3, DesiredCapacity: 0 });
  });

  test('are created empty, guarded by a taint, and deleted', async () => {
    const { eks } = ports.writes;
    const { subnets, nodeRole, labels } = z
      .object({ subnets: z.array(z.string()), nodeRole: z.string(), labels: z.record(z.string(), z.string()) })
      .parse(await described('blue'));
    const created = { ...name, nodegroupName: 'made' };
    await eks.createNodegroup({
      ...created,
      subnets,
      nodeRole,
      labels,
      scalingConfig: { minSize: 0, maxSize: 1, desiredSize: 0 },
      instanceTypes: ['m6i.large'],
      taints: [{ key: 'a', value: 'b', effect: 'NO_SCHEDULE' }],
      updateConfig: { maxUnavailable: 1 },
      tags: { 'eks-greenlight/rotation': 'rot-1' },
    });
    await expect(eks.createNodegroup({ ...created, subnets, nodeRole })).rejects.toMatchObject({ code: 'Throttled' });
    await active('made');
    expect((await groupNamed(await groupOf('made'))).Instances).toEqual([]);
    const standby = { key: 'eks-greenlight/standby', value: 'true', effect: 'NO_SCHEDULE' };
    await eks.updateNodegroupConfig({
      ...created,
      taints: { addOrUpdateTaints: [standby], removeTaints: [{ key: 'a', effect: 'NO_SCHEDULE' }] },
    });
    await active('made');
    expect((await described('made')).taints).toEqual([standby]);
    await eks.deleteNodegroup(created);
    await vi.waitFor(() => expect(described('made')).rejects.toMatchObject({ code: 'NotFound' }), { timeout: 20_000, interval: 200 });
  });
});

describe('pods', () => {
  test('are asked for once, whatever the answer: when to ask again is not the business of a port', async () => {
    webIsWhole();
    const { requests } = await observe(async () => {
      const [first, second] = z.tuple([pod, pod, pod]).parse(await listed('/api/v1/namespaces/orders/pods?labelSelector=app%3Dweb', pod));
      const answers = [await ports.writes.kubernetes.evictPod(first.metadata), await ports.writes.kubernetes.evictPod(second.metadata)];
      expect(answers.map(({ status }) => status)).toEqual([201, 429]);
    }, 'eks-greenlight:rotate');
    expect(requests.filter(({ verb }) => verb === 'create')).toHaveLength(2);
  });

  test('behind a webhook that is gone answer 500, as it is', async () => {
    apply(goneWebhook);
    try {
      const blocked = () => ports.writes.kubernetes.evictPod(podOfNobody);
      // The API server learns of it within a moment; until then it is only not found.
      await vi.waitFor(async () => expect((await blocked()).status).toBe(500), { timeout: 20_000, interval: 100 });
      expect(await blocked()).toMatchObject({
        body: { message: expect.stringContaining('failed calling webhook "evictions.example.com"') },
      });
    } finally {
      kubectl('delete', 'validatingwebhookconfiguration', 'gone');
    }
    await vi.waitFor(async () => expect((await ports.writes.kubernetes.evictPod(podOfNobody)).status).toBe(404), { timeout: 20_000 });
  });
});

describe('an API server that is away', () => {
  test('is unreachable, and answers again when it is back', async () => {
    const back = admin({ fault: 'restart', plane: 'main', seconds: 1 });
    await vi.waitFor(() => expect(ports.reads.kubernetes.get('/version')).rejects.toMatchObject({ code: 'EndpointUnreachable' }), {
      timeout: 10_000,
      interval: 20,
    });
    await expect(ports.writes.kubernetes.patch('/api/v1/nodes/none', {})).rejects.toMatchObject({ code: 'EndpointUnreachable' });
    await back;
    expect(await ports.reads.kubernetes.get('/version')).toMatchObject({ major: '1' });
    webIsWhole();
  });
});

const podOfNobody = { namespace: 'orders', name: 'nobody', uid: '00000000-0000-4000-8000-000000000000' };
const goneWebhook = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'gone' },
  webhooks: [
    {
      name: 'evictions.example.com',
      clientConfig: { url: 'https://127.0.0.1:1/' },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods/eviction'] }],
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    },
  ],
};
