import { beforeAll, describe, expect, it } from 'vitest';
import type { Inventory } from '../../functions/inventory/inventory.ts';
import { rehearse } from '../../functions/wiring/rehearsal.ts';
import { demoInventories } from '../simulator/demo-inventories.ts';

let inventories: ReadonlyMap<string, Inventory>;
beforeAll(async () => {
  inventories = await demoInventories();
});

function inventoryOf(name: string): Inventory {
  const inventory = inventories.get(name);
  if (!inventory) throw new Error(`the demo fleet has no cluster ${name}`);
  return inventory;
}

const usual = { options: { poolSoakMinutes: 2, batchSoakMinutes: 0.2 }, faults: [], revert: false };

describe('a rehearsal on a demo cluster', () => {
  it('shows the plan, what it found, each phase, and that it would succeed', async () => {
    const result = await rehearse({ ...usual, inventory: inventoryOf('payments-next') });
    expect(result.outcome.name).toBe('succeeded');
    expect(result.plan?.blue?.name).toBe('general');
    expect(result.revert).toBeUndefined();
    expect(result.durationMs).toBeGreaterThan(0);
    const phases = result.timeline.filter(({ kind }) => kind === 'phase').map(({ phase }) => phase);
    expect(phases).toEqual(expect.arrayContaining(['snapshot', 'freeze', 'drain', 'soak', 'retire-blue', 'finish']));
  });

  it('goes back after the last batch when it is asked to, and says how long each step takes', async () => {
    const { outcome, revert } = await rehearse({ ...usual, inventory: inventoryOf('payments-next'), revert: true });
    expect(outcome.name).toBe('reverted');
    expect(revert?.outcome).toBe('reverted');
    expect(revert?.steps.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['r0-stop', 'r5-drain-green', 'r9-verify']));
    expect(revert?.steps.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBe(revert?.durationMs);
  });

  it('names what would refuse it', async () => {
    const { outcome, problems, revert } = await rehearse({ ...usual, inventory: inventoryOf('shop-search') });
    expect(outcome.name).toBe('refused');
    expect(problems.map(({ id }) => id)).toContain('karpenter-only');
    expect(revert).toBeUndefined();
  });

  it('shows what a fault leads to, and refuses one that there is not', async () => {
    const inventory = inventoryOf('payments-next');
    expect((await rehearse({ ...usual, inventory, faults: ['never-joins'] })).outcome.name).toBe('reverted');
    await expect(rehearse({ ...usual, inventory, faults: ['nonsense'] })).rejects.toThrow(
      /unknown fault "nonsense", expected one of no-capacity/,
    );
  });

  it('says which evidence is missing', async () => {
    await expect(rehearse({ ...usual, inventory: inventoryOf('streaming') })).rejects.toThrow(/kubernetes\.nodes is Timeout/);
  });
});
