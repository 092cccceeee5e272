import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRotation, type RotationPlan, rotationPlanSchema, shortenedPlan } from '../../../functions/rotation/decide/plan.ts';
import { blueGroup, blueNode, facts, owner, pod, view, volume, web } from '../preflight-builders.ts';

const namesIn = (plan: RotationPlan) => plan.batches.flatMap(({ evictions }) => evictions.flatMap(({ pods }) => pods));

describe('the plan of a rotation', () => {
  it('says which groups, batches and order, what is needed, and how long it takes', () => {
    const plan = planRotation(facts());
    expect(rotationPlanSchema.parse(plan)).toEqual(plan);
    expect(plan).toMatchObject({
      blue: { name: 'workers-a', version: '1.34', min: 1, desired: 3, max: 6 },
      green: { name: 'workers-b', created: false, desired: 0, instanceTypes: ['m5.large'] },
      nodes: { size: 3, toLaunch: 3, headroom: 2 },
      quota: { needed: 10, free: 80, limit: 100 },
      heldUp: [],
      shortened: false,
    });
    expect(plan.addresses).toHaveLength(3);
    expect(plan.batches.map(({ nodes }) => nodes)).toEqual([['blue-0'], ['blue-1'], ['blue-2']]);
    expect(plan.batches[0]?.evictions).toEqual([
      { tier: 1, owner: null, count: 1, pods: ['shop/web-1-a'] },
      { tier: 2, owner: null, count: 1, pods: ['kube-system/coredns-0'] },
    ]);
    expect(plan.duration.total.min).toBeLessThan(plan.duration.total.max);
  });

  it('members of a StatefulSet, and pods with a volume of one node, go one after the other', () => {
    const data = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
    const pods = [
      pod({ name: 'db-0', owner: owner('StatefulSet', 'db'), spec: { nodeName: 'blue-0' } }),
      pod({ name: 'db-1', owner: owner('StatefulSet', 'db'), spec: { nodeName: 'blue-0' } }),
      web('cache', 'blue-0', data),
      web('free', 'blue-0'),
    ];
    const persistentVolumes = [{ ...volume('data', { zone: 'eu-west-1a' }) }].map((one) => ({
      ...one,
      spec: { ...one.spec, accessModes: ['ReadWriteOnce'] },
    }));
    const plan = planRotation(facts({ view: view({ pods, persistentVolumes }) }));
    expect(plan.batches[0]?.evictions).toEqual([
      { tier: 1, owner: null, count: 1, pods: ['shop/free'] },
      { tier: 1, owner: 'Deployment shop/web', count: 1, pods: ['shop/cache'] },
      { tier: 1, owner: 'StatefulSet shop/db', count: 2, pods: ['shop/db-0', 'shop/db-1'] },
    ]);
  });

  it('names who would wait, or block, and why', () => {
    const bare = pod({ name: 'lonely', owner: null, spec: { nodeName: 'blue-0' } });
    const job = pod({ name: 'report-x', owner: owner('Job', 'report', 'batch/v1'), spec: { nodeName: 'blue-1' } });
    expect(planRotation(facts({ view: view({ pods: [bare, job] }) })).heldUp).toEqual([
      {
        pod: 'shop/lonely',
        node: 'blue-0',
        verdict: 'block',
        reason: 'unmanaged',
        message: 'it has no controller: nothing would replace it',
      },
      { pod: 'shop/report-x', node: 'blue-1', verdict: 'wait', reason: 'job-running', message: expect.stringContaining('Job report runs') },
    ]);
  });

  it('a green that is created is blue with what is overridden', () => {
    const plan = planRotation(facts({ create: { instanceTypes: ['m6i.large'], releaseVersion: '1.34.2-20261101' } }));
    expect(plan.green).toMatchObject({
      created: true,
      instanceTypes: ['m6i.large'],
      version: '1.34',
      releaseVersion: '1.34.2-20261101',
      desired: 0,
    });
    expect(plan.changes[0]).toContain('is created from the specification of workers-a');
    expect(planRotation(facts()).changes[0]).not.toContain('created');
  });

  it('is there even where nothing could be read', () => {
    const plan = planRotation(facts({ blue: null, green: null, view: null, size: 0 }));
    expect(plan).toMatchObject({ blue: null, green: null, batches: [], heldUp: [], quota: null });
  });

  it('no batch is larger than the options allow, and every pod that moves is in the order exactly once', () => {
    const options = fc.record({
      canaryNodes: fc.integer({ min: 1, max: 5 }),
      batchPercent: fc.integer({ min: 1, max: 100 }),
      batchMinimum: fc.integer({ min: 1, max: 3 }),
      batchMaximum: fc.integer({ min: 3, max: 10 }),
    });
    const placed = fc.array(fc.record({ node: fc.nat(60), kind: fc.constantFrom('web', 'bare', 'done', 'db', 'system') }), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(options, fc.integer({ min: 1, max: 60 }), placed, (some, size, kinds) => {
        const pods = kinds.map(({ node, kind }, index) => {
          const parts = { name: `p${index}`, spec: { nodeName: `blue-${node}` } };
          if (kind === 'bare') return pod({ ...parts, owner: null });
          if (kind === 'done') return pod({ ...parts, status: { phase: 'Succeeded' } });
          if (kind === 'db') return pod({ ...parts, owner: owner('StatefulSet', 'db') });
          return kind === 'system' ? pod({ ...parts, spec: { ...parts.spec, priorityClassName: 'system-cluster-critical' } }) : pod(parts);
        });
        const nodes = Array.from({ length: size }, (_, index) => blueNode(index));
        const plan = planRotation(facts({ options: some, blue: blueGroup({}, {}, size), view: view({ nodes, pods }) }));
        const [first, ...others] = plan.batches.map((batch) => batch.nodes.length);
        expect(first).toBeLessThanOrEqual(some.canaryNodes);
        const limit = Math.max(some.batchMinimum, Math.min(some.batchMaximum, Math.floor((size * some.batchPercent) / 100)));
        for (const nodesOfBatch of others) expect(nodesOfBatch).toBeLessThanOrEqual(limit);
        expect(plan.batches.flatMap((batch) => batch.nodes).sort()).toEqual(nodes.map(({ metadata }) => metadata.name).sort());
        const moving = pods.filter(({ spec, status }) => Number(spec?.nodeName?.slice(5)) < size && status?.phase !== 'Succeeded');
        expect(namesIn(plan).sort()).toEqual(moving.map(({ metadata }) => `shop/${metadata.name}`).sort());
      }),
    );
  });

  it('a record keeps the counts of a large one, not every name', () => {
    const small = planRotation(facts());
    expect(shortenedPlan(small)).toBe(small);
    const evictions = [{ tier: 1, owner: null, count: 6000, pods: Array.from({ length: 6000 }, (_, index) => `shop/p${index}`) }];
    const heldUp = Array.from({ length: 900 }, (_, index) => ({
      pod: `shop/p${index}`,
      node: 'n',
      verdict: 'block' as const,
      reason: 'unmanaged',
      message: 'm',
    }));
    const short = shortenedPlan({ ...small, batches: [{ nodes: ['n'], evictions }], heldUp, heldUpCount: 900 });
    expect(short).toMatchObject({ shortened: true, heldUpCount: 900, batches: [{ evictions: [{ count: 6000, pods: [] }] }] });
    expect(short.heldUp).toHaveLength(500);
  });
});
