import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../functions/inventory/error-codes.ts';
import { rotationPlanSchema } from '../../../functions/rotation/decide/plan.ts';
import { preflight } from '../../../functions/rotation/phases/preflight.ts';
import { takeSnapshot } from '../../../functions/rotation/phases/snapshot.ts';
import { readPreflightFacts } from '../../../functions/rotation/read/preflight-facts.ts';
import { type RotationRecord, recordSchema } from '../../../functions/rotation/record.ts';
import { pod } from '../preflight-builders.ts';
import { preflightWorld, stepIn } from '../preflight-world.ts';

const input = {
  accountId: '111111111111',
  region: 'eu-west-1',
  clusterName: 'payments',
  blue: { nodegroup: 'workers-a' },
  green: { nodegroup: 'workers-b' },
};

async function prepared(world: ReturnType<typeof preflightWorld>, given: Partial<RotationRecord> = {}, rotation = {}) {
  const snapshot = await stepIn(preflightWorld(), { input, ...given }, rotation);
  await takeSnapshot(snapshot.step);
  return stepIn(world, { ...snapshot.state.record, phase: 'preflight' }, rotation);
}

describe('the preflight', () => {
  it('passes where nothing is wrong, and leaves the plan', async () => {
    const { step, state } = await prepared(preflightWorld());
    expect(await preflight(step)).toEqual({
      status: 'done',
      progress: { blocks: 0, waived: 0, warnings: 0, batches: 3, expectedMinutes: expect.any(Number) },
    });
    expect(state.record.problems).toEqual([]);
    const plan = rotationPlanSchema.parse(state.record.notes.plan);
    expect(plan).toMatchObject({ blue: { name: 'workers-a' }, quota: { free: 80 }, nodes: { toLaunch: 3 } });
    expect(recordSchema.parse(state.record)).toEqual(state.record);
    expect(state.record.notes.noop).toBeUndefined();
  });

  it('refuses with every blocker in the record, and names the first', async () => {
    const world = preflightWorld();
    world.answers.lists.set('/api/v1/pods', [
      ...(world.answers.lists.get('/api/v1/pods') ?? []),
      pod({ name: 'lonely', owner: null, spec: { nodeName: 'blue-1' } }),
    ]);
    world.answers.denied.add('create pods/eviction');
    const { step, state } = await prepared(world);
    expect(await preflight(step)).toMatchObject({
      status: 'failed',
      cause:
        'Pod shop/lonely: it has no controller: nothing would replace it; Group eks-greenlight:rotate: it may not create pods/eviction',
    });
    expect(state.record.problems.map(({ id }) => id)).toEqual(['pod-unmanaged', 'access-missing']);
    expect(state.record.notes.plan).toBeDefined();
  });

  it('what is waived by name does not refuse', async () => {
    const world = preflightWorld();
    world.answers.denied.add('patch nodes');
    const first = await prepared(world);
    expect(await preflight(first.step)).toMatchObject({ status: 'failed' });
    const options = { ...first.state.record.options, waive: ['access-missing'] };
    const { step } = await prepared(world, { options });
    expect(await preflight(step)).toMatchObject({ status: 'done', progress: { blocks: 0, waived: 1 } });
  });

  it('changes nothing, whatever it finds (V17): the writes of these steps all throw', async () => {
    const world = preflightWorld();
    const { step } = await prepared(world);
    await preflight(step);
    const reading = /^(?:Describe|List|Get|SelfSubjectAccessReview$|\/api)/;
    expect(world.calls.filter((call) => !reading.test(call))).toEqual([]);
  });

  it('reads each list of the API server once', async () => {
    const world = preflightWorld();
    const { step } = await prepared(world);
    await preflight(step);
    const lists = world.calls.filter((call) => call.startsWith('/api'));
    expect(lists).toHaveLength(new Set(lists).size);
    expect(world.calls.filter((call) => call === 'DescribeCluster' || call === 'GetServiceQuota')).toHaveLength(2);
  });

  it('run again it finds the same', async () => {
    const world = preflightWorld();
    const { step, state } = await prepared(world);
    await preflight(step);
    const first = state.record;
    await preflight(step);
    expect(state.record).toEqual(first);
  });

  it('nothing to do is said, and not refused; where it is over it is not remembered', async () => {
    const world = preflightWorld();
    const create = { version: '1.34', releaseVersion: '1.34.2-20261001' };
    world.answers.denied.add('patch nodes');
    const { step, state } = await prepared(world, { input: { ...input, green: { create } } });
    expect(await preflight(step)).toMatchObject({ status: 'done' });
    expect(state.record.notes.noop).toContain('workers-a has version 1.34');
    state.record = { ...state.record, create: {} };
    expect(await preflight(step)).toMatchObject({ status: 'failed' });
    expect(state.record.notes.noop).toBeUndefined();
  });
});

