import { describe, expect, it } from 'vitest';
import { cordonNodes, uncordonOurs } from '../../../functions/rotation/drain/cordon.ts';
import { cordonBlue } from '../../../functions/rotation/phases/cordon-blue.ts';
import { readNodes } from '../../../functions/rotation/read/read-cluster.ts';
import { uncordonBlue } from '../../../functions/rotation/revert/r1-uncordon-blue.ts';
import { cordonGreen } from '../../../functions/rotation/revert/r3-cordon-green.ts';
import { type DrainWorld, drainWorld, rotationId } from './drain-world.ts';
import { poll } from './drive.ts';

const stamp = 'eks-greenlight/rotation';
const label = 'node.kubernetes.io/exclude-from-external-load-balancers';
const live = (world: DrainWorld) => readNodes(world.ports.reads.kubernetes);
const cordoned = (world: DrainWorld) => world.nodes.filter(({ unschedulable }) => unschedulable).map(({ name }) => name);
const reverting = { revert: { cause: 'a test', from: 'drain' as const, since: '', starts: 1, notBefore: '', left: [] } };

describe('cordonNodes', () => {
  it('D20: cordons and stamps in one conditional write; what is stamped is skipped', async () => {
    const world = drainWorld({ blue: 2, green: 0 });
    await world.begin();
    expect(await cordonNodes(world.step(), await live(world))).toEqual({
      cordoned: ['blue-1', 'blue-2'],
      stamped: [],
      foreign: [],
      left: [],
    });
    expect(world.nodeNamed('blue-1')).toMatchObject({ unschedulable: true, annotations: { [stamp]: rotationId }, version: 2 });
    const calls = world.calls.length;
    expect(await cordonNodes(world.step(), await live(world))).toMatchObject({ cordoned: [], stamped: ['blue-1', 'blue-2'] });
    expect(world.calls).toHaveLength(calls);
  });

  it('F-28: a cordon of somebody else stays as it is, and is written down', async () => {
    const world = drainWorld({ blue: 2, green: 0 });
    await world.begin();
    Object.assign(world.nodeNamed('blue-1') ?? {}, { unschedulable: true });
    Object.assign(world.nodeNamed('blue-2') ?? {}, { unschedulable: true, annotations: { [stamp]: 'rot-other-1' } });
    expect(await cordonNodes(world.step(), await live(world))).toMatchObject({ cordoned: [], foreign: ['blue-1', 'blue-2'] });
    expect(world.record().stamps.foreignCordons).toEqual(['blue-1', 'blue-2']);
    expect(world.nodeNamed('blue-2')?.annotations).toEqual({ [stamp]: 'rot-other-1' });
    await uncordonOurs(world.step(), await live(world));
    expect(cordoned(world)).toEqual(['blue-1', 'blue-2']);
  });

  it('F-27: our stamp is put back where a tool took it away, and our cordon is ours without it', async () => {
    const world = drainWorld({ blue: 2, green: 0 });
    await world.begin();
    await cordonNodes(world.step(), await live(world));
    const strip = () => Object.assign(world.nodeNamed('blue-1') ?? {}, { annotations: {} });
    strip();
    expect(await cordonNodes(world.step(), await live(world))).toMatchObject({ foreign: [], stamped: ['blue-1', 'blue-2'] });
    expect(world.nodeNamed('blue-1')?.annotations).toEqual({ [stamp]: rotationId });
    strip();
    expect((await uncordonOurs(world.step(), await live(world))).uncordoned).toEqual(['blue-1', 'blue-2']);
    expect(cordoned(world)).toEqual([]);
    // What somebody cordons from now on is theirs.
    Object.assign(world.nodeNamed('blue-1') ?? {}, { unschedulable: true });
    await uncordonOurs(world.step(), await live(world));
    expect(cordoned(world)).toEqual(['blue-1']);
  });

  it('leaves a node that changed since it was read, and does not write over it', async () => {
    const world = drainWorld({ blue: 1, green: 0 });
    await world.begin();
    const nodes = await live(world);
    Object.assign(world.nodeNamed('blue-1') ?? {}, { version: 7 });
    expect(await cordonNodes(world.step(), nodes)).toMatchObject({ cordoned: [], left: ['blue-1'] });
    expect(cordoned(world)).toEqual([]);
  });

  it('D25: forbidden is an error at once; an API server that is busy is not', async () => {
    const world = drainWorld({ blue: 1, green: 0 });
    await world.begin();
    world.faults.patch = () => world.status(503, 'unavailable');
    expect(await cordonNodes(world.step(), await live(world))).toMatchObject({ left: ['blue-1'] });
    world.faults.patch = () => world.status(403, 'nodes "blue-1" is forbidden');
    await expect(cordonNodes(world.step(), await live(world))).rejects.toMatchObject({ code: 'Forbidden' });
  });

  it('stops when the step has no time left', async () => {
    const world = drainWorld({ blue: 3, green: 0 });
    await world.begin();
    expect(await cordonNodes(world.step({ timeLeftMs: () => 0 }), await live(world))).toMatchObject({
      cordoned: [],
      left: ['blue-1', 'blue-2', 'blue-3'],
    });
  });
});

