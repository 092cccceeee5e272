import { describe, expect, it } from 'vitest';
import { planText } from '../../bin/commands/rotate/text/plan.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { rotationPlanSchema } from '../../functions/rotation/decide/plan.ts';
import { inputSchema } from '../../functions/rotation/input.ts';
import { planInProcess } from '../../functions/rotation/plan-in-process.ts';
import type { RotationOutside } from '../../functions/rotation/ports.ts';
import { keys } from '../../functions/store/layout.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { livePorts } from '../../simulator/rotation/ports.ts';
import { smallWorld } from '../../simulator/rotation/sample-worlds.ts';
import { createDesk } from './desk.ts';

/** A small cluster that lives, seen by somebody with credentials of her own. */
async function outsideOf(rotation: Readonly<Record<string, unknown>> = {}) {
  const world = smallWorld();
  world.clock.advance(60_000);
  const kept = memoryStore();
  const desk = await createDesk(rotation, kept.store);
  const [name = ''] = world.clusters.keys();
  const outside: RotationOutside = {
    ...desk,
    clock: () => world.clock.date(),
    openCluster: async () => livePorts(world, name, 'somebody'),
    gates: { invoke: async () => ({}) },
    pause: async (milliseconds) => world.clock.advance(milliseconds),
    random: () => 0.5,
  };
  const input = inputSchema.parse({ accountId: world.accountId, region: world.region, clusterName: name, pair: 'workers' });
  return { world, outside, input, desk, kept };
}

describe('a plan that is made here', () => {
  it('is that of the machine, and changes nothing', async () => {
    const { outside, input, world, desk, kept } = await outsideOf();
    const record = await planInProcess(outside, input, 'r-1', () => {});
    expect(record).toMatchObject({ dryRun: true, outcome: { name: 'planned' }, blue: { name: 'workers-a' }, green: { name: 'workers-b' } });
    const plan = rotationPlanSchema.parse(record.notes.plan);
    expect(plan.nodes.size).toBe(4);
    expect(planText(plan, { columns: 120, color: false }).join('\n')).toMatch(
      /Blue {3}workers-a: managed node group.*\n[\s\S]*4 batches, in this order/,
    );
    expect(world.audit.writes()).toEqual([]);
    expect(desk.notices.map(({ kind }) => kind)).not.toContain('phase-changed');
    expect(kept.written).not.toContain(keys.lease(record.cluster));
  });

  it('ends as refused, with what is in the way', async () => {
    const { outside, input } = await outsideOf();
    const record = await planInProcess(outside, { ...input, pair: 'none' }, 'r-1', () => {});
    expect(record.outcome?.name).toBe('refused');
    expect(record.problems).not.toEqual([]);
  });

  it('does not wait for a stop switch', async () => {
    const { outside, input } = await outsideOf({ freeze: true });
    await expect(planInProcess(outside, input, 'r-1', () => {})).rejects.toThrow(
      `cannot plan a rotation of ${input.clusterName} now: rotation.freeze is set in the configuration`,
    );
  });

  it('waits for an API that does not answer, says so, and goes on', async () => {
    const { outside, input } = await outsideOf();
    let calls = 0;
    const heard: string[] = [];
    const shaky: RotationOutside = {
      ...outside,
      openCluster: async (cluster) => {
        calls += 1;
        if (calls === 1) throw new CollectionError('Throttled', 'EKS asks to slow down');
        return outside.openCluster(cluster);
      },
    };
    const record = await planInProcess(shaky, input, 'r-1', (why) => heard.push(why));
    expect(record.outcome?.name).toBe('planned');
    expect(heard).toEqual(['EKS asks to slow down']);
  });
});
