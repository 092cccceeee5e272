import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CollectionError } from '../../../functions/inventory/error-codes.ts';
import { drainNodes } from '../../../functions/rotation/drain/drain-nodes.ts';
import { planBatch } from '../../../functions/rotation/drain/plan-batch.ts';
import type { StepOutcome } from '../../../functions/rotation/step.ts';
import { type DrainWorld, drainWorld } from './drain-world.ts';
import { drainSide, poll } from './drive.ts';

const quick = { batchSoakMinutes: 0, poolSoakMinutes: 0 };
const onBlue = (world: DrainWorld) => world.pods.filter(({ node }) => node?.startsWith('blue') ?? false).map(({ name }) => name);
const causeOf = (outcome: StepOutcome) => (outcome.status === 'failed' ? outcome.cause : outcome.status === 'wait' ? outcome.why : 'done');

/** A batch of blue-1 is planned, whatever its pods say. */
async function batchOfOne(world: DrainWorld, options: object = {}) {
  await world.begin({}, { ...quick, ...options });
  await planBatch(world.step(), 'blue');
  world.setRecord((record) => ({ ...record, batches: record.batches.map((batch) => ({ ...batch, nodes: ['blue-1'] })) }));
}
const blockers = (world: DrainWorld) =>
  world
    .record()
    .batches.at(-1)
    ?.blockers.map(({ verdict, message }) => `${verdict}: ${message}`);

