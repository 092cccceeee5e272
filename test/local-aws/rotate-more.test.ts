import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ForwardPhase } from '../../functions/rotation/phases.ts';
import { listenTo, outputs, type Received } from './deployed.ts';
import { greenlight, workingFolder } from './greenlight.ts';
import { asBefore, expectOutcome, expectQuiet, expectServed, reverted } from './rotate-fairness.ts';
import { colours, expectNoMarks, groupBehind, havePair, nodesOf, sizes, whole } from './rotate-witness.ts';
import { CLUSTER, HUB } from './rotate-world.ts';
import { inMidDrain, reached, revertOf, rotate, startRotation, stop } from './rotations.ts';
import { admin, kubectl } from './world.ts';

/** The rest of what goes wrong in a rotation; only with `--all`. */

const manifest = (file: string) => ['--filename', `${import.meta.dirname}/manifests/${file}`];
const pair = { pair: 'workers' };
const succeeded = { status: 'SUCCEEDED', output: { outcome: 'succeeded' } };
const function_ = 'eks-greenlight-rotation-step';

let alerts: { received(): Promise<Received[]> };
beforeAll(async () => {
  await havePair();
  alerts = await listenTo(outputs().AlertsTopicArn, 'rotate-more-alerts');
});
beforeEach(async () => {
  await expectQuiet();
  await alerts.received();
});
afterEach(() => admin({ clear: '*' }));

/** A rotation that must succeed whatever happens meanwhile: the colours have changed, and nothing of it is left. */
async function succeeds(meanwhile: (rotationId: string) => Promise<unknown>, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const since = Date.now() / 1000;
  const { blue, green } = await colours();
  const before = sizes(await groupBehind(blue));
  const { rotationId, ended } = await startRotation({ ...pair, ...more });
  await meanwhile(rotationId);
  expect(await ended()).toMatchObject(succeeded);
  await whole();
  expectNoMarks();
  expectServed(since);
  expect(sizes(await groupBehind(green))).toEqual(before);
  expect(sizes(await groupBehind(blue))).toMatchObject({ desired: 0, instances: 0 });
}

/** The command line of an operator, with the credentials of the tooling account. */
async function rotateCommand(...arguments_: readonly string[]): Promise<string> {
  const folder = workingFolder();
  const credentials = { AWS_ACCESS_KEY_ID: HUB, AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: undefined };
  const { exitCode, stdout, stderr } = await greenlight(folder, ['rotate', ...arguments_], credentials);
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout + stderr;
}

describe('budgets and webhooks', () => {
  it('two budgets over the same pods are found before anything is done', async () => {
    kubectl('apply', ...manifest('rotation-second-budget.yaml'));
    try {
      const execution = await asBefore(() => rotate(pair));
      expect(execution).toMatchObject({ status: 'FAILED', error: 'RotationRefused', cause: expect.stringMatching(/web-again/) });
    } finally {
      kubectl('delete', ...manifest('rotation-second-budget.yaml'));
    }
  });

  it('a webhook that refuses every eviction, because its backend is gone: reverted, and it is named', async () => {
    let rotationId = '';
    try {
      const execution = await asBefore(async () => {
        const started = await startRotation({ ...pair, options: { nodeDeadlineMinutes: 0.25, evictErrorMinutes: 0.05 } });
        rotationId = started.rotationId;
        await reached(rotationId, 'scale-green');
        kubectl('apply', ...manifest('rotation-webhook.yaml'));
        // From here on pods are to come back.
        await reached(rotationId, 'drain', ({ revert }) => revert !== null);
        kubectl('delete', ...manifest('rotation-webhook.yaml'));
        return started.ended();
      });
      expect(execution).toMatchObject(reverted('evictions.example.com'));
    } finally {
      kubectl('delete', ...manifest('rotation-webhook.yaml'), '--ignore-not-found');
    }
  });
});

describe('green', () => {
  it('that stays short of capacity: reverted, and EKS is quoted', async () => {
    const { green } = await colours();
    await admin({ fault: 'no_capacity', nodegroup: green, at_most: 3 });
    const execution = await asBefore(() => rotate({ ...pair, options: { joinMinutes: 0.1 } }));
    expect(execution).toMatchObject(reverted('InsufficientInstanceCapacity'));
  });

  it('with a node that is NotReady for a while in the middle of the drain: succeeds', async () => {
    const { green } = await colours();
    await succeeds(async (rotationId) => {
      await inMidDrain(rotationId);
      const name = nodesOf(green)[0]?.metadata.name;
      await admin({ break: name });
      await reached(rotationId, 'drain', ({ waitingFor }) => waitingFor?.includes(name ?? '') ?? false);
      await admin({ repair: name });
    });
  });
});

