import { describe, expect, it } from 'vitest';
import { takeSnapshot } from '../../../functions/rotation/phases/snapshot.ts';
import { recordSchema } from '../../../functions/rotation/record.ts';
import { blueNode } from '../preflight-builders.ts';
import { preflightWorld, stepIn } from '../preflight-world.ts';

const named = { blue: { nodegroup: 'workers-a' }, green: { nodegroup: 'workers-b' } };
const input = { accountId: '111111111111', region: 'eu-west-1', clusterName: 'payments', ...named };
const fresh = { input, blue: null, green: null, size: 0 };

describe('the snapshot', () => {
  it('keeps both groups, their nodes, budgets and workloads, in one write', async () => {
    const world = preflightWorld();
    const { step, state, updates } = await stepIn(world, fresh);
    expect(await takeSnapshot(step)).toMatchObject({ status: 'done' });
    expect(updates()).toBe(1);
    const { record } = state;
    expect(recordSchema.parse(record)).toEqual(record);
    expect(record).toMatchObject({ blue: { kind: 'managed', name: 'workers-a' }, green: { name: 'workers-b' }, create: null, size: 3 });
    expect(record.snapshot).toMatchObject({
      takenAt: step.now.toISOString(),
      clusterVersion: '1.34',
      blue: { bounds: { min: 0, desired: 3, max: 6 }, autoScalingGroupName: 'eks-workers-a' },
      green: { bounds: { desired: 0 } },
    });
    expect(record.snapshot?.nodes.map(({ name, group, instanceId }) => [name, group, instanceId])).toEqual([
      ['blue-0', 'blue', 'i-blue0'],
      ['blue-1', 'blue', 'i-blue1'],
      ['blue-2', 'blue', 'i-blue2'],
    ]);
    expect(record.snapshot?.workloads.map(({ name, ready }) => [name, ready])).toContainEqual(['web', 2]);
  });

  it('keeps what is on nodes before anything is put there', async () => {
    const world = preflightWorld();
    const marked = blueNode(0, {
      spec: { unschedulable: true },
      labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': 'mine' },
    });
    const annotated = {
      ...marked,
      metadata: { ...marked.metadata, annotations: { 'cluster-autoscaler.kubernetes.io/scale-down-disabled': 'true' } },
    };
    world.answers.lists.set('/api/v1/nodes', [annotated, blueNode(7)]);
    const { step, state } = await stepIn(world, fresh);
    await takeSnapshot(step);
    expect(state.record.snapshot?.nodes).toMatchObject([
      {
        name: 'blue-0',
        unschedulable: true,
        scaleDownDisabled: 'true',
        excludedFromLoadBalancers: 'mine',
        ready: true,
        zone: 'eu-west-1a',
      },
      { name: 'blue-7', group: 'other', unschedulable: false, scaleDownDisabled: null, excludedFromLoadBalancers: null },
    ]);
  });

  it('is taken once: a second run reads and writes nothing', async () => {
    const world = preflightWorld();
    const { step, updates } = await stepIn(world, fresh);
    await takeSnapshot(step);
    const before = world.calls.length;
    expect(await takeSnapshot(step)).toEqual({ status: 'done' });
    expect([world.calls.length, updates()]).toEqual([before, 1]);
  });

  it('a green that is to be created has none', async () => {
    const { step, state } = await stepIn(preflightWorld(), { ...fresh, input: { ...input, green: { create: { amiType: 'X' } } } });
    await takeSnapshot(step);
    expect(state.record).toMatchObject({ green: null, create: { amiType: 'X' }, snapshot: { green: null } });
  });

  it('groups that cannot be told apart are a refusal, with the reason', async () => {
    const world = preflightWorld();
    const { step, state } = await stepIn(world, { ...fresh, input: { ...input, blue: { nodegroup: 'nobody' } } });
    const outcome = await takeSnapshot(step);
    expect(outcome).toMatchObject({ status: 'failed', cause: expect.stringContaining('nobody') });
    expect(state.record.problems).not.toEqual([]);
    expect(state.record.snapshot).toBeNull();
  });

  it('a group that has lost its Auto Scaling group is a refusal too', async () => {
    const world = preflightWorld();
    world.answers.groups = world.answers.groups.slice(0, 1);
    const { step } = await stepIn(world, fresh);
    expect(await takeSnapshot(step)).toMatchObject({ status: 'failed', cause: expect.stringContaining('eks-workers-b') });
  });

  it('waits for a maintenance window, before anything is read; a dry run does not', async () => {
    const world = preflightWorld();
    const closed = { windows: [{ start: '03:00', end: '04:00' }] };
    const { step } = await stepIn(world, fresh, closed);
    expect(await takeSnapshot(step)).toMatchObject({ status: 'wait', hold: true, why: expect.stringContaining('window') });
    expect(world.calls).toEqual([]);
    const dry = await stepIn(world, { ...fresh, dryRun: true }, closed);
    expect(await takeSnapshot(dry.step)).toMatchObject({ status: 'done' });
  });

  it('what cannot be read is thrown: it is looked at again, and never taken for nothing', async () => {
    const world = preflightWorld();
    world.failures.set('/api/v1/pods', 'EndpointUnreachable');
    const { step, state } = await stepIn(world, fresh);
    await expect(takeSnapshot(step)).rejects.toMatchObject({ code: 'EndpointUnreachable' });
    expect(state.record.snapshot).toBeNull();
  });

  it('a cluster without a version is not there yet', async () => {
    const world = preflightWorld();
    world.answers.cluster = { name: 'payments', status: 'CREATING' };
    const { step } = await stepIn(world, fresh);
    await expect(takeSnapshot(step)).rejects.toMatchObject({ code: 'NotYetAvailable' });
  });
});
