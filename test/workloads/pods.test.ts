import { describe, expect, it } from 'vitest';
import { pods } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import { crashLooping, isEvictedRegardlessOfBudgets, isManagedByDaemonSet, isReady, isTerminal } from '../../functions/workloads/pods.ts';

const pod = (status: object, metadata: object = {}) =>
  pods.schema.element.parse({ metadata: { name: 'web-0', namespace: 'shop', ...metadata }, status });
const deletionTimestamp = '2026-11-21T06:00:00Z';

describe('isTerminal', () => {
  it.each([
    ['Succeeded', true],
    ['Failed', true],
    ['Running', false],
    ['Pending', false],
    ['Unknown', false],
    [undefined, false],
  ])('%s: %s', (phase, expected) => {
    expect(isTerminal(pod({ phase }))).toBe(expected);
  });
});

describe('isReady', () => {
  it.each([
    ['True', true],
    ['False', false],
    ['Unknown', false],
  ])('condition Ready %s: %s', (status, expected) => {
    const conditions = [
      { type: 'ContainersReady', status: 'True' },
      { type: 'Ready', status },
    ];
    expect(isReady(pod({ phase: 'Running', conditions }))).toBe(expected);
  });

  it('is false where no condition says so', () => {
    expect(isReady(pod({ phase: 'Running', conditions: [{ type: 'ContainersReady', status: 'True' }] }))).toBe(false);
    expect(isReady(pod({ phase: 'Running' }))).toBe(false);
    expect(isReady({ metadata: {} })).toBe(false);
  });
});

describe('isEvictedRegardlessOfBudgets', () => {
  it.each(['Pending', 'Succeeded', 'Failed'])('%s', (phase) => {
    expect(isEvictedRegardlessOfBudgets(pod({ phase }))).toBe(true);
  });

  it('asks the budget for a running pod, ready or not, until it is being deleted', () => {
    expect(isEvictedRegardlessOfBudgets(pod({ phase: 'Running' }))).toBe(false);
    expect(isEvictedRegardlessOfBudgets(pod({ phase: 'Running' }, { deletionTimestamp }))).toBe(true);
  });
});

describe('crashLooping', () => {
  const waiting = (name: string, reason: string, restartCount = 1) => ({
    name,
    ready: false,
    restartCount,
    state: { waiting: { reason } },
  });
  const running = (name: string, restartCount: number, ready: boolean) => ({ name, ready, restartCount, state: { running: {} } });
  const terminated = (name: string, restartCount: number, exitCode: number) => ({
    name,
    ready: false,
    restartCount,
    state: { terminated: { exitCode } },
  });

  it('names the containers that the kubelet holds back, init containers first', () => {
    const status = {
      phase: 'Running',
      initContainerStatuses: [waiting('migrate', 'CrashLoopBackOff')],
      containerStatuses: [running('proxy', 0, true), waiting('web', 'CrashLoopBackOff')],
    };
    expect(crashLooping(pod(status))).toEqual(['migrate', 'web']);
  });

  it.each(['ImagePullBackOff', 'CreateContainerConfigError', 'ContainerCreating', 'PodInitializing'])(
    'leaves out one that waits for something else: %s',
    (reason) => {
      expect(crashLooping(pod({ phase: 'Running', containerStatuses: [waiting('web', reason, 9)] }))).toEqual([]);
    },
  );

  it('sees a loop between two waits: not ready after three restarts', () => {
    expect(crashLooping(pod({ phase: 'Running', containerStatuses: [running('web', 3, false)] }))).toEqual(['web']);
    expect(crashLooping(pod({ phase: 'Running', containerStatuses: [terminated('web', 3, 137)] }))).toEqual(['web']);
  });

  it.each([
    ['two restarts', running('web', 2, false)],
    ['ready again after many restarts', running('web', 40, true)],
    ['ended with 0', terminated('web', 3, 0)],
    ['failed for the first time', terminated('web', 0, 1)],
    ['a status that does not say whether it is ready', { name: 'web', restartCount: 9 }],
    ['a status without a count', { name: 'web', ready: false }],
  ])('leaves out: %s', (_, containerStatus) => {
    expect(crashLooping(pod({ phase: 'Running', containerStatuses: [containerStatus] }))).toEqual([]);
  });

  it('finds nothing in a pod where nothing starts again', () => {
    const containerStatuses = [waiting('web', 'CrashLoopBackOff', 9)];
    expect(crashLooping(pod({ phase: 'Failed', containerStatuses }))).toEqual([]);
    expect(crashLooping(pod({ phase: 'Running', containerStatuses }, { deletionTimestamp }))).toEqual([]);
    expect(crashLooping(pod({ phase: 'Pending' }))).toEqual([]);
    expect(crashLooping({ metadata: {} })).toEqual([]);
  });
});

describe('isManagedByDaemonSet', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'aws-node', uid: 'u1', controller: true };

  it('is true for a controlling apps/v1 DaemonSet', () => {
    expect(isManagedByDaemonSet(pod({}, { ownerReferences: [owner] }))).toBe(true);
  });

  it.each([
    ['no owner', []],
    ['another kind', [{ ...owner, kind: 'ReplicaSet' }]],
    ['the same kind in another group', [{ ...owner, apiVersion: 'apps.kruise.io/v1alpha1' }]],
    ['a DaemonSet that does not control it', [{ ...owner, controller: false }]],
  ])('is false for %s', (_, ownerReferences) => {
    expect(isManagedByDaemonSet(pod({}, { ownerReferences }))).toBe(false);
  });
});