describe('drainNodes', () => {
  it('empties blue batch by batch, every pod by eviction, and what ran runs on green', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1', 'blue-2', 'blue-3', 'blue-1']);
    world.budgets.push({ name: 'web', namespace: 'shop', app: 'web', maxUnavailable: 1 });
    await world.begin({}, quick);
    expect(await drainSide(world, 'blue')).toMatchObject({ status: 'done' });
    expect(onBlue(world)).toEqual([]);
    expect(world.pods.filter(world.isReady)).toHaveLength(4);
    expect(world.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
    expect(
      world
        .record()
        .batches.map(({ nodes, state, evicted, moved, blockers, evictions }) => ({ nodes, state, evicted, moved, blockers, evictions })),
    ).toEqual([
      { nodes: ['blue-1'], state: 'done', evicted: 2, moved: ['Deployment shop/web'], blockers: [], evictions: {} },
      { nodes: ['blue-2'], state: 'done', evicted: 1, moved: ['Deployment shop/web'], blockers: [], evictions: {} },
      { nodes: ['blue-3'], state: 'done', evicted: 1, moved: ['Deployment shop/web'], blockers: [], evictions: {} },
    ]);
  });

  it('property: no budget is ever overdrawn, nothing is deleted, and blue ends empty, whatever runs where', async () => {
    const place = fc.constantFrom('blue-1', 'blue-2', 'blue-3', 'blue-4', 'green-1');
    const workload = fc.record({
      on: fc.array(place, { minLength: 1, maxLength: 5 }),
      kind: fc.constantFrom('Deployment' as const, 'StatefulSet' as const),
      volumes: fc.boolean(),
      max: fc.constantFrom(null, 1, 2, '50%'),
      start: fc.integer({ min: 1, max: 40 }),
      grace: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(workload, { maxLength: 4 }), fc.boolean(), async (given, twice) => {
        const world = drainWorld({ blue: 4, green: 4 });
        given.forEach(({ on, kind, volumes, max, start, grace }, index) => {
          const name = `w${index}`;
          world.addWorkload({ name, kind, start, grace, volumes: volumes && kind === 'StatefulSet' }, on);
          if (max !== null) world.budgets.push({ name, namespace: 'shop', app: name, maxUnavailable: max });
        });
        await world.begin({}, { ...quick, batchPercent: 50 });
        const outcome = await drainSide(world, 'blue', {}, () => {
          for (const one of world.workloads.filter(({ kind }) => kind === 'StatefulSet')) {
            const ready = world.pods.filter((pod) => pod.of === one && world.isReady(pod)).length;
            expect(ready).toBeGreaterThanOrEqual(one.replicas - 1);
          }
        });
        expect(outcome.status).toBe('done');
        if (twice) expect(await drainSide(world, 'blue')).toMatchObject({ status: 'done' });
        expect(onBlue(world)).toEqual([]);
        expect(world.overdrawn()).toBe(0);
        expect(world.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
        const batches = world.record().batches;
        expect(batches.flatMap(({ nodes }) => nodes).sort()).toEqual(['blue-1', 'blue-2', 'blue-3', 'blue-4']);
      }),
      { numRuns: 40 },
    );
  });

  it('a step that runs twice at the same time of the world changes nothing the second time', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1', 'blue-1', 'blue-2']);
    world.budgets.push({ name: 'web', namespace: 'shop', app: 'web', maxUnavailable: 1 });
    await batchOfOne(world);
    await drainNodes(world.step(), 'blue');
    const calls = [...world.calls];
    await drainNodes(world.step(), 'blue');
    expect(world.calls).toEqual(calls);
    expect(calls.filter((call) => call.startsWith('evict'))).toHaveLength(1);
  });

  it('is killed after its evictions, before the record: whose pods move is known all the same', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1', 'blue-2']);
    await batchOfOne(world);
    const step = world.step();
    let updates = 0;
    const killed = {
      ...step,
      update: async (change: Parameters<typeof step.update>[0]) => {
        updates += 1;
        if (world.calls.some((call) => call.startsWith('evict'))) throw new Error('killed');
        return step.update(change);
      },
    };
    await expect(drainNodes(killed, 'blue')).rejects.toThrow('killed');
    expect(updates).toBeGreaterThan(1);
    expect(world.record().batches[0]?.moved).toEqual(['Deployment shop/web']);
    world.advance(30);
    expect(await poll(world, (one) => drainNodes(one, 'blue'))).toMatchObject({ status: 'done' });
  });

  it('D29: an empty node is drained at the second look, ten seconds later, not before', async () => {
    const world = drainWorld();
    await batchOfOne(world);
    expect(await drainNodes(world.step(), 'blue')).toMatchObject({ status: 'wait', waitSeconds: 10 });
    world.advance(9);
    expect((await drainNodes(world.step(), 'blue')).status).toBe('wait');
    world.advance(1);
    expect((await drainNodes(world.step(), 'blue')).status).toBe('done');
    expect(world.record().batches[0]).toMatchObject({ state: 'settling' });
  });

  it('D30: a pod that comes to the cordoned node restarts the check, and is told', async () => {
    const world = drainWorld();
    const web = world.addWorkload({ name: 'web' }, ['blue-2']);
    await batchOfOne(world);
    await drainNodes(world.step(), 'blue');
    world.advance(10);
    world.addPod(web, { name: 'web-back', node: 'blue-1', readyAt: world.now() });
    expect((await drainNodes(world.step(), 'blue')).status).toBe('wait');
    expect(world.record().batches[0]?.emptySince).toEqual({});
    expect(world.events).toContainEqual({
      kind: 'pod',
      object: 'Pod shop/web-back',
      message: 'bounced: blue-1 was empty, and holds it now',
    });
  });

  it('D29: a node that takes pods is not drained, and is cordoned again', async () => {
    const world = drainWorld();
    await batchOfOne(world);
    await drainNodes(world.step(), 'blue');
    Object.assign(world.nodeNamed('blue-1') ?? {}, { unschedulable: false });
    world.advance(10);
    expect((await drainNodes(world.step(), 'blue')).status).toBe('wait');
    expect(world.nodeNamed('blue-1')?.unschedulable).toBe(true);
  });

  it('F-27: a node that is uncordoned again and again is given up with its name', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web', grace: 600 }, ['blue-1']);
    await batchOfOne(world);
    for (let one = 0; one < 3; one += 1) {
      Object.assign(world.nodeNamed('blue-2') ?? {}, { unschedulable: false });
      expect((await drainNodes(world.step(), 'blue')).status).toBe('wait');
    }
    Object.assign(world.nodeNamed('blue-2') ?? {}, { unschedulable: false });
    expect(await drainNodes(world.step(), 'blue')).toMatchObject({
      status: 'failed',
      cause: 'Node blue-2 was uncordoned by somebody else 3 times, and again',
    });
  });

  it('F-20: a blue node that joins meanwhile is cordoned and drained too', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1', 'blue-2']);
    await batchOfOne(world);
    world.addNode('blue', 9);
    await drainNodes(world.step(), 'blue');
    expect(world.nodeNamed('blue-9')).toMatchObject({ unschedulable: true, annotations: { 'eks-greenlight/rotation': 'rot-payments-1' } });
    await poll(world, (step) => drainNodes(step, 'blue'));
    expect((await drainSide(world, 'blue')).status).toBe('done');
    expect(world.record().batches.flatMap(({ nodes }) => nodes)).toContain('blue-9');
  });

  it('F-09: a node of the batch that is gone holds nothing', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await batchOfOne(world);
    world.nodes.splice(0, 1);
    world.pods.splice(0, 1);
    expect((await poll(world, (step) => drainNodes(step, 'blue'))).status).toBe('done');
    expect(world.events).toContainEqual({ kind: 'node', object: 'Node blue-1', message: 'gone' });
  });
});

