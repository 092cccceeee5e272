import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultOptions } from '../../../functions/config/rotation-options.ts';
import { baselineGate, pendingReason } from '../../../functions/rotation/decide/baseline.ts';
import { failureOf, workloadLookup, workloadsOf } from '../../../functions/rotation/decide/workloads.ts';
import type { ClusterView, LivePod } from '../../../functions/rotation/read/cluster-view.ts';
import type { Workload } from '../../../functions/rotation/record.ts';

const start = Date.parse('2026-11-21T12:00:00Z');
const at = (minutes: number) => new Date(start + minutes * 60_000);
const owned = (kind: string, name: string) => ({ apiVersion: 'apps/v1', kind, name, uid: `uid-${name}`, controller: true });

interface Parts {
  readonly name?: string;
  readonly ready?: boolean;
  readonly since?: number;
  readonly waiting?: string;
  readonly pending?: string;
  readonly owner?: ReturnType<typeof owned> | null;
  readonly metadata?: object;
}
/** A pod of Deployment shop/web; `since` in minutes is when it was made, and when it stopped being Ready. */
function pod({
  name = 'web-1',
  ready = true,
  since = -60,
  waiting,
  pending,
  owner = owned('ReplicaSet', 'web-x'),
  metadata,
}: Parts = {}): LivePod {
  const state = waiting === undefined ? {} : { waiting: { reason: waiting } };
  return {
    metadata: { name, namespace: 'shop', creationTimestamp: at(since).toISOString(), ownerReferences: owner ? [owner] : [], ...metadata },
    spec: pending === undefined ? { nodeName: 'green-1' } : {},
    status: {
      phase: pending === undefined ? 'Running' : 'Pending',
      conditions: [
        { type: 'Ready', status: ready && pending === undefined ? 'True' : 'False', lastTransitionTime: at(since).toISOString() },
        { type: 'PodScheduled', status: pending === undefined ? 'True' : 'False', message: pending },
      ],
      containerStatuses: [{ name: 'app', ready, restartCount: 2, state }],
    },
  };
}

function view(pods: readonly LivePod[], minutes = 0, replicas = 2, parts: Partial<ClusterView> = {}): ClusterView {
  return {
    readAt: at(minutes),
    nodes: [],
    pods,
    podDisruptionBudgets: [],
    deployments: [{ metadata: { name: 'web', namespace: 'shop' }, spec: { replicas } }],
    statefulSets: [],
    daemonSets: [],
    replicaSets: [{ metadata: { name: 'web-x', namespace: 'shop', ownerReferences: [owned('Deployment', 'web')] } }],
    jobs: [],
    persistentVolumes: [],
    ...parts,
  };
}
const web: Workload = { kind: 'Deployment', namespace: 'shop', name: 'web', desired: 2, ready: 2, restarts: 0, pending: 0, crashing: 0 };
const ask = (before: readonly Workload[], seen: ClusterView, only?: ReadonlySet<string>, leaving?: ReadonlySet<string>) =>
  baselineGate(before, seen, defaultOptions, at(0), only, leaving);

describe('workloadsOf', () => {
  it('counts the pods of Deployments through their ReplicaSets, and what DaemonSets say', () => {
    const pods = [pod(), pod({ name: 'web-2', ready: false, waiting: 'CrashLoopBackOff' }), pod({ name: 'web-3', pending: 'no room' })];
    const daemonSets = [{ metadata: { name: 'agent', namespace: 'ops' }, status: { desiredNumberScheduled: 3 } }];
    expect(workloadsOf(view(pods, 0, 3, { daemonSets }))).toEqual([
      { kind: 'DaemonSet', namespace: 'ops', name: 'agent', desired: 3, ready: 0, restarts: 0, pending: 0, crashing: 0 },
      { ...web, desired: 3, ready: 1, restarts: 6, pending: 1, crashing: 1 },
    ]);
  });

  it('counts of any other controller the pods that are there; of Jobs, of nobody and of what is on its way out none', () => {
    const pods = [
      pod({ owner: owned('Rollout', 'canary') }),
      pod({ owner: { ...owned('Job', 'report'), apiVersion: 'batch/v1' } }),
      pod({ owner: null }),
      pod({ metadata: { deletionTimestamp: at(0).toISOString() } }),
    ];
    expect(workloadsOf(view(pods, 0, 2)).map(({ kind, name, desired, ready }) => [kind, name, desired, ready])).toEqual([
      ['Deployment', 'web', 2, 0],
      ['Rollout', 'canary', 1, 1],
    ]);
    expect(workloadLookup(view([]))(pod({ owner: owned('ReplicaSet', 'unknown') }))).toMatchObject({ kind: 'ReplicaSet', name: 'unknown' });
  });

  it('calls a failing image pull a failure, and what has ended none', () => {
    expect(failureOf(pod({ ready: false, waiting: 'ImagePullBackOff' }))).toBe('ImagePullBackOff');
    expect(failureOf(pod({ ready: false, waiting: 'ContainerCreating' }))).toBeUndefined();
    expect(failureOf({ ...pod({ ready: false, waiting: 'CrashLoopBackOff' }), status: { phase: 'Failed' } })).toBeUndefined();
  });
});

