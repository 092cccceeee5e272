import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { step } from '../../../functions/handlers/rotation/rotation-step.ts';
import { start } from '../../../functions/handlers/rotation/start-rotation.ts';
import { sweep } from '../../../functions/handlers/rotation/sweep.ts';
import { take } from '../../../functions/handlers/rotation/take-over.ts';
import { leaseMs } from '../../../functions/rotation/lease.ts';
import { publishConfiguration } from '../../../functions/store/configuration.ts';
import { memoryStore } from '../../../simulator/memory-store.ts';
import { simulatedOutside } from '../../../simulator/rotation/machines.ts';
import { smallWorld } from '../../../simulator/rotation/sample-worlds.ts';
import { createConfiguration } from '../../analysis/builders.ts';
import { startOf } from '../../rotation/desk.ts';

const input = { accountId: '111111111111', region: 'eu-west-1', clusterName: 'payments', pair: 'workers' };

async function started() {
  const world = smallWorld();
  const { store } = memoryStore();
  await publishConfiguration(store, createConfiguration({ rotation: { enabled: true } }));
  const outside = simulatedOutside(world, { store });
  await start(outside, startOf('rot-a', input));
  return { world, outside };
}

describe('the functions of a rotation', () => {
  const logged = vi.fn();
  beforeEach(() => {
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) vi.spyOn(console, method).mockImplementation(logged);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    logged.mockReset();
  });

  it('start it from what Step Functions hands over', async () => {
    const world = smallWorld();
    const { store } = memoryStore();
    await publishConfiguration(store, createConfiguration({ rotation: { enabled: true } }));
    const outside = simulatedOutside(world, { store });
    expect(await start(outside, startOf('rot-a', input))).toMatchObject({ rotationId: 'rot-a', fence: 1, status: 'done' });
    await expect(start(outside, { executionName: 'rot-b' })).rejects.toThrow(/executionArn/);
  });

  it('do a step, and log how it stands without what was read', async () => {
    const { outside } = await started();
    expect(await step(outside, { rotationId: 'rot-a', fence: 1, phase: 'snapshot' })).toMatchObject({
      status: 'done',
      progress: { nodes: 4 },
    });
    await expect(step(outside, { rotationId: 'rot-a', fence: 1, phase: 'nap' })).rejects.toThrow(/phase/);
    const lines = logged.mock.calls.map(([line]) => String(line)).join('\n');
    expect(lines).not.toContain('workers-a');
  });

  it('take it over', async () => {
    const { outside } = await started();
    expect(await take(outside, { input: { rotationId: 'rot-a' }, executionArn: 'arn:w' })).toMatchObject({
      route: 'nothing',
      outcome: 'refused',
    });
    await expect(take(outside, { input: {} })).rejects.toThrow(/rotationId/);
  });

  it('start the revert of each rotation that nobody looks after, and no other', async () => {
    const { outside, world } = await started();
    const reverts: string[] = [];
    const startRevert = async (id: string) => void reverts.push(id);
    expect(await sweep(outside, startRevert)).toEqual({ started: [] });
    world.clock.advance(leaseMs);
    expect(await sweep(outside, startRevert)).toEqual({ started: ['rot-a'] });
    expect(reverts).toEqual(['rot-a']);
  });
});
