import { beforeAll, describe, expect, it } from 'vitest';
import { keysBelow, type Listener, listenTo, listenToEvents, object, outputs, type Received, text } from './deployed.ts';
import {
  changes,
  colours,
  expectNoMarks,
  groupBehind,
  isReady,
  named,
  nodegroupNamed,
  nodes,
  nodesOf,
  pods,
  session,
  sizes,
  state,
  tagNodegroup,
  torn,
  whole,
  writes,
} from './rotate-witness.ts';
import { CLUSTER, PAYMENTS_ACCOUNT, PLAIN_CLUSTER, REGION, ROTATE_ROLE } from './rotate-world.ts';
import { leaseKey, reached, reportsOf, rotate, startRotation } from './rotations.ts';
import { availability, samplesSince } from './samples.ts';
import { kubectl, observe } from './world.ts';

/** Rotations that succeed, one after the other on one world: witnessed by kubectl, the root of the account, the audits of both, and samples of
 *  what was served meanwhile. */

const everybody = 'system:authenticated';
const phases = 'snapshot preflight create-green freeze scale-green validate-green cordon-blue drain soak approval retire-blue finish'.split(
  ' ',
);

let alerts: { received(): Promise<Received[]> };
let chat: Listener;
let events: Awaited<ReturnType<typeof listenToEvents>>;
beforeAll(async () => {
  await tagNodegroup('workers', 'workers');
  alerts = await listenTo(outputs().AlertsTopicArn, 'rotate-alerts');
  chat = await listenTo(outputs().ChatTopicArn, 'rotate-chat');
  events = await listenToEvents('rotate-events');
});

/** Runs a rotation, which must succeed, and looks at all that holds for any of them. */
async function rotatedFairly(input: Readonly<Record<string, unknown>>, meanwhile: (rotationId: string) => Promise<void> = async () => {}) {
  const since = Date.now() / 1000;
  const { result, calls, requests } = await observe(async () => {
    const started = await startRotation(input);
    await meanwhile(started.rotationId);
    return { rotationId: started.rotationId, ...(await started.ended()) };
  }, everybody);
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'succeeded' } });
  await whole();
  expectNoMarks();
  expect(nodes().filter((node) => !isReady(node))).toEqual([]);
  expect(torn()).toEqual([]);

  // Whoever is not the rotate role has changed nothing, and that one has only cordoned, uncordoned and evicted.
  const made = changes(calls);
  expect(made.length).toBeGreaterThan(0);
  expect(made.filter(({ principal }) => principal !== session(ROTATE_ROLE))).toEqual([]);
  expect(made.filter(({ status }) => status >= 400)).toEqual([]);
  const byRole = requests.filter(({ user }) => user.username === session(ROTATE_ROLE));
  expect([...new Set(writes(byRole).map(named))].toSorted()).toEqual(['create pods/eviction', 'patch nodes']);
  expect(requests.filter((one) => named(one) === 'create pods/eviction' && !byRole.includes(one))).toEqual([]);

  const { degraded, outage, belowBudget, samples } = availability(samplesSince(since));
  expect(samples).toBeGreaterThan(10);
  // Every workload here has two replicas or more, and a budget.
  expect({ outage, belowBudget }).toEqual({ outage: {}, belowBudget: {} });
  return { ...result, degraded };
}

/** What people and machines were told of a rotation since the last time. */
async function told(rotationId: string) {
  const mails = await alerts.received();
  const posts = await chat.received();
  const said = await events.received();
  expect(mails).toMatchObject([
    {
      Subject: expect.stringMatching(/^\[EKS\] [\x20-\x7e]{1,94}$/),
      Message: { kind: 'rotation-finished', rotationId, outcome: 'succeeded' },
      MessageAttributes: { kind: { Value: 'rotation-finished' } },
    },
  ]);
  expect(posts).toMatchObject([{ Message: { version: '1.0', source: 'custom' } }]);
  const kinds = said.map((event) => event['detail-type']);
  expect(kinds.filter((kind) => kind === 'Rotation Finished')).toHaveLength(1);
  return said.filter((event) => event['detail-type'] === 'Rotation Phase Changed').map(({ detail }) => detail.phase);
}

async function expectReports(rotationId: string, clusterName?: string): Promise<void> {
  const [json, html] = await reportsOf(rotationId, clusterName);
  expect(await object(json)).toMatchObject({ rotationId, outcome: { name: 'succeeded' }, verified: { differences: [] } });
  expect(await text(html)).toContain(rotationId);
}

it('a dry run says what would be done, and changes nothing', async () => {
  const before = await state();
  const { result, calls, requests } = await observe(() => rotate({ dryRun: true }), everybody);
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'planned' } });
  expect(changes(calls)).toEqual([]);
  const byRole = requests.filter(({ user }) => user.username === session(ROTATE_ROLE));
  expect(byRole.length).toBeGreaterThan(0);
  expect(writes(byRole)).toEqual([]);
  expect(await keysBelow(leaseKey)).toEqual([]);
  expect(await state()).toEqual(before);
  const [json] = await reportsOf(result.rotationId);
  expect(await object(json)).toMatchObject({ outcome: { name: 'planned' }, plan: { blue: expect.anything() } });
  expect([await alerts.received(), await chat.received()]).toEqual([[], []]);
  await events.received();
});