describe('baselineGate', () => {
  it('passes while every workload has as many Ready pods as before, or as it wants now', () => {
    expect(ask([web], view([pod(), pod({ name: 'web-2' })]))).toEqual({ verdict: 'pass', problems: [] });
    // Scaled down meanwhile (F-26).
    expect(ask([web], view([pod()], 0, 1)).verdict).toBe('pass');
    // Deleted meanwhile.
    expect(ask([web], view([], 0, 0, { deployments: [] })).verdict).toBe('pass');
  });

  it('of a revert: what is not well where it still has to leave is not held against it, what is gone is', () => {
    const crashing = pod({ name: 'web-2', ready: false, since: 0, waiting: 'CrashLoopBackOff' });
    const leaving = new Set(['green-1']);
    expect(ask([web], view([pod(), crashing], 20)).verdict).toBe('fail');
    expect(ask([web], view([pod(), crashing], 20), undefined, leaving)).toEqual({ verdict: 'pass', problems: [] });
    const home = { ...crashing, spec: { nodeName: 'blue-1' } };
    expect(ask([web], view([pod(), home], 20), undefined, leaving).verdict).toBe('fail');
    expect(ask([web], view([pod()], 20), undefined, leaving).verdict).toBe('fail');
    expect(ask([web], view([crashing], 20), undefined, leaving).problems).toEqual([
      'Deployment shop/web has 0 Ready pods, expected 1 (before: 2 of 2)',
    ]);
  });

  it('D32: too few are inconclusive, and fail after ten minutes', () => {
    const short = (minutes: number) => ask([web], view([pod(), pod({ name: 'web-2', ready: false, since: 0 })], minutes));
    expect(short(9.9)).toEqual({
      verdict: 'inconclusive',
      problems: ['Deployment shop/web has 1 Ready pods, expected 2 (before: 2 of 2)'],
    });
    expect(short(10).verdict).toBe('fail');
  });

  it('counts a dip from when it began, not from when looking began', () => {
    const dip = view([pod(), pod({ name: 'web-2', ready: false, since: 55 })], 60);
    expect(ask([web], dip).verdict).toBe('inconclusive');
    // Two of three may be missing where one is wanted: the third began it.
    const three = [
      pod({ name: 'a', ready: false, since: 1 }),
      pod({ name: 'b', ready: false, since: 2 }),
      pod({ name: 'c', ready: false, since: 55 }),
    ];
    expect(ask([{ ...web, ready: 1 }], view(three, 60, 3)).verdict).toBe('inconclusive');
  });

  it('V16: fewer Ready than wanted before is no failure, and one more is', () => {
    const broken = { ...web, ready: 1, crashing: 1 };
    const crash = (name: string) => pod({ name, ready: false, waiting: 'CrashLoopBackOff', since: 1 });
    expect(ask([broken], view([pod(), crash('web-2')], 30)).verdict).toBe('pass');
    expect(ask([broken], view([pod(), crash('web-2'), crash('web-3')], 30, 3)).verdict).toBe('fail');
  });

  it('F-51: a new crash loop fails after two minutes, wherever it is', () => {
    const crashing = (minutes: number) =>
      ask(
        [web],
        view(
          [
            pod(),
            pod({ name: 'web-2' }),
            pod({ name: 'new-1', owner: owned('Rollout', 'new'), ready: false, waiting: 'CrashLoopBackOff', since: 0 }),
          ],
          minutes,
        ),
        new Set(),
      );
    expect(crashing(1.9)).toEqual({
      verdict: 'inconclusive',
      problems: ['Rollout shop/new: pod new-1 on green-1 fails with CrashLoopBackOff'],
    });
    expect(crashing(2).verdict).toBe('fail');
  });

  it('D33: Pending is told after a minute in the words of the scheduler, and fails after ten', () => {
    const pending = (minutes: number) =>
      ask([web], view([pod(), pod({ name: 'web-2' }), pod({ name: 'web-3', pending: '0/3 nodes are available.', since: 0 })], minutes));
    expect(pending(0.9).verdict).toBe('pass');
    expect(pending(1)).toEqual({
      verdict: 'inconclusive',
      problems: ['Deployment shop/web: pod web-3 is Pending: 0/3 nodes are available.'],
    });
    expect(pending(9.9).verdict).toBe('inconclusive');
    expect(pending(10).verdict).toBe('fail');
  });

  it('V16: a pod that was Pending before is no failure', () => {
    const pods = [pod(), pod({ name: 'web-2', pending: 'no room', since: 0 })];
    expect(ask([{ ...web, ready: 1, pending: 1 }], view(pods, 60)).verdict).toBe('pass');
  });

  it('counts Ready pods of the named workloads alone', () => {
    const seen = view([pod()], 60);
    expect(ask([web], seen, new Set(['Deployment shop/api'])).verdict).toBe('pass');
    expect(ask([web], seen, new Set(['Deployment shop/web'])).verdict).toBe('fail');
  });

  it('says why a pod is Pending', () => {
    expect(pendingReason(pod({ pending: '0/3 nodes are available.' }))).toBe(': 0/3 nodes are available.');
    expect(pendingReason(pod({ waiting: 'ContainerCreating' }))).toBe(': ContainerCreating');
  });

  it('property: nothing is worse than at its own baseline, and the order of the pods does not matter', () => {
    const any = fc.record({
      ready: fc.boolean(),
      since: fc.integer({ min: -60, max: 0 }),
      waiting: fc.constantFrom(undefined, 'CrashLoopBackOff', 'ErrImagePull', 'ContainerCreating'),
      pending: fc.constantFrom(undefined, undefined, 'no room'),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), fc.integer({ min: 0, max: 300 }), (given, minutes) => {
        const pods = given.map((parts, index) =>
          pod({ ...parts, name: `web-${index}`, ready: parts.ready && parts.waiting === undefined }),
        );
        const before = workloadsOf(view(pods, 0, pods.length));
        expect(ask(before, view(pods, minutes, pods.length))).toEqual({ verdict: 'pass', problems: [] });
        expect(workloadsOf(view([...pods].reverse(), 0, pods.length))).toEqual(before);
      }),
    );
  });
});