describe('the answers of evictions', () => {
  const webhook = 'Internal error occurred: failed calling webhook "deny.example.com": connection refused';

  it('D24: a webhook that fails is retried for five minutes, then blocks by its name, and is retried still', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await batchOfOne(world);
    world.faults.evict = () => world.status(500, webhook);
    await drainNodes(world.step(), 'blue');
    expect(blockers(world)?.[0]).toMatch(/^wait: Pod shop\/web-.* on blue-1: webhook deny.example.com: Internal error/);
    for (let one = 0; one < 20; one += 1) {
      world.advance(20);
      await drainNodes(world.step(), 'blue');
    }
    expect(blockers(world)?.[0]).toMatch(/^block: .*webhook deny.example.com/);
    world.faults.evict = undefined;
    world.advance(20);
    expect((await poll(world, (step) => drainNodes(step, 'blue'))).status).toBe('done');
  });

  it('D24: no answer at all is an error of that pod, and never "drained"', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await batchOfOne(world);
    world.faults.evict = () => new CollectionError('Timeout', 'POST …/eviction: no answer within 10 s');
    const outcome = await drainNodes(world.step(), 'blue');
    expect(causeOf(outcome)).toContain('no answer within 10 s');
    expect(world.record().batches[0]).toMatchObject({ state: 'draining', emptySince: {} });
  });

  it('whatever else the port throws is not swallowed', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await batchOfOne(world);
    world.faults.evict = () => new Error('the lease is lost');
    await expect(drainNodes(world.step(), 'blue')).rejects.toThrow('the lease is lost');
  });

  it('D23: two budgets block by name, without failing, and nothing is asked', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1', 'blue-2']);
    for (const name of ['one', 'two']) world.budgets.push({ name, namespace: 'shop', app: 'web', maxUnavailable: 1 });
    await batchOfOne(world);
    expect((await drainNodes(world.step(), 'blue')).status).toBe('wait');
    expect(blockers(world)?.[0]).toMatch(/^block: .*budgets one and two select it/);
    world.budgets.pop();
    expect((await poll(world, (step) => drainNodes(step, 'blue'))).status).toBe('done');
  });

  it('D25: a forbidden eviction ends it at once; the rest is not asked', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1', 'blue-1', 'blue-1']);
    await batchOfOne(world, { evictionsInFlight: 1 });
    let asked = 0;
    world.faults.evict = () => {
      asked += 1;
      return world.status(403, 'pods "web" is forbidden: cannot create resource "pods/eviction"');
    };
    expect(causeOf(await drainNodes(world.step(), 'blue'))).toMatch(/^Pod shop\/web-.* on blue-1 may not be evicted: .*is forbidden/);
    expect(asked).toBe(1);
    expect(world.record().batches[0]?.state).toBe('failed');
    expect((await planBatch(world.step(), 'blue')).status).toBe('failed');
  });

  it('F-59: a namespace that terminates is waited for', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await batchOfOne(world);
    world.faults.evict = () => world.status(403, 'namespace shop is being terminated', 'NamespaceTerminating');
    expect((await drainNodes(world.step(), 'blue')).status).toBe('wait');
    expect(blockers(world)?.[0]).toMatch(/^wait: .*being terminated/);
  });

  it('looks soon after it has asked pods to go, and less often when they take long', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web', grace: 60 }, ['blue-1']);
    await batchOfOne(world);
    const waits: unknown[] = [];
    for (let look = 0; look < 4; look += 1) {
      const outcome = await drainNodes(world.step(), 'blue');
      waits.push(outcome.status === 'wait' && outcome.waitSeconds);
      world.advance(5);
    }
    expect(waits).toEqual([5, 5, 5, 15]);
  });

  it('D22: what a budget refuses is asked again after 5 to 20 s, not before', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1', 'blue-2']);
    await batchOfOne(world);
    let asked = 0;
    world.faults.evict = () => {
      asked += 1;
      return world.status(429, 'Cannot evict pod as it would violate the budget.', 'DisruptionBudget');
    };
    const outcome = await drainNodes(world.step({ random: 0 }), 'blue');
    expect(outcome).toMatchObject({ status: 'wait' });
    world.advance(4);
    expect(await drainNodes(world.step({ random: 0 }), 'blue')).toMatchObject({ waitSeconds: 1 });
    expect(asked).toBe(1);
    world.advance(1);
    await drainNodes(world.step({ random: 1 }), 'blue');
    expect(asked).toBe(2);
    world.advance(14);
    await drainNodes(world.step({ random: 1 }), 'blue');
    expect(asked).toBe(2);
  });

  it('F-86: no grace period is given, unless the configuration cuts and the pod has a longer one', async () => {
    const plain = drainWorld();
    plain.addWorkload({ name: 'web', grace: 120 }, ['blue-1']);
    await batchOfOne(plain);
    await drainNodes(plain.step(), 'blue');
    const cut = drainWorld();
    cut.addWorkload({ name: 'web', grace: 120 }, ['blue-1']);
    cut.addWorkload({ name: 'api', grace: 10 }, ['blue-1']);
    await batchOfOne(cut, { maxGraceSeconds: 60 });
    await drainNodes(cut.step(), 'blue');
    expect([plain.graces, [...cut.graces].sort()]).toEqual([[undefined], [60, undefined]]);
  });

  it('stops asking when the step has no time left, and goes on in the next', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1', 'blue-1', 'blue-1', 'blue-1']);
    await batchOfOne(world, { evictionsInFlight: 1 });
    let left = 12_000;
    const timeLeftMs = () => {
      left -= 1000;
      return left;
    };
    await drainNodes(world.step({ timeLeftMs }), 'blue');
    const before = world.calls.filter((call) => call.startsWith('evict')).length;
    expect(before).toBeLessThan(4);
    await drainNodes(world.step(), 'blue');
    expect(world.calls.filter((call) => call.startsWith('evict'))).toHaveLength(4);
  });
});

