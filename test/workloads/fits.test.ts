import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundZones, fits, misfitReasons, misfits, roomOn, withPod } from '../../functions/workloads/fits.ts';
import { volumesByClaim } from '../../functions/workloads/volumes.ts';
import { claim, node, pod, volume } from './drain-builders.ts';

const noVolumes = volumesByClaim([]);
/** A pod that waits for a node. */
const pending = (spec: object = {}) => pod({ name: 'new', spec: { nodeName: null, ...spec }, status: { phase: 'Pending' } });
const asking = (requests: object, name = 'p', status?: object) =>
  pod({ name, spec: { containers: [{ name: 'app', resources: { requests } }] }, status });
const waiting = (requests: object) => pending({ containers: [{ name: 'app', resources: { requests } }] });
const reasons = (one: ReturnType<typeof pod>, on: ReturnType<typeof node>, running: ReturnType<typeof pod>[] = [], volumes = noVolumes) =>
  misfits(one, roomOn(on, running), volumes).map(({ reason }) => reason);
const small = (allocatable: object = {}) => node('n', { status: { allocatable: { cpu: '2', memory: '4Gi', pods: '3', ...allocatable } } });

describe('resources', () => {
  it('what is asked for must be left: exactly enough is enough', () => {
    expect(reasons(waiting({ cpu: '1500m' }), small(), [asking({ cpu: '500m' })])).toEqual([]);
    expect(reasons(waiting({ cpu: '1501m' }), small(), [asking({ cpu: '500m' })])).toEqual(['insufficient-resource']);
    expect(reasons(waiting({ memory: '4Gi' }), small())).toEqual([]);
    expect(reasons(waiting({ memory: '4294967297' }), small())).toEqual(['insufficient-resource']);
  });

  it('trap: ten times 0.1 is one, not a little more', () => {
    const running = Array.from({ length: 9 }, (_, index) => asking({ cpu: '0.1' }, `p${index}`));
    expect(reasons(waiting({ cpu: '0.1' }), small({ cpu: '1', pods: '20' }), running)).toEqual([]);
    expect(reasons(waiting({ cpu: '0.101' }), small({ cpu: '1', pods: '20' }), running)).toEqual(['insufficient-resource']);
  });

  it('names each resource with its numbers, in order', () => {
    const found = misfits(waiting({ memory: '5Gi', cpu: '3', 'nvidia.com/gpu': '1' }), roomOn(small(), [asking({ cpu: '1' })]), noVolumes);
    expect(found.map(({ message }) => message)).toEqual([
      'insufficient cpu on node n: asks for 3, free 1',
      'insufficient memory on node n: asks for 5Gi, free 4Gi',
      'insufficient nvidia.com/gpu on node n: asks for 1, free 0',
    ]);
  });

  it('pods that have ended use nothing; those in deletion still do', () => {
    expect(reasons(waiting({ cpu: '2' }), small(), [asking({ cpu: '2' }, 'done', { phase: 'Succeeded' })])).toEqual([]);
    const deleted = pod({
      metadata: { deletionTimestamp: '2026-11-21T06:00:00Z' },
      spec: { containers: [{ name: 'a', resources: { requests: { cpu: '1' } } }] },
    });
    expect(reasons(waiting({ cpu: '2' }), small(), [deleted])).toEqual(['insufficient-resource']);
  });

  it('trap: init containers and sidecars of what runs count as well', () => {
    const running = pod({ spec: { initContainers: [{ name: 'i', resources: { requests: { cpu: '1500m' } } }] } });
    expect(reasons(waiting({ cpu: '600m' }), small(), [running])).toEqual(['insufficient-resource']);
  });

  it('a pod that asks for nothing, or for 0, fits an overcommitted node', () => {
    expect(reasons(pending(), small(), [asking({ cpu: '9' })])).toEqual([]);
    expect(reasons(waiting({ cpu: '0' }), small(), [asking({ cpu: '9' })])).toEqual([]);
  });

  it('the number of pods is a resource', () => {
    const running = [asking({}, 'a'), asking({}, 'b')];
    expect(reasons(pending(), small(), running)).toEqual([]);
    expect(reasons(pending(), small(), [...running, asking({}, 'c')])).toEqual(['too-many-pods']);
    expect(reasons(pending(), small(), [...running, asking({}, 'c', { phase: 'Failed' })])).toEqual([]);
    expect(reasons(pending(), node('n', { status: { allocatable: null } }))).toEqual(['too-many-pods']);
  });
});