describe('blue', () => {
  it('with a node that is terminated in the middle of the drain, before its turn: succeeds', async () => {
    const { blue } = await colours();
    await succeeds(async (rotationId) => {
      const { batches } = await inMidDrain(rotationId);
      const planned = new Set(batches.flatMap(({ nodes }) => nodes));
      const victim = nodesOf(blue).find(({ metadata }) => !planned.has(metadata.name));
      await admin({ terminate: victim?.metadata.name });
    });
  });
});

describe('an execution that is stopped', () => {
  it.each<ForwardPhase>(['freeze', 'scale-green', 'cordon-blue', 'drain', 'soak'])('in %s is reverted', async (phase) => {
    let rotationId = '';
    const revert = await asBefore(async () => {
      const started = await startRotation({ ...pair, options: { poolSoakMinutes: 0.2 } });
      rotationId = started.rotationId;
      await reached(rotationId, phase);
      await stop(started.executionArn, { children: true });
      return revertOf(rotationId);
    });
    expect(revert).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'reverted' } });
    await expectOutcome(rotationId, 'reverted', 'was stopped');
  });

  it('in retire-blue, after the first lowering, comes to its end all the same', async () => {
    const { blue, green } = await colours();
    const { rotationId, executionArn } = await startRotation({ ...pair, options: { retirePercent: 20 } });
    await reached(rotationId, 'retire-blue', ({ committed }) => committed);
    await stop(executionArn, { children: true });
    expect(await revertOf(rotationId)).toMatchObject({ output: { outcome: 'succeeded' } });
    await whole();
    expectNoMarks();
    expect(await colours()).toEqual({ blue: green, green: blue });
  });
});

describe('the machinery', () => {
  it('an API server that is silent for a while in the middle of the drain is waited for', () =>
    succeeds(
      async (rotationId) => {
        await inMidDrain(rotationId);
        await admin({ fault: 'hang', plane: 'main' });
        await reached(rotationId, 'drain', ({ troubleSince }) => troubleSince.api !== undefined);
        await admin({ clear: 'hang' });
      },
      // The deadlines of a node go on meanwhile.
      { options: { nodeDeadlineMinutes: 2, batchDeadlineMinutes: 2.5 } },
    ));

  it('an API server that ends in the middle of the drain, and starts again, is waited for', () =>
    succeeds(
      async (rotationId) => {
        await inMidDrain(rotationId);
        const back = admin({ fault: 'restart', plane: 'main', seconds: 10 });
        await reached(rotationId, 'drain', ({ troubleSince }) => troubleSince.api !== undefined);
        await back;
      },
      { options: { nodeDeadlineMinutes: 2, batchDeadlineMinutes: 2.5 } },
    ));

  it('a step whose process is killed, before and after it has written, is done again', () =>
    succeeds(async (rotationId) => {
      await admin({ fault: 'crash', function: function_, operation: 'UpdateNodegroupConfig' });
      await reached(rotationId, 'scale-green');
      await admin({ fault: 'crash', function: function_, operation: 'UpdateNodegroupConfig', after: true });
      await inMidDrain(rotationId);
      await admin({ fault: 'crash', function: function_, operation: 'PutObject', key: 'rotations/*/record.json', after: true });
    }));

  it('a second rotation of the cluster at the same time is told that it is busy, and disturbs nothing', () =>
    succeeds(async (rotationId) => {
      await reached(rotationId, 'scale-green');
      expect(await rotate(pair)).toMatchObject({ status: 'FAILED', error: 'RotationBusy', cause: expect.stringContaining(CLUSTER) });
    }));
});

describe('a person', () => {
  it('who does not answer in time: reverted', async () => {
    const execution = await asBefore(() => rotate({ ...pair, options: { requireApproval: true, approvalMinutes: 0.1 } }));
    expect(execution).toMatchObject(reverted('approv'));
    const kinds = (await alerts.received()).map(({ MessageAttributes }) => MessageAttributes.kind?.Value);
    expect(kinds).toEqual(['approval-requested', 'rotation-finished']);
  });

  it('who approves by the command lets blue be retired', () =>
    succeeds(
      async (rotationId) => {
        const { approval } = await reached(rotationId, 'approval', (record) => record.approval !== null);
        const said = await rotateCommand('approve', rotationId, '--nonce', approval?.nonce ?? '');
        expect(said).toContain('approved');
      },
      { options: { requireApproval: true, approvalMinutes: 1 } },
    ));

  it('who aborts by the command has everything as before', async () => {
    let rotationId = '';
    const execution = await asBefore(async () => {
      const started = await startRotation(pair);
      rotationId = started.rotationId;
      await inMidDrain(rotationId);
      expect(await rotateCommand('abort', rotationId, '--reason', 'bad image')).toContain('The revert will');
      return started.ended();
    });
    expect(execution).toMatchObject(reverted('bad image'));
  });
});