describe('the order of evictions', () => {
  it('D27: CoreDNS goes after all others of its batch, by half of the deadline at the latest', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web', grace: 30 }, ['blue-1']);
    world.addWorkload({ name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }, ['blue-1', 'blue-2']);
    await batchOfOne(world);
    await drainNodes(world.step(), 'blue');
    expect(world.calls.filter((call) => call.includes('coredns'))).toEqual([]);
    expect(blockers(world)).toContainEqual(expect.stringContaining('it goes after all others of its batch'));
    world.advance(32);
    await drainNodes(world.step(), 'blue');
    expect(world.calls.filter((call) => call.includes('coredns'))).toHaveLength(1);
  });

  it('D27: it does not wait for ever', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web', grace: 5000 }, ['blue-1']);
    world.addWorkload({ name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }, ['blue-1', 'blue-2']);
    await batchOfOne(world);
    await drainNodes(world.step(), 'blue');
    world.advance(15 * 60);
    await drainNodes(world.step(), 'blue');
    expect(world.calls.filter((call) => call.includes('coredns'))).toHaveLength(1);
  });

  it('F-47, F-58: pods of a StatefulSet move one by one, each after the volume of the last has left', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'db', kind: 'StatefulSet', volumes: true }, ['blue-1', 'blue-1', 'blue-2']);
    await batchOfOne(world);
    await drainNodes(world.step(), 'blue');
    expect(world.calls.filter((call) => call.startsWith('evict'))).toEqual(['evict shop/db-0']);
    world.advance(7);
    // db-0 is gone from blue-1, and its volume is still attached there.
    expect(world.attachments.get('pv-data-db-0')?.node).toBe('blue-1');
    await drainNodes(world.step(), 'blue');
    expect(world.calls.filter((call) => call.startsWith('evict'))).toHaveLength(1);
    expect((await poll(world, (step) => drainNodes(step, 'blue'))).status).toBe('done');
    expect(world.calls.filter((call) => call.startsWith('evict'))).toEqual(['evict shop/db-0', 'evict shop/db-1']);
  });

  it('reads attachments of volumes only while there are such pods', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await batchOfOne(world);
    world.reads.length = 0;
    await drainNodes(world.step(), 'blue');
    expect(world.reads.filter((path) => path.includes('volumeattachments'))).toEqual([]);
    expect(world.reads.filter((path) => path === '/api/v1/pods')).toHaveLength(1);
    expect(world.reads.filter((path) => path === '/api/v1/nodes')).toHaveLength(1);
  });
});