describe('the node', () => {
  const taints = [
    { key: 'gpu', value: 'true', effect: 'NoSchedule' },
    { key: 'evil', effect: 'NoExecute' },
    { key: 'soft', effect: 'PreferNoSchedule' },
  ];

  it('taints keep off what does not tolerate them, each named', () => {
    const found = misfits(pending(), roomOn(node('n', { spec: { taints } }), []), noVolumes);
    expect(found.map(({ message }) => message)).toEqual([
      'node n has the untolerated taint gpu=true:NoSchedule',
      'node n has the untolerated taint evil:NoExecute',
    ]);
    expect(reasons(pending({ tolerations: [{ key: 'gpu', operator: 'Exists' }] }), node('n', { spec: { taints } }))).toEqual([
      'untolerated-taint',
    ]);
    expect(reasons(pending({ tolerations: [{ operator: 'Exists' }] }), node('n', { spec: { taints } }))).toEqual([]);
  });

  it('trap: NoExecute keeps off as well, and a toleration for a time is one', () => {
    const on = node('n', { spec: { taints: [{ key: 'evil', effect: 'NoExecute' }] } });
    expect(reasons(pending(), on)).toEqual(['untolerated-taint']);
    expect(
      reasons(pending({ tolerations: [{ key: 'evil', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }] }), on),
    ).toEqual([]);
  });

  it('a cordoned node takes nobody, with its taint or before it, and says it once', () => {
    const cordoned = { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] };
    expect(reasons(pending(), node('n', { spec: cordoned }))).toEqual(['unschedulable']);
    expect(reasons(pending(), node('n', { spec: { unschedulable: true } }))).toEqual(['unschedulable']);
    expect(reasons(pending(), node('n', { spec: { taints: cordoned.taints } }))).toEqual(['untolerated-taint']);
    expect(
      reasons(pending({ tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }] }), node('n', { spec: cordoned })),
    ).toEqual([]);
  });

  it('selector, affinity and name', () => {
    const terms = (value: string) => ({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'In', values: [value] }] }],
        },
      },
    });
    const on = node('n', { labels: { pool: 'x' } });
    expect(reasons(pending({ nodeSelector: { pool: 'x' }, affinity: terms('x'), nodeName: 'n' }), on)).toEqual([]);
    expect(reasons(pending({ nodeSelector: { pool: 'y' }, affinity: terms('y'), nodeName: 'm' }), on)).toEqual([
      'other-node',
      'node-selector',
      'node-affinity',
    ]);
  });

  it('the zone of a bound volume', () => {
    const volumes = volumesByClaim([volume('data', { zone: 'b' })]);
    const one = pending({ volumes: [claim('data')] });
    expect(misfits(one, roomOn(node('n'), []), volumes)).toEqual([
      { reason: 'volume-elsewhere', message: 'its volume pv-data cannot be attached to node n' },
    ]);
    expect(reasons(one, node('n', { labels: { 'topology.kubernetes.io/zone': 'b' } }), [], volumes)).toEqual([]);
    expect(reasons(pending({ volumes: [claim('waits-for-first-consumer')] }), node('n'), [], volumes)).toEqual([]);
  });
});