describe('the only node group', () => {
  it('is rotated by four lines to one that is made from it, and a Job that runs is waited for', async () => {
    kubectl('apply', '--filename', `${import.meta.dirname}/manifests/rotation-job.yaml`);
    kubectl('wait', '--namespace', 'shop', '--timeout', '30s', '--for', 'condition=Ready', 'pod', '--selector', 'app=export');
    const [job] = pods('--selector', 'app=export');
    const before = { bounds: sizes(await groupBehind('workers')), names: nodesOf('workers').map(({ metadata }) => metadata.name) };
    expect(before.bounds).toMatchObject({ min: 2, desired: 6, max: 9 });

    const { rotationId } = await rotatedFairly({}, async (id) => {
      await reached(id, 'drain', ({ batches }) =>
        batches.some(({ blockers }) => blockers.some(({ pod }) => pod === `shop/${job?.metadata.name}`)),
      );
      // The kubelet of this world: the Job has done its work.
      kubectl(
        'patch',
        'pod',
        job?.metadata.name ?? '',
        '--namespace',
        'shop',
        '--subresource',
        'status',
        '--type',
        'merge',
        '--patch',
        '{"status":{"phase":"Succeeded"}}',
      );
    });
    expect(JSON.parse(kubectl('get', 'job', 'export', '--namespace', 'shop', '--output', 'json')).status).toMatchObject({ succeeded: 1 });
    kubectl('delete', 'job', 'export', '--namespace', 'shop');

    const { blue, green } = await colours();
    expect([blue === 'workers', green]).toEqual([false, 'workers']);
    // Bounds have changed hands, and the old group is a standby that no autoscaler wakes.
    expect(sizes(await groupBehind(blue))).toEqual(before.bounds);
    expect(sizes(await groupBehind('workers'))).toEqual({ min: 0, desired: 0, max: 9, instances: 0 });
    expect(await nodegroupNamed('workers')).toMatchObject({
      taints: [{ key: 'eks-greenlight/standby', value: 'true', effect: 'NO_SCHEDULE' }],
    });
    expect(await nodegroupNamed(blue)).toMatchObject({
      taints: [],
      labels: { pool: 'workers' },
      tags: { 'eks-greenlight/rotation': rotationId },
    });
    const standbyTag = 'k8s.io/cluster-autoscaler/node-template/taint/eks-greenlight/standby';
    expect((await groupBehind('workers')).Tags?.map(({ Key }) => Key)).toContain(standbyTag);
    for (const group of [blue, 'workers']) expect((await groupBehind(group)).SuspendedProcesses ?? []).toEqual([]);
    expect(nodes().filter(({ metadata }) => before.names.includes(metadata.name))).toEqual([]);
    expect(nodesOf(blue)).toHaveLength(6);
    await expectReports(rotationId);
    expect(await told(rotationId)).toEqual(phases);
  });

  it('is rotated back by its pair', async () => {
    const { blue: active } = await colours();
    const before = sizes(await groupBehind(active));
    const { rotationId } = await rotatedFairly({ pair: 'workers' });
    expect(await colours()).toEqual({ blue: 'workers', green: active });
    expect(sizes(await groupBehind('workers'))).toEqual(before);
    expect(sizes(await groupBehind(active))).toEqual({ min: 0, desired: 0, max: 9, instances: 0 });
    expect((await nodegroupNamed('workers')).taints ?? []).toEqual([]);
    const tags = (await groupBehind('workers')).Tags ?? [];
    expect(tags.filter(({ Key }) => Key?.includes('eks-greenlight/standby'))).toEqual([]);
    await expectReports(rotationId);
    await told(rotationId);
  });
});

it('plain Auto Scaling groups are rotated as a pair that nobody had to name', async () => {
  const before = sizes(await groupBehind('batch-a'));
  const { rotationId } = await rotatedFairly({ clusterName: PLAIN_CLUSTER });
  expect(sizes(await groupBehind('batch-b'))).toEqual(before);
  expect(sizes(await groupBehind('batch-a'))).toEqual({ min: 0, desired: 0, max: 0, instances: 0 });
  for (const group of ['batch-a', 'batch-b']) expect((await groupBehind(group)).SuspendedProcesses ?? []).toEqual([]);
  await expectReports(rotationId, PLAIN_CLUSTER);
  await told(rotationId);
});

it('leaves no rotation open, and a lease that nobody holds', async () => {
  expect(await keysBelow('rotations/open/')).toEqual([]);
  for (const cluster of [CLUSTER, PLAIN_CLUSTER])
    expect(await object(`rotations/${PAYMENTS_ACCOUNT}/${REGION}/${cluster}/lease.json`)).toMatchObject({ owner: null });
});