describe('pods that may be lost, or have ended', () => {
  it('D8: a pod without a controller blocks, and is named', async () => {
    const world = drainWorld();
    world.addPod(null, { name: 'bare', node: 'blue-1', readyAt: world.now() });
    await batchOfOne(world);
    expect(causeOf(await drainNodes(world.step(), 'blue'))).toBe('Pod shop/bare on blue-1: it has no controller: nothing would replace it');
    expect(world.calls).not.toContainEqual(expect.stringMatching(/^(evict|delete)/));
  });

  it('D8, V2: an allowed one is written down as lost, and then deleted', async () => {
    const world = drainWorld();
    world.addPod(null, { name: 'bare', node: 'blue-1', readyAt: world.now() });
    await batchOfOne(world);
    const deleted = world.ports.writes.kubernetes.deletePod;
    let lostBefore: readonly string[] = [];
    Object.assign(world.ports.writes.kubernetes, {
      deletePod: async (pod: Parameters<typeof deleted>[0]) => {
        lostBefore = world.record().stamps.lost;
        return deleted(pod);
      },
    });
    await drainNodes(world.step({ configuration: { allow: { unmanaged: ['shop'] } } }), 'blue');
    expect(lostBefore).toEqual(['Pod shop/bare']);
    expect(world.calls).toContain('delete shop/bare');
  });

  it('D4: what has ended is removed by eviction once nothing else is left, and told with its exit codes', async () => {
    const world = drainWorld();
    const status = { containerStatuses: [{ name: 'app', state: { terminated: { exitCode: 3 } } }] };
    world.addPod(null, { name: 'report', node: 'blue-1', phase: 'Failed', extra: { status } });
    await batchOfOne(world);
    await drainNodes(world.step(), 'blue');
    expect(world.calls).not.toContain('evict shop/report');
    expect((await poll(world, (step) => drainNodes(step, 'blue'))).status).toBe('done');
    expect(world.calls).toContain('evict shop/report');
    expect(world.pods).toEqual([]);
    expect(world.events).toContainEqual({
      kind: 'pod',
      object: 'Pod shop/report',
      message: 'has ended on blue-1: Failed, exit codes app 3',
    });
  });

  it('D4: one that cannot be removed does not hold up the batch', async () => {
    const world = drainWorld();
    world.addPod(null, { name: 'report', node: 'blue-1', phase: 'Succeeded', finalizers: ['example.com/held'] });
    await batchOfOne(world);
    expect((await poll(world, (step) => drainNodes(step, 'blue'))).status).toBe('done');
    expect(world.now() - Date.parse(world.record().batches[0]?.startedAt ?? '')).toBeLessThan(6 * 60_000);
  });
});

