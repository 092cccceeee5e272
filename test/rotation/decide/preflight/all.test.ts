import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findProblems, refusalOf } from '../../../../functions/rotation/decide/preflight/all.ts';
import { pieces } from '../../../../functions/rotation/decide/preflight/facts.ts';
import { blueGroup, blueNode, brief, facts, owner, pod, view } from '../../preflight-builders.ts';

describe('a preflight', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(findProblems(facts())).toEqual([]);
  });

  it('has no opinion of what it could not read, and never throws for it', () => {
    const nothing = facts({
      unreadable: pieces.map((piece) => ({ piece, code: 'Forbidden', message: `no ${piece}` })),
      ...{ cluster: null, blue: null, green: null, view: null, quota: null, subnets: null, instanceTypes: null, networking: null },
      ...{ webhooks: null, autoscalers: null, nodePools: null, scheduledActions: null, lifecycleHooks: null },
      ...{ volumeAttachments: null, insights: null, access: null },
    });
    const problems = findProblems(nothing);
    expect(problems).toHaveLength(pieces.length);
    expect(brief(problems).filter((line) => line.startsWith('block'))).toEqual([
      'block blue-unreadable Cluster payments',
      'block cluster-unreadable Cluster payments',
      'block green-unreadable Cluster payments',
      'block view-unreadable Cluster payments',
    ]);
    expect(problems.find(({ id }) => id === 'quota-not-verified')).toMatchObject({ rule: '3', severity: 'warn' });
    expect(problems.every(({ message, remedy }) => /could not/.test(message) && remedy)).toBe(true);
  });

  it('gives every finding in one pass, what blocks first', () => {
    const bare = pod({ name: 'lonely', owner: null, spec: { nodeName: 'blue-0' } });
    const problems = findProblems(
      facts({
        view: view({ pods: [...view().pods, bare] }),
        quota: { limit: 21, used: 20 },
        access: [{ action: 'patch nodes', allowed: false }],
        nodePools: ['general'],
      }),
    );
    expect(brief(problems)).toEqual([
      'block quota-short Account quota Running On-Demand Standard instances (L-1216C47A)',
      'block pod-unmanaged Pod shop/lonely',
      'block access-missing Group eks-greenlight:rotate',
      'warn karpenter Karpenter node pools general',
    ]);
  });

  it('is refused in one sentence that names the first three', () => {
    const bare = ['a', 'b', 'c', 'd', 'e'].map((name) => pod({ name, owner: null, spec: { nodeName: 'blue-0' } }));
    const problems = findProblems(facts({ view: view({ pods: [...view().pods, ...bare] }) }));
    expect(refusalOf(problems)).toBe(
      'Pod shop/a: it has no controller: nothing would replace it; Pod shop/b: it has no controller: nothing would replace it; ' +
        'Pod shop/c: it has no controller: nothing would replace it; and 2 more',
    );
  });

  it('a waived finding is kept, and does not refuse', () => {
    const bare = pod({ name: 'lonely', owner: null, spec: { nodeName: 'blue-0' } });
    const problems = findProblems(facts({ view: view({ pods: [...view().pods, bare] }), options: { waive: ['pod-unmanaged'] } }));
    expect(problems).toMatchObject([{ id: 'pod-unmanaged', severity: 'block', waived: true }]);
    expect(refusalOf(problems)).toBeUndefined();
    expect(refusalOf(findProblems(facts()))).toBeUndefined();
  });
});

const anyPod = fc.record({
  node: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom('web', 'bare', 'gone', 'job', 'host', 'pinned', 'big', 'critical', 'refusing'),
  namespace: fc.constantFrom('shop', 'dev'),
});

function podOf({ node, kind, namespace }: { node: number; kind: string; namespace: string }, index: number) {
  const spec = { nodeName: `blue-${node}` };
  const named = { name: `p${index}`, namespace: kind === 'web' || kind === 'job' ? 'shop' : namespace };
  switch (kind) {
    case 'bare':
      return pod({ ...named, owner: null, spec });
    case 'gone':
      return pod({ ...named, owner: owner('ReplicaSet', 'deleted'), spec });
    case 'job':
      return pod({ ...named, owner: owner('Job', 'report', 'batch/v1'), spec });
    case 'host':
      return pod({ ...named, spec: { ...spec, volumes: [{ name: 'd', hostPath: { path: '/d' } }] } });
    case 'pinned':
      return pod({ ...named, spec: { ...spec, nodeSelector: { 'eks.amazonaws.com/nodegroup': 'workers-a' } } });
    case 'big':
      return pod({ ...named, spec: { ...spec, containers: [{ name: 'a', resources: { requests: { cpu: '64' } } }] } });
    case 'refusing':
      return pod({ ...named, metadata: { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } }, spec });
    case 'critical':
      return pod({ ...named, spec: { ...spec, priorityClassName: 'system-cluster-critical' } });
    default:
      return pod({ ...named, spec });
  }
}

describe('properties of a preflight', () => {
  const worlds = fc.array(anyPod, { maxLength: 25 }).map((parts) => parts.map(podOf));
  const nodes = [0, 1, 2, 3].map((index) => blueNode(index));
  const world = (pods: ReturnType<typeof podOf>[], orderedNodes = nodes) =>
    facts({ blue: blueGroup({}, {}, 4), view: view({ pods, nodes: orderedNodes }) });

  it('the order in which things are read does not matter', () => {
    fc.assert(
      fc.property(worlds, fc.infiniteStream(fc.nat()), (pods, random) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((value) => ({ value, key: random.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ value }) => value);
        expect(findProblems(world(shuffled(pods), shuffled(nodes)))).toEqual(findProblems(world(pods)));
      }),
    );
  });

  it('a pod that blocks always gives a finding that blocks and names it', () => {
    fc.assert(
      fc.property(worlds, (pods) => {
        const found = findProblems(world(pods)).filter(({ severity }) => severity === 'block');
        const named = new Set(found.map(({ object }) => object));
        pods.forEach((one) => {
          const kind = one.metadata.ownerReferences?.[0]?.name;
          const blocks =
            kind === undefined ||
            kind === 'deleted' ||
            one.spec?.volumes ||
            one.spec?.nodeSelector ||
            one.metadata.annotations?.['karpenter.sh/do-not-disrupt'];
          if (blocks) expect(named).toContain(`Pod ${one.metadata.namespace}/${one.metadata.name}`);
        });
      }),
    );
  });

  it('every finding names an object, a point of §4.3 and what it is about', () => {
    fc.assert(
      fc.property(worlds, (pods) => {
        for (const { id, rule, object, message, severity, remedy } of findProblems(world(pods))) {
          expect(id).toMatch(/^[a-z][a-z0-9-]+$/);
          expect(Number(rule)).toBeGreaterThan(0);
          expect(Number(rule)).toBeLessThanOrEqual(25);
          expect(object).not.toBe('');
          expect(message).not.toBe('');
          if (severity === 'block') expect(remedy).not.toBeNull();
        }
      }),
    );
  });
});