describe('uncordonOurs', () => {
  it('V9: takes away our marks alone', async () => {
    const world = drainWorld({ blue: 3, green: 0 });
    Object.assign(world.nodeNamed('blue-3') ?? {}, { unschedulable: true });
    await world.begin();
    for (const node of world.nodes)
      Object.assign(node, { unschedulable: true, annotations: { [stamp]: rotationId, 'example.com/mine': 'x' } });
    Object.assign(world.nodeNamed('blue-1')?.labels ?? {}, { [label]: rotationId });
    Object.assign(world.nodeNamed('blue-2')?.labels ?? {}, { [label]: 'true' });
    expect(await uncordonOurs(world.step(), await live(world))).toEqual({ uncordoned: ['blue-1', 'blue-2', 'blue-3'], left: [] });
    // blue-3 was cordoned at the snapshot.
    expect(cordoned(world)).toEqual(['blue-3']);
    expect(world.nodes.map(({ annotations }) => annotations)).toEqual(Array(3).fill({ 'example.com/mine': 'x' }));
    expect(world.nodes.map(({ labels }) => labels[label])).toEqual([undefined, 'true', undefined]);
  });

  it('removes our label where the stamp is gone, and leaves that cordon', async () => {
    const world = drainWorld({ blue: 1, green: 0 });
    await world.begin();
    Object.assign(world.nodeNamed('blue-1') ?? {}, { unschedulable: true, labels: { [label]: rotationId } });
    await uncordonOurs(world.step(), await live(world));
    expect(world.nodeNamed('blue-1')).toMatchObject({ unschedulable: true, labels: {} });
  });

  it('F-27: reads a node again that changes meanwhile, three times', async () => {
    const world = drainWorld({ blue: 1, green: 0 });
    await world.begin();
    await cordonNodes(world.step(), await live(world));
    const nodes = await live(world);
    let conflicts = 0;
    world.faults.patch = () => {
      conflicts += 1;
      return conflicts <= 2 ? world.status(409, 'modified') : undefined;
    };
    expect(await uncordonOurs(world.step(), nodes)).toMatchObject({ uncordoned: ['blue-1'] });
    expect(cordoned(world)).toEqual([]);
    await cordonNodes(world.step(), await live(world));
    conflicts = 0;
    world.faults.patch = () => {
      conflicts += 1;
      return world.status(409, 'modified');
    };
    expect(await uncordonOurs(world.step(), await live(world))).toEqual({ uncordoned: [], left: ['blue-1'] });
    expect(conflicts).toBe(3);
  });

  it('a node that is gone meanwhile has no marks', async () => {
    const world = drainWorld({ blue: 1, green: 0 });
    await world.begin();
    await cordonNodes(world.step(), await live(world));
    const nodes = await live(world);
    world.faults.patch = () => {
      world.nodes.splice(0, 1);
      return world.status(409, 'modified');
    };
    expect(await uncordonOurs(world.step(), nodes)).toMatchObject({ left: [] });
  });
});

describe('cordonBlue', () => {
  it('cordons every blue node, none else, and is done when a second look finds nothing to do', async () => {
    const world = drainWorld({ other: 1 });
    await world.begin({ phase: 'cordon-blue' });
    expect(await poll(world, cordonBlue)).toMatchObject({ status: 'done', progress: { cordoned: 3, foreign: 0, left: 0 } });
    expect(cordoned(world)).toEqual(['blue-1', 'blue-2', 'blue-3']);
  });

  it('V6: not while green has fewer Ready nodes, or less of anything, than blue had', async () => {
    const world = drainWorld();
    await world.begin({ phase: 'cordon-blue' });
    Object.assign(world.nodeNamed('green-2') ?? {}, { ready: false });
    expect(await cordonBlue(world.step())).toMatchObject({
      status: 'wait',
      why: 'green has 2 Ready nodes, expected 3: blue is not cordoned before',
    });
    Object.assign(world.nodeNamed('green-2') ?? {}, { ready: true });
    world.setRecord((record) => ({
      ...record,
      snapshot: record.snapshot && {
        ...record.snapshot,
        nodes: record.snapshot.nodes.map((node) => ({ ...node, allocatable: { cpu: '4500m', memory: '16Gi' } })),
      },
    }));
    expect(await cordonBlue(world.step())).toMatchObject({ status: 'wait', why: 'green has less than blue had: cpu 12 of 13500m' });
    expect(cordoned(world)).toEqual([]);
  });

  it('fails when a group does not exist', async () => {
    const world = drainWorld();
    await world.begin({ phase: 'cordon-blue' });
    world.missing.add('green');
    expect(await cordonBlue(world.step())).toMatchObject({ status: 'failed', cause: 'green, green, does not exist any more' });
    world.missing.clear();
    world.missing.add('blue');
    expect(await cordonBlue(world.step())).toMatchObject({ status: 'failed', cause: 'blue, blue, does not exist any more' });
  });
});