describe('boundZones', () => {
  const zone = 'topology.kubernetes.io/zone';
  const affinity = (...values: string[]) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: zone, operator: 'In', values }] }],
      },
    },
  });
  const bound = (spec: object, volumes = noVolumes) => {
    const found = boundZones(pending(spec), volumes);
    return found && [...found].sort();
  };

  it('by volume, selector or affinity, and by all of them together', () => {
    const volumes = volumesByClaim([volume('data', { zone: 'a' })]);
    expect(bound({ volumes: [claim('data')] }, volumes)).toEqual(['a']);
    expect(bound({ nodeSelector: { [zone]: 'b' } })).toEqual(['b']);
    expect(bound({ affinity: affinity('b', 'c') })).toEqual(['b', 'c']);
    expect(bound({ nodeSelector: { [zone]: 'b' }, affinity: affinity('b', 'c') })).toEqual(['b']);
    expect(bound({ volumes: [claim('data')], nodeSelector: { [zone]: 'b' } }, volumes)).toEqual([]);
  });

  it('is none for most pods', () => {
    expect(bound({})).toBeUndefined();
    expect(bound({ nodeSelector: { pool: 'x' }, volumes: [claim('unbound')] })).toBeUndefined();
  });
});

describe('laws of fitting', () => {
  const requests = fc.record({ cpu: fc.nat(900).map((value) => `${value}m`), memory: fc.nat(2000).map((value) => `${value}Mi`) });
  const running = fc.array(
    requests.map((one) => asking(one)),
    { maxLength: 5 },
  );
  const on = fc
    .record({ cpu: fc.integer({ min: 0, max: 4 }), memory: fc.constantFrom('1Gi', '4Gi'), pods: fc.nat(6) })
    .map((allocatable) => node('n', { status: { allocatable } }));

  it('one more pod on the node never makes room', () => {
    fc.assert(
      fc.property(requests, running, requests, on, (one, running, more, on) => {
        if (fits(waiting(one), roomOn(on, [...running, asking(more)]), noVolumes))
          expect(fits(waiting(one), roomOn(on, running), noVolumes)).toBe(true);
      }),
    );
  });

  it('pods that come one by one leave the room that they leave together', () => {
    fc.assert(
      fc.property(running, on, (running, on) => {
        const together = roomOn(on, running);
        const oneByOne = running.toReversed().reduce(withPod, roomOn(on, []));
        expect(oneByOne.podsLeft).toBe(together.podsLeft);
        for (const resource of ['cpu', 'memory']) expect(oneByOne.free.get(resource) ?? 0n).toBe(together.free.get(resource) ?? 0n);
      }),
    );
  });

  it('pods that fit one after the other never use more than there is', () => {
    fc.assert(
      fc.property(fc.array(requests, { maxLength: 12 }), on, (all, on) => {
        const last = all.map(waiting).reduce((room, one) => (fits(one, room, noVolumes) ? withPod(room, one) : room), roomOn(on, []));
        expect(last.podsLeft >= 0n).toBe(true);
        for (const [, amount] of last.free) expect(amount >= 0n).toBe(true);
      }),
    );
  });

  it('tolerating everything leaves no reason of taints or cordon; reasons come in the order of the list', () => {
    const taint = fc.record({ key: fc.constantFrom('a', 'b'), effect: fc.constantFrom('NoSchedule', 'NoExecute') });
    fc.assert(
      fc.property(
        requests,
        fc.array(taint),
        fc.boolean(),
        fc.constantFrom({}, { pool: 'x' }),
        (one, taints, unschedulable, nodeSelector) => {
          const cordoned = node('n', { spec: { taints, unschedulable }, status: { allocatable: { cpu: '100m' } } });
          const containers = [{ name: 'app', resources: { requests: one } }];
          const found = reasons(pending({ containers, nodeSelector }), cordoned);
          expect(found).toEqual(found.toSorted((a, b) => misfitReasons.indexOf(a) - misfitReasons.indexOf(b)));
          const tolerant = reasons(pending({ containers, nodeSelector, tolerations: [{ operator: 'Exists' }] }), cordoned);
          expect(tolerant).toEqual(found.filter((reason) => reason !== 'untolerated-taint' && reason !== 'unschedulable'));
        },
      ),
    );
  });
});