const optional = [
  ['GetServiceQuota', 'quota-not-verified'],
  ['GetMetricStatistics', 'quota-not-verified'],
  ['DescribeSubnets', 'subnets-not-verified'],
  ['DescribeInstanceTypes', 'instance-types-not-verified'],
  ['ListInsights', 'insights-not-verified'],
  ['SelfSubjectAccessReview', 'access-not-verified'],
  ['/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', 'webhooks-not-verified'],
  ['/apis/karpenter.sh/v1/nodepools', 'node-pools-not-verified'],
  ['/apis/storage.k8s.io/v1/volumeattachments', 'volume-attachments-not-verified'],
  ['/apis/apps/v1/namespaces/kube-system/daemonsets/aws-node', 'networking-not-verified'],
] as const;

describe('what cannot be read (V15)', () => {
  it.each(optional)('%s refused: told, not passed, and not the end', async (operation, id) => {
    for (const code of ['Forbidden', 'AccessDenied', 'EndpointUnreachable'] as const) {
      const world = preflightWorld();
      world.failures.set(operation, code);
      const { step, state } = await prepared(world);
      expect(await preflight(step)).toMatchObject({ status: 'done' });
      expect(state.record.problems.filter((problem) => problem.id === id)).toMatchObject([
        { severity: 'warn', message: expect.stringContaining(code) },
      ]);
    }
  });

  it.each(['/api/v1/pods', '/api/v1/nodes', '/apis/policy/v1/poddisruptionbudgets', 'DescribeNodegroup', 'DescribeCluster'])(
    '%s forbidden: nobody acts without it',
    async (operation) => {
      const world = preflightWorld();
      world.failures.set(operation, 'Forbidden');
      const { step, state } = await prepared(world);
      expect(await preflight(step)).toMatchObject({ status: 'failed', cause: expect.stringContaining(operation) });
      expect(state.record.problems.some(({ id, severity }) => id.endsWith('-unreadable') && severity === 'block')).toBe(true);
    },
  );

  it('an API that does not answer is asked again, where nobody can do without', async () => {
    for (const operation of ['/api/v1/pods', 'DescribeNodegroup', 'DescribeCluster']) {
      const world = preflightWorld();
      world.failures.set(operation, 'Timeout');
      const { step } = await prepared(world);
      await expect(preflight(step)).rejects.toMatchObject({ code: 'Timeout' });
    }
  });

  it('throttling is always asked again', async () => {
    const world = preflightWorld();
    world.failures.set('GetServiceQuota', 'Throttled');
    const { step } = await prepared(world);
    await expect(preflight(step)).rejects.toMatchObject({ code: 'Throttled' });
  });

  it('no use of the quota in CloudWatch is not zero', async () => {
    const world = preflightWorld();
    world.answers.datapoints = [];
    const { step, state } = await prepared(world);
    await preflight(step);
    expect(state.record.problems).toMatchObject([{ id: 'quota-not-verified', severity: 'warn' }]);
  });

  it('never passes in silence, whatever any one call answers with', async () => {
    const quiet: string[] = [];
    const world = preflightWorld();
    const healthy = await prepared(world);
    await preflight(healthy.step);
    const operations = [...new Set(world.calls)];
    for (const operation of operations) {
      for (const code of errorCodes.filter((one) => one !== 'NotFound')) {
        const broken = preflightWorld();
        broken.failures.set(operation, code);
        const { step, state } = await prepared(broken);
        const outcome = await preflight(step).catch(() => undefined);
        if (outcome?.status === 'done' && state.record.problems.length === 0) quiet.push(`${operation} ${code}`);
      }
    }
    expect(quiet).toEqual([]);
  });
});