describe('deadlines', () => {
  const stuck = async (options: object = {}) => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    world.budgets.push({ name: 'web', namespace: 'shop', app: 'web', maxUnavailable: 0 });
    await batchOfOne(world, options);
    return world;
  };

  it('F-40: a budget that never allows is named when the node is out of time', async () => {
    const world = await stuck();
    const outcome = await poll(world, (step) => drainNodes(step, 'blue'));
    expect(causeOf(outcome)).toMatch(
      /^batch 1 was not drained within 30 min: Pod shop\/web-.* on blue-1: budget web can never allow an eviction: maxUnavailable is 0$/,
    );
    expect(world.now() - Date.parse(world.record().batches[0]?.startedAt ?? '')).toBeLessThan(31 * 60_000);
  });

  it('does not count the time in which an operator paused', async () => {
    const world = await stuck();
    world.advance(60 * 60);
    world.setRecord((record) => ({ ...record, notes: { ...record.notes, 'held drain': { ms: 59 * 60_000, since: null } } }));
    expect((await drainNodes(world.step(), 'blue')).status).toBe('wait');
    world.advance(30 * 60);
    expect((await drainNodes(world.step(), 'blue')).status).toBe('failed');
  });

  it('quarantine: the node keeps its pods, the others go on, it is tried once more, and the batch list says so', async () => {
    const world = await stuck({ onBlocked: 'quarantine' });
    world.addWorkload({ name: 'api' }, ['blue-2', 'blue-3']);
    const outcome = await drainSide(world, 'blue');
    expect(outcome).toMatchObject({ status: 'done', progress: { quarantined: ['blue-1'] } });
    expect(world.record().batches.map(({ nodes, quarantined }) => [nodes, quarantined])).toEqual([
      [['blue-1'], ['blue-1']],
      [['blue-2'], []],
      [['blue-3'], []],
      [['blue-1'], ['blue-1']],
    ]);
    expect(onBlue(world)).toEqual([expect.stringContaining('web-')]);
  });

  it('quarantine: what somebody has solved meanwhile is drained', async () => {
    const world = await stuck({ onBlocked: 'quarantine' });
    await poll(world, (step) => drainNodes(step, 'blue'));
    world.budgets.pop();
    const outcome = await drainSide(world, 'blue');
    expect(outcome).toMatchObject({ status: 'done', progress: { quarantined: [] } });
    expect(onBlue(world)).toEqual([]);
  });

  it('force: only with an approval, only in the namespaces named, and written down first', async () => {
    const force = { configuration: { allow: { force: ['shop'] } } };
    const approval = { state: 'approved' as const, deadline: '', nonce: '', by: null, at: null };
    const unapproved = await stuck({ onBlocked: 'force' });
    expect(causeOf(await poll(unapproved, (step) => drainNodes(step, 'blue'), force))).toContain('nobody has approved');
    const elsewhere = await stuck({ onBlocked: 'force' });
    elsewhere.setRecord((record) => ({ ...record, approval }));
    expect(causeOf(await poll(elsewhere, (step) => drainNodes(step, 'blue')))).toMatch(/rotation.allow.force does not name .* shop\/web-/);
    const allowed = await stuck({ onBlocked: 'force' });
    allowed.setRecord((record) => ({ ...record, approval }));
    expect((await poll(allowed, (step) => drainNodes(step, 'blue'), force)).status).toBe('done');
    expect(allowed.record().stamps.lost).toEqual([expect.stringMatching(/^Pod shop\/web-/)]);
    for (const world of [unapproved, elsewhere]) expect(world.calls).not.toContainEqual(expect.stringMatching(/^delete/));
  });
});

