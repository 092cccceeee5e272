import { AutoScalingClient, ResumeProcessesCommand, SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asRoot } from './aws-client.ts';
import { listenTo, outputs, type Received } from './deployed.ts';
import { asBefore, expectOutcome, expectQuiet, expectServed, reverted } from './rotate-fairness.ts';
import { colours, expectNoMarks, groupBehind, havePair, isReady, nodegroups, nodesOf, sizes, whole } from './rotate-witness.ts';
import { PAYMENTS_ACCOUNT } from './rotate-world.ts';
import { age, inMidDrain, reached, revertOf, rotate, type Started, startRotation, stop, sweep, unheard } from './rotations.ts';
import { admin, kubectl } from './world.ts';

/** What goes wrong in a rotation, and how the cluster is afterwards: as it was, as kubectl and the root of the account see it. */

const manifest = (file: string) => ['--filename', `${import.meta.dirname}/manifests/${file}`];
const pair = { pair: 'workers' };

let alerts: { received(): Promise<Received[]> };
beforeAll(async () => {
  await havePair();
  alerts = await listenTo(outputs().AlertsTopicArn, 'rotate-faults-alerts');
});
beforeEach(async () => {
  await expectQuiet();
  await alerts.received();
});
afterEach(async () => {
  await admin({ clear: '*' });
});

/** The end was told once, as what it was. */
async function expectTold(rotationId: string): Promise<void> {
  const told = await alerts.received();
  expect(told).toMatchObject([{ Message: { kind: 'rotation-finished', rotationId, outcome: 'reverted' } }]);
}

it('a budget that allows nothing any more, in the middle of the drain: reverted, and the budget is named', async () => {
  kubectl('apply', ...manifest('rotation-frozen.yaml'));
  kubectl('rollout', 'status', '--namespace', 'shop', '--timeout', '30s', 'deployment/frozen');
  try {
    let rotationId = '';
    const execution = await asBefore(async () => {
      const started = await startRotation({ ...pair, options: { nodeDeadlineMinutes: 0.15, batchDeadlineMinutes: 0.3 } });
      rotationId = started.rotationId;
      await reached(rotationId, 'scale-green');
      kubectl('apply', ...manifest('rotation-frozen-budget.yaml'));
      return started.ended();
    });
    expect(execution).toMatchObject(reverted('budget frozen'));
    await expectTold(rotationId);
  } finally {
    kubectl('delete', ...manifest('rotation-frozen.yaml'), ...manifest('rotation-frozen-budget.yaml'), '--ignore-not-found');
  }
});

it('green nodes that never join: reverted, and the group that was made is gone', async () => {
  const { blue } = await colours();
  await admin({ fault: 'never_join', nodegroup: 'stillborn' });
  const input = { blue: { nodegroup: blue }, green: { create: { name: 'stillborn' } }, options: { joinMinutes: 0.1 } };
  expect(await asBefore(() => rotate(input))).toMatchObject(reverted('no node yet'));
  expect((await nodegroups()).map(({ nodegroupName }) => nodegroupName)).not.toContain('stillborn');
});

describe('an execution that is stopped by hand in the drain', () => {
  it('is reverted by the rule on executions that ended; cordons, marks and suspended processes of others survive', async () => {
    const { blue } = await colours();
    const [cordoned, marked, kept] = nodesOf(blue).map(({ metadata }) => metadata.name);
    const group = (await groupBehind(blue)).AutoScalingGroupName;
    const processes = { AutoScalingGroupName: group, ScalingProcesses: ['AlarmNotification'] };
    const client = new AutoScalingClient(asRoot(PAYMENTS_ACCOUNT, 'AUTO_SCALING'));
    const others = (change: 'make' | 'undo') => {
      const [value, plain] = change === 'make' ? ['=theirs', '=true'] : ['-', '-'];
      kubectl(change === 'make' ? 'cordon' : 'uncordon', cordoned ?? '');
      kubectl('annotate', 'node', marked ?? '', `example.com/owner${value}`);
      kubectl(
        'label',
        'node',
        marked ?? '',
        `example.com/purpose${value}`,
        `node.kubernetes.io/exclude-from-external-load-balancers${plain}`,
      );
      kubectl('annotate', 'node', kept ?? '', `cluster-autoscaler.kubernetes.io/scale-down-disabled${plain}`);
    };
    await client.send(new SuspendProcessesCommand(processes));
    others('make');
    try {
      let started: Started | undefined;
      const revert = await asBefore(async () => {
        started = await startRotation(pair);
        await inMidDrain(started.rotationId);
        await stop(started.executionArn, { children: false });
        return revertOf(started.rotationId);
      });
      expect(revert).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'reverted' } });
      await expectOutcome(started?.rotationId ?? '', 'reverted', 'was stopped');
      await expectTold(started?.rotationId ?? '');
    } finally {
      others('undo');
      await client.send(new ResumeProcessesCommand(processes));
    }
  });

  it('and that nobody noticed is reverted by the sweep, once its lease has expired', async () => {
    let rotationId = '';
    const revert = await asBefore(async () => {
      const started = await startRotation(pair);
      rotationId = started.rotationId;
      await inMidDrain(rotationId);
      return unheard(async () => {
        await stop(started.executionArn, { children: true });
        expect(await sweep()).toEqual([]);
        // A step may still be under way.
        const noticed = async () => ((await age(rotationId)) ? sweep() : []);
        await expect.poll(noticed, { timeout: 30_000, interval: 200 }).toEqual([rotationId]);
        return revertOf(rotationId);
      });
    });
    expect(revert).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'reverted' } });
    expect(await sweep()).toEqual([]);
    await expectTold(rotationId);
  });
});

it('a green node that is terminated in the middle of the drain is replaced, and the rotation succeeds', async () => {
  const { blue, green } = await colours();
  const since = Date.now() / 1000;
  const before = sizes(await groupBehind(blue));
  const { rotationId, ended } = await startRotation(pair);
  await inMidDrain(rotationId);
  const [victim] = nodesOf(green);
  await admin({ terminate: victim?.metadata.name });
  expect(await ended()).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'succeeded' } });
  await whole();
  expectNoMarks();
  expectServed(since);
  expect(sizes(await groupBehind(green))).toEqual(before);
  expect(sizes(await groupBehind(blue))).toMatchObject({ desired: 0, instances: 0 });
  expect(nodesOf(green).filter(isReady)).toHaveLength(6);
  expect(nodesOf(green).map(({ metadata }) => metadata.name)).not.toContain(victim?.metadata.name);
});