describe('what is read of the answers', () => {
  it('webhooks with their services, the flags that matter, and no secret', async () => {
    const world = preflightWorld();
    const rules = [{ apiGroups: [''], operations: ['CREATE'], resources: ['pods'] }];
    const service = { namespace: 'policy', name: 'hook' };
    world.answers.lists.set('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', [
      {
        metadata: { name: 'policy' },
        webhooks: [
          { name: 'pods', clientConfig: { service }, rules },
          { name: 'gone', clientConfig: { service: { ...service, name: 'gone' } }, rules },
          { name: 'url', clientConfig: { url: 'https://x' }, rules },
          { name: 'others', clientConfig: { service }, rules: [{ ...rules[0], resources: ['services'] }] },
          { name: 'updates', clientConfig: { service }, rules: [{ ...rules[0], operations: ['UPDATE'] }] },
        ],
      },
    ]);
    world.answers.lists.set('/apis/apps/v1/deployments', [
      { metadata: { name: 'cluster-autoscaler', namespace: 'kube-system' }, spec: { replicas: 1 } },
    ]);
    world.answers.lists.set('/apis/karpenter.sh/v1beta1/nodepools', [{ metadata: { name: 'general' } }]);
    const { step } = await prepared(world);
    const facts = await readPreflightFacts(step);
    expect(
      facts.webhooks?.map(({ name, failurePolicy, reachesPods, service: of }) => [name, failurePolicy, reachesPods, of?.selector]),
    ).toEqual([
      ['pods', 'Fail', true, { app: 'hook' }],
      ['gone', 'Fail', true, null],
      ['url', 'Fail', true, undefined],
      ['others', 'Fail', false, undefined],
      ['updates', 'Fail', false, undefined],
    ]);
    expect(facts.webhooks?.[0]?.service?.namespaceLabels).toEqual({ 'kubernetes.io/metadata.name': 'policy', tier: 'system' });
    expect(facts.autoscalers).toEqual([
      {
        namespace: 'kube-system',
        name: 'cluster-autoscaler',
        replicas: 1,
        flags: [
          { name: 'nodes', value: '1:9:eks-workers-a' },
          { name: 'scale-down-enabled', value: '' },
        ],
      },
    ]);
    expect(facts.nodePools).toEqual(['general']);
    expect(facts.networking).toMatchObject({ warmAddresses: 4, minimumAddresses: null, prefixes: false });
    expect(JSON.stringify({ ...facts, view: null })).not.toContain('s3cret');
  });

  it('types, quota, subnets, hooks, actions and insights', async () => {
    const world = preflightWorld();
    world.answers.nodegroups.set('workers-b', world.nodegroup('workers-b', { instanceTypes: null, subnets: null }));
    const overrides = [{ InstanceType: 'c6i.large' }];
    world.answers.groups = [
      world.autoScalingGroup('eks-workers-a', 3),
      world.autoScalingGroup('eks-workers-b', 0, {
        MixedInstancesPolicy: { LaunchTemplate: { Overrides: overrides } },
        VPCZoneIdentifier: 'subnet-x',
      }),
    ];
    world.answers.scheduledActions = [{ ScheduledActionName: 'night', StartTime: new Date('2026-11-22T00:00:00Z') }];
    world.answers.hooks = [
      { LifecycleHookName: 'drain', LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING', HeartbeatTimeout: 300 },
    ];
    world.answers.insights = [
      { name: 'skew', category: 'ROLLBACK_READINESS', insightStatus: { status: 'PASSING' } },
      { name: 'nobody knows', category: 'ROLLBACK_READINESS' },
      { name: 'other', category: 'UPGRADE_READINESS', insightStatus: { status: 'ERROR' } },
    ];
    const { step } = await prepared(world);
    const facts = await readPreflightFacts(step);
    expect(facts.green?.source).toMatchObject({ instanceTypes: ['c6i.large'], subnets: ['subnet-x'] });
    expect(facts.subnets).toEqual([{ id: 'subnet-x', zone: 'eu-west-1a', freeAddresses: 200 }]);
    expect(facts.instanceTypes?.map(({ name }) => name)).toEqual(['c6i.large', 'm5.large']);
    expect(facts.instanceTypes?.[0]).toMatchObject({
      vcpus: 2,
      memoryMiB: 8192,
      architecture: 'amd64',
      gpus: { resource: 'nvidia.com/gpu', count: 4 },
    });
    expect(facts.quota).toEqual({ limit: 100, used: 20 });
    expect(facts.scheduledActions?.[0]).toEqual({ group: 'eks-workers-a', name: 'night', nextAt: '2026-11-22T00:00:00.000Z' });
    expect(facts.lifecycleHooks?.[0]).toMatchObject({ group: 'eks-workers-a', heartbeatSeconds: 300 });
    expect(facts.insights).toEqual([
      { name: 'skew', status: 'PASSING', reason: null },
      { name: 'nobody knows', status: 'UNKNOWN', reason: null },
    ]);
    expect([...facts.blueNodes].sort()).toEqual(['blue-0', 'blue-1', 'blue-2']);
  });

  it('asks for what only an option needs only with the option', async () => {
    const plain = await readPreflightFacts((await prepared(preflightWorld())).step);
    expect(plain.access?.map(({ action }) => action)).not.toContain('delete pods');
    const { state } = await prepared(preflightWorld());
    const options = { ...state.record.options, surge: true };
    const more = await readPreflightFacts((await prepared(preflightWorld(), { options }, { allow: { unmanaged: ['dev'] } })).step);
    expect(more.access?.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['delete pods', 'patch deployments/scale of apps', 'patch horizontalpodautoscalers of autoscaling']),
    );
  });
});