describe('the group that takes over', () => {
  it('F-32: while the cluster is being updated nothing is moved; after the deadline of a batch it fails', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await world.begin({}, { batchDeadlineMinutes: 1, nodeDeadlineMinutes: 1 });
    await planBatch(world.step(), 'blue');
    world.cluster.status = 'UPDATING';
    expect(await drainNodes(world.step(), 'blue')).toMatchObject({
      status: 'wait',
      why: 'cluster payments is UPDATING: nothing is moved',
    });
    expect(world.calls).not.toContainEqual(expect.stringMatching(/^evict/));
    expect(await poll(world, (step) => drainNodes(step, 'blue'))).toMatchObject({
      status: 'failed',
      cause: 'for 1 min: cluster payments is UPDATING',
    });
  });

  it('F-32: no batch is begun meanwhile, and a revert goes on', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await world.begin();
    world.cluster.status = 'UPDATING';
    expect(await planBatch(world.step(), 'blue')).toMatchObject({ status: 'wait', why: expect.stringContaining('nothing is moved') });
    expect(world.record().batches).toEqual([]);
    expect(await planBatch(world.step(), 'green')).toMatchObject({ batch: 1 });
  });

  it('F-07: while a green node flaps nothing is moved; after five minutes it fails', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['blue-1']);
    await batchOfOne(world);
    Object.assign(world.nodeNamed('green-2') ?? {}, { ready: false });
    const outcome = await drainNodes(world.step(), 'blue');
    expect(causeOf(outcome)).toBe('Node green-2 of green is not Ready: green has 2 Ready nodes, expected 3: nothing is moved');
    expect(world.calls).not.toContainEqual(expect.stringMatching(/^evict/));
    Object.assign(world.nodeNamed('green-2') ?? {}, { ready: true });
    await drainNodes(world.step(), 'blue');
    expect(world.record().troubleSince).toEqual({});
    expect(world.calls).toContainEqual(expect.stringMatching(/^evict/));
    Object.assign(world.nodeNamed('green-2') ?? {}, { ready: false });
    await drainNodes(world.step(), 'blue');
    world.advance(300);
    expect(await drainNodes(world.step(), 'blue')).toMatchObject({
      status: 'failed',
      cause: expect.stringContaining('Node green-2 of green'),
    });
  });

  it('F-08: one that is launched again may take as long as joining does', async () => {
    const world = drainWorld();
    await batchOfOne(world);
    world.nodes.splice(
      world.nodes.findIndex(({ name }) => name === 'green-3'),
      1,
    );
    await drainNodes(world.step(), 'blue');
    world.advance(14 * 60);
    expect((await drainNodes(world.step(), 'blue')).status).toBe('wait');
    world.advance(60);
    expect((await drainNodes(world.step(), 'blue')).status).toBe('failed');
  });
});

describe('green, in a revert', () => {
  const reverting = { revert: { cause: 'a test', from: 'drain' as const, since: '', starts: 1, notBefore: '', left: [] } };

  it('moves pods back, and what never goes stays there and is written down', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'web' }, ['green-1', 'green-2']);
    world.addWorkload({ name: 'pinned' }, ['green-3']);
    world.budgets.push({ name: 'pinned', namespace: 'shop', app: 'pinned', maxUnavailable: 0 });
    await world.begin({ ...reverting, phase: 'r5-drain-green' }, quick);
    expect(await drainSide(world, 'green')).toMatchObject({ status: 'done' });
    expect(world.pods.map(({ name, node }) => [name.split('-')[0], node?.split('-')[0]]).sort()).toEqual([
      ['pinned', 'green'],
      ['web', 'blue'],
      ['web', 'blue'],
    ]);
    expect(world.record().revert?.left).toEqual([expect.stringMatching(/^left on green: Pod shop\/pinned-.* maxUnavailable is 0$/)]);
    // 30 min × 1.5
    const batch = world.record().batches.find(({ quarantined }) => quarantined.length > 0);
    expect(Date.parse(batch?.endedAt ?? '') - Date.parse(batch?.startedAt ?? '')).toBeGreaterThan(44 * 60_000);
  });

  it('never forces, and never starts another batch after one has failed', async () => {
    const world = drainWorld();
    world.addWorkload({ name: 'pinned' }, ['green-1']);
    world.budgets.push({ name: 'pinned', namespace: 'shop', app: 'pinned', maxUnavailable: 0 });
    const approval = { state: 'approved' as const, deadline: '', nonce: '', by: null, at: null };
    await world.begin({ ...reverting, approval, phase: 'r5-drain-green' }, { ...quick, onBlocked: 'force' });
    await drainSide(world, 'green', { configuration: { allow: { force: ['*'] } } });
    expect(world.calls).not.toContainEqual(expect.stringMatching(/^delete/));
    world.setRecord((record) => ({ ...record, batches: record.batches.map((one) => ({ ...one, state: 'failed' as const })) }));
    expect(await planBatch(world.step(), 'green')).toMatchObject({ status: 'done' });
  });
});