describe('uncordonBlue', () => {
  it('uncordons blue and nothing else, and is done when no mark is left', async () => {
    const world = drainWorld();
    await world.begin({ phase: 'r1-uncordon-blue', ...reverting });
    await cordonNodes(world.step(), await live(world));
    expect(await poll(world, uncordonBlue)).toMatchObject({ status: 'done' });
    expect(cordoned(world)).toEqual(['green-1', 'green-2', 'green-3']);
    const calls = world.calls.length;
    await uncordonBlue(world.step());
    expect(world.calls).toHaveLength(calls);
  });

  it('finds the nodes of blue by the snapshot too, where the group is gone', async () => {
    const world = drainWorld();
    await world.begin({ phase: 'r1-uncordon-blue', ...reverting });
    await cordonNodes(world.step(), await live(world));
    world.missing.add('blue');
    await poll(world, uncordonBlue);
    expect(cordoned(world)).toEqual(['green-1', 'green-2', 'green-3']);
  });

  it('has nothing to do before there is a snapshot', async () => {
    const world = drainWorld();
    await world.begin({ phase: 'r1-uncordon-blue', snapshot: null });
    expect(await uncordonBlue(world.step())).toMatchObject({ status: 'done' });
  });
});

describe('cordonGreen', () => {
  it('V6: cordons green while blue offers what it did', async () => {
    const world = drainWorld();
    await world.begin({ phase: 'r3-cordon-green', ...reverting });
    expect(await poll(world, cordonGreen)).toMatchObject({ status: 'done' });
    expect(cordoned(world)).toEqual(['green-1', 'green-2', 'green-3']);
    expect(world.record().stamps.greenCordoned).toBe(true);
    expect(world.record().revert?.left).toEqual([]);
  });

  it('V1: leaves green open while blue is short, and says so once; what was cordoned is opened again', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['green-1']);
    await world.begin({ phase: 'r3-cordon-green', ...reverting });
    await cordonGreen(world.step());
    Object.assign(world.nodeNamed('blue-2') ?? {}, { unschedulable: true });
    for (let one = 0; one < 2; one += 1)
      expect(await cordonGreen(world.step())).toMatchObject({ status: 'done', progress: { greenLeftOpen: true } });
    expect(cordoned(world)).toEqual(['blue-2']);
    expect(world.record().stamps.greenCordoned).toBe(false);
    expect(world.record().revert?.left).toEqual([
      'green left open: blue has less than before: cpu 8 of 12, memory 32Gi of 48Gi, pods 220 of 330',
    ]);
  });

  it('cordons an empty green although somebody else has cordoned nodes of blue: no pod is to come back there', async () => {
    const world = drainWorld();
    await world.begin({ phase: 'r3-cordon-green', ...reverting });
    Object.assign(world.nodeNamed('blue-2') ?? {}, { unschedulable: true });
    await poll(world, cordonGreen);
    expect(world.record().stamps.greenCordoned).toBe(true);
    expect(world.record().revert?.left).toEqual([]);
  });

  it('V1: leaves an empty green open while blue is cordoned by this rotation itself: its uncordoning has failed', async () => {
    const world = drainWorld();
    await world.begin({ phase: 'r3-cordon-green', ...reverting });
    await cordonNodes(
      world.step(),
      (await live(world)).filter(({ metadata }) => metadata.name.startsWith('blue')),
    );
    expect(await cordonGreen(world.step())).toMatchObject({ status: 'done', progress: { greenLeftOpen: true } });
    expect(cordoned(world)).toEqual(['blue-1', 'blue-2', 'blue-3']);
  });

  it('what blue had cordoned at the snapshot is not asked of it', async () => {
    const world = drainWorld();
    Object.assign(world.nodeNamed('blue-2') ?? {}, { unschedulable: true });
    await world.begin({ phase: 'r3-cordon-green', ...reverting });
    await poll(world, cordonGreen);
    expect(world.record().stamps.greenCordoned).toBe(true);
  });
});
