import { describe, expect, it } from 'vitest';
import { leaseMs } from '../../../functions/rotation/lease.ts';
import { createLiveWorld } from '../../../simulator/rotation/build.ts';
import { deployment } from '../../../simulator/rotation/declare.ts';
import { pair, systemWorkloads } from '../../../simulator/rotation/sample-worlds.ts';
import { parseAsl } from '../../../simulator/step-functions/asl.ts';
import { mostEvents } from '../../../simulator/step-functions/history.ts';
import type { Execution } from '../../../simulator/step-functions/run-asl.ts';
import { aslText } from '../asl-texts.ts';
import { rotationRig } from './rig.ts';
import { fewSteps, smallRotation } from './small-rotation.ts';

/** rotation.md §8 */
const largest = 32 * 1024;
const all = (execution: Execution): readonly Execution[] => [execution, ...execution.nested.flatMap(all)];

/** A rotation of so many nodes with four pods each, in batches as large as can be. */
async function rotated(nodes: number, options: Readonly<Record<string, unknown>> = {}) {
  const workloads = [...systemWorkloads, deployment({ name: 'web', replicas: nodes * 2, budget: { maxUnavailable: '50%' } })];
  const world = createLiveWorld({ clusters: [{ groups: pair(nodes), workloads }] });
  const rig = await rotationRig(world);
  const answers: number[] = [];
  const step = rig.handlers.RotationStepFunction;
  rig.handlers.RotationStepFunction = async (event) => {
    const answer = await step?.(event);
    answers.push(JSON.stringify(answer).length);
    return answer;
  };
  const execution = await rig.rotate({ input: { options: { ...fewSteps, batchMaximum: 100, ...options } } });
  return { execution, rig, largestAnswer: Math.max(...answers) };
}

describe('sizes of a rotation', () => {
  it('of its payloads do not grow with its nodes (F-74)', async () => {
    const few = await rotated(8);
    const many = await rotated(40);
    expect([few.execution.status, many.execution.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    // What grows is the beginning of a sentence that names nodes, which is cut.
    expect(many.largestAnswer).toBeLessThan(few.largestAnswer + 1500);
    expect(many.execution.largestPayload).toBeLessThan(4096);
    expect(Math.max(...all(many.execution).map(({ largestPayload }) => largestPayload))).toBeLessThan(largest);
  });

  it('of its history grow by a child for each batch, and no pod of it (F-73)', async () => {
    const { execution, rig } = await rotated(20, { canaryNodes: 1, batchPercent: 5, batchMaximum: 1 });
    const { batches } = await rig.record();
    expect(batches.length).toBe(20);
    expect(execution.nested.length).toBe(20);
    const perBatch = (execution.events - (await rotated(20)).execution.events) / 18;
    // A thousand batches fit: more than a day has, with the default soak between them.
    expect(perBatch).toBeLessThan(16);
    expect(perBatch * 1000 + 2000).toBeLessThan(mostEvents);
  });

  it('of a history cannot be exceeded by any wait: a phase with a deadline ends before, and what lasts is waited for by children', async () => {
    const { execution } = await rotated(4);
    const waits = execution.visited.filter((state) => state.startsWith('WaitFor')).length;
    const perPoll = execution.events / (execution.visited.length - waits);
    // 46 hours of 30 s polls are more than all phases that poll have.
    expect(perPoll).toBeLessThan(10);
    const minutesOfPhases = 20 + 5 + 40 + 15 + 15 + 40 + 10;
    expect(minutesOfPhases * 4 * 10).toBeLessThan(mostEvents);
  });

  it('of records hold what a phase knows, so that an answer needs not', async () => {
    const rig = await smallRotation();
    const execution = await rig.rotate({ input: { options: fewSteps } });
    expect(JSON.stringify(await rig.record()).length).toBeGreaterThan(10 * execution.largestPayload);
  });
});

describe('times of the machines', () => {
  const machine = (name: string) => parseAsl(aslText(name));
  const tasks = ['node-rotation', 'revert-rotation', 'drain-batch', 'wait-window'].flatMap((name) =>
    Object.entries(machine(name).States).flatMap(([state, { Resource = '', ...rest }]) =>
      Resource.includes('lambda:invoke') ? [{ name: `${name} ${state}`, TimeoutSeconds: Number(rest.TimeoutSeconds) }] : [],
    ),
  );

  it('leave each step a lease that outlives it by a minute', () => {
    expect(tasks.length).toBeGreaterThan(25);
    for (const { name, TimeoutSeconds } of tasks)
      expect({ name, fits: TimeoutSeconds * 1000 + 60_000 < leaseMs }).toEqual({ name, fits: true });
  });

  it('let a window outlive its half day, and a rotation nine days', () => {
    expect(machine('wait-window').TimeoutSeconds).toBeGreaterThan(12 * 3600);
    expect(machine('node-rotation').TimeoutSeconds).toBeGreaterThanOrEqual(9 * 24 * 3600);
  });
});
