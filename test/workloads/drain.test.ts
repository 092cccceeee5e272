import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessPod, type DrainSurroundings, drainLabel, isEvictable } from '../../functions/workloads/drain.ts';
import { compareReasons, drainReasons, drainVerdicts, verdictOf } from '../../functions/workloads/drain-reasons.ts';
import { at, budget, claim, context, node, now, owner, pod, volume } from './drain-builders.ts';

type Parts = Parameters<typeof pod>[0];

/** Verdict and reason, and what else holds. */
function judged(parts: Parts = {}, surroundings: Partial<DrainSurroundings> = {}) {
  const { verdict, reason, also } = assessPod(pod(parts), context(surroundings));
  return [verdict, reason, ...also.map((fact) => fact.reason)];
}

const message = (parts: Parts = {}, surroundings: Partial<DrainSurroundings> = {}) => assessPod(pod(parts), context(surroundings)).message;
const daemonSet = { name: 'aws-node-x', namespace: 'kube-system', owner: owner('DaemonSet', 'aws-node') };
const job = { name: 'report-x', owner: owner('Job', 'report', 'batch/v1') };

describe('an ordinary pod', () => {
  it('is evicted', () => {
    expect(judged()).toEqual(['evict', 'evictable']);
    expect(judged({ owner: owner('StatefulSet', 'db') })).toEqual(['evict', 'evictable']);
  });

  it('is evicted when it is pending on its node, or crashes', () => {
    expect(judged({ status: { phase: 'Pending' }, ready: false })).toEqual(['evict', 'evictable']);
    expect(judged({ ready: false })).toEqual(['evict', 'evictable']);
  });

  it('is judged where hardly anything is known of it', () => {
    const bare = { metadata: { name: 'x' } };
    expect(assessPod(bare, context()).reason).toBe('unmanaged');
  });
});

describe('D1 mirror pods', () => {
  const metadata = { annotations: { 'kubernetes.io/config.mirror': 'b1946ac92492d2347c6235b4d2611184' } };

  it('stay, whatever else they are', () => {
    expect(judged({ metadata, owner: owner('Node', 'blue-1', 'v1') })).toEqual(['skip', 'mirror']);
    expect(judged({ metadata, status: { phase: 'Failed' }, spec: { volumes: [{ name: 'etc', hostPath: { path: '/etc' } }] } })).toEqual([
      'skip',
      'mirror',
    ]);
    expect(judged({ metadata: { annotations: { 'kubernetes.io/config.mirror': '' } }, owner: null })).toEqual(['skip', 'mirror']);
  });
});

describe('D2, D3 pods of DaemonSets', () => {
  it('stay while their DaemonSet lives, even in deletion, tolerating everything, with hostPath and annotation', () => {
    expect(judged(daemonSet)).toEqual(['skip', 'daemonset']);
    const metadata = {
      deletionTimestamp: at(-3600),
      ownerReferences: [daemonSet.owner],
      annotations: { 'karpenter.sh/do-not-disrupt': 'true' },
    };
    const spec = { tolerations: [{ operator: 'Exists' }], volumes: [{ name: 'bin', hostPath: { path: '/opt/cni/bin' } }] };
    expect(judged({ ...daemonSet, metadata, spec })).toEqual(['skip', 'daemonset']);
  });

  it('block when their DaemonSet is gone, unless that is allowed', () => {
    expect(judged(daemonSet, { daemonSets: [] })).toEqual(['block', 'daemonset-missing']);
    expect(judged(daemonSet, { daemonSets: [], policy: { allowOrphans: true } })).toEqual(['evict', 'daemonset-missing-allowed']);
  });

  it('trap: a new DaemonSet of the same name is not theirs', () => {
    const daemonSets = [{ metadata: { name: 'aws-node', namespace: 'kube-system', uid: 'another' } }];
    expect(judged(daemonSet, { daemonSets })).toEqual(['block', 'daemonset-missing']);
  });

  it('trap: nor is one of another namespace', () => {
    const daemonSets = [{ metadata: { name: 'aws-node', namespace: 'shop', uid: 'uid-aws-node' } }];
    expect(judged(daemonSet, { daemonSets })).toEqual(['block', 'daemonset-missing']);
  });

  it('block when DaemonSets could not be read, whatever is allowed: unknown is never success', () => {
    expect(judged(daemonSet, { daemonSets: undefined, policy: { allowOrphans: true } })).toEqual(['block', 'daemonset-unverifiable']);
  });

  it('trap: a DaemonSet of another API group is a custom resource', () => {
    expect(judged({ owner: owner('DaemonSet', 'aws-node', 'apps.kruise.io/v1alpha1') })).toEqual(['evict', 'owner-unverifiable']);
  });
});

describe('D4 finished pods', () => {
  it.each(['Succeeded', 'Failed'])('%s: stay, whoever made them', (phase) => {
    const status = { phase };
    expect(judged({ status })).toEqual(['skip', 'finished']);
    expect(judged({ status, owner: null })).toEqual(['skip', 'finished']);
    expect(judged({ ...job, status }, { jobs: [] })).toEqual(['skip', 'finished']);
    expect(judged({ ...daemonSet, status }, { daemonSets: [] })).toEqual(['skip', 'finished']);
  });

  it('trap: a finalizer of a finished Job does not hold up the drain', () => {
    expect(
      judged({ ...job, status: { phase: 'Succeeded' }, metadata: { deletionTimestamp: at(-7200), ownerReferences: [job.owner] } }),
    ).toEqual(['skip', 'finished']);
  });
});

describe('D5 to D7 pods in deletion', () => {
  const deleted = (seconds: number, extra: object = {}) => ({
    metadata: { deletionTimestamp: at(seconds), deletionGracePeriodSeconds: 600, ...extra },
  });
  const nodes = [node('blue-1', { ready: 'Unknown' })];

  it('D5: are waited for within their grace and a minute', () => {
    expect(judged(deleted(500))).toEqual(['wait', 'terminating']);
    expect(judged(deleted(0))).toEqual(['wait', 'terminating']);
    expect(judged(deleted(-60))).toEqual(['wait', 'terminating']);
  });

  it('D6: block after that', () => {
    expect(judged(deleted(-61))).toEqual(['block', 'stuck-terminating']);
    expect(message(deleted(-61))).toContain('a finalizer, or a volume that cannot be unmounted');
  });

  it('D6 trap: deletionTimestamp is the end of the grace period, which is not added once more', () => {
    expect(judged(deleted(-300))).toEqual(['block', 'stuck-terminating']);
  });

  it('D6: names the finalizers where they were read', () => {
    const { metadata, ...rest } = pod(deleted(-3600));
    const held = { ...rest, metadata: { ...metadata, finalizers: ['example.com/backup'] } };
    expect(assessPod(held, context()).message).toContain('finalizers example.com/backup');
  });

  it('D6: on a node that says itself that it is not ready, too', () => {
    expect(judged(deleted(-61), { nodes: [node('blue-1', { ready: 'False' })] })).toEqual(['block', 'stuck-terminating']);
  });

  it('D6: on a node that was not read, too', () => {
    expect(judged(deleted(-61), { nodes: [] })).toEqual(['block', 'stuck-terminating']);
  });

  it('D7: are left a second after their grace on a node that is unreachable', () => {
    expect(judged(deleted(-1), { nodes })).toEqual(['wait', 'terminating']);
    expect(judged(deleted(-2), { nodes })).toEqual(['skip', 'terminating-unreachable']);
    expect(judged(deleted(-3600), { nodes })).toEqual(['skip', 'terminating-unreachable']);
  });

  it('D7: the taint says it as well', () => {
    const tainted = [node('blue-1', { spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }] } })];
    expect(judged(deleted(-2), { nodes: tainted })).toEqual(['skip', 'terminating-unreachable']);
  });

  it('D7: budgets are respected for what is not yet in deletion', () => {
    const podDisruptionBudgets = [budget({ status: { disruptionsAllowed: 0, currentHealthy: 1 } })];
    expect(judged({}, { nodes, podDisruptionBudgets })).toEqual(['wait', 'budget-refuses-now']);
  });

  it('an orphan that is on its way out is only waited for', () => {
    expect(judged({ ...deleted(10), owner: null })).toEqual(['wait', 'terminating']);
  });

  it('an instant that cannot be read is waited for, not passed', () => {
    expect(judged({ metadata: { deletionTimestamp: 'soon' } })).toEqual(['wait', 'terminating']);
  });
});

describe('D8 pods without a controller', () => {
  it('block, unless their namespace is on the list', () => {
    expect(judged({ owner: null })).toEqual(['block', 'unmanaged']);
    expect(judged({ owner: null }, { policy: { allowUnmanaged: ['sho?', 'dev-*'] } })).toEqual(['evict', 'unmanaged-allowed']);
    expect(judged({ owner: null }, { policy: { allowUnmanaged: ['shop-*'] } })).toEqual(['block', 'unmanaged']);
  });

  it('trap: an owner that is no controller does not replace anything', () => {
    expect(judged({ owner: { ...owner('ReplicaSet', 'web-1'), controller: false } })).toEqual(['block', 'unmanaged']);
  });
});

describe('D9 emptyDir', () => {
  const spec = {
    volumes: [
      { name: 'cache', emptyDir: {} },
      { name: 'shm', emptyDir: { medium: 'Memory' } },
    ],
  };

  it('is reported, and named', () => {
    expect(judged({ spec })).toEqual(['evict', 'empty-dir-lost']);
    expect(message({ spec })).toBe('the data of its emptyDir cache is lost');
  });

  it('in memory is nothing to report', () => {
    expect(judged({ spec: { volumes: [{ name: 'shm', emptyDir: { medium: 'Memory' } }] } })).toEqual(['evict', 'evictable']);
  });

  it('of pods that are protected blocks', () => {
    expect(judged({ spec }, { policy: { protectEmptyDir: { matchLabels: { app: 'web' } } } })).toEqual(['block', 'empty-dir-protected']);
    expect(judged({ spec }, { policy: { protectEmptyDir: { matchLabels: { app: 'db' } } } })).toEqual(['evict', 'empty-dir-lost']);
    expect(judged({ spec }, { policy: { protectEmptyDir: {} } })).toEqual(['block', 'empty-dir-protected']);
    expect(judged({}, { policy: { protectEmptyDir: {} } })).toEqual(['evict', 'evictable']);
  });
});

describe('D10 annotations that refuse disruption', () => {
  const annotated = (annotations: object) => ({ metadata: { annotations } });

  it.each([[{ 'karpenter.sh/do-not-disrupt': 'true' }], [{ 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' }]])(
    '%j blocks, warns, or is ignored',
    (annotations) => {
      expect(judged(annotated(annotations))).toEqual(['block', 'disruption-refused']);
      expect(judged(annotated(annotations), { policy: { disruptionAnnotations: 'warn' } })).toEqual(['evict', 'disruption-warned']);
      expect(judged(annotated(annotations), { policy: { disruptionAnnotations: 'ignore' } })).toEqual(['evict', 'evictable']);
    },
  );

  it.each([[{ 'karpenter.sh/do-not-disrupt': 'false' }], [{ 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' }]])(
    'trap: %j refuses nothing',
    (annotations) => {
      expect(judged(annotated(annotations))).toEqual(['evict', 'evictable']);
    },
  );

  it('both are named in one reason', () => {
    const both = { 'karpenter.sh/do-not-disrupt': 'true', 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' };
    expect(message(annotated(both))).toMatch(/do-not-disrupt=true, .*safe-to-evict=false/);
  });
});

describe('D11 Jobs', () => {
  const since = (minutes: number) => ({ drainStartedAt: now - minutes * 60_000 });

  it('are waited for, before the drain for any time and in it for jobWait', () => {
    expect(judged(job)).toEqual(['wait', 'job-running']);
    expect(judged(job, since(0))).toEqual(['wait', 'job-running']);
    expect(judged(job, { drainStartedAt: now - 30 * 60_000 + 1 })).toEqual(['wait', 'job-running']);
    expect(judged({ ...job, status: { phase: 'Pending' } })).toEqual(['wait', 'job-running']);
  });

  it('block after that, or are evicted where that is asked for', () => {
    expect(judged(job, since(30))).toEqual(['block', 'job-overdue']);
    expect(judged(job, { ...since(30), policy: { overdueJobs: 'evict' } })).toEqual(['evict', 'job-evicted']);
    expect(judged(job, { policy: { jobWaitMinutes: 0, overdueJobs: 'evict' } })).toEqual(['evict', 'job-evicted']);
  });

  it('are waited for where Jobs were not read, and that is said', () => {
    expect(judged(job, { jobs: undefined })).toEqual(['wait', 'job-running', 'owner-unverifiable']);
  });

  it('trap: a Job of another API group is a custom resource', () => {
    expect(judged({ owner: owner('Job', 'train', 'batch.volcano.sh/v1alpha1') })).toEqual(['evict', 'owner-unverifiable']);
  });

  it('a running Job that refuses disruption blocks by the annotation', () => {
    const metadata = { ownerReferences: [job.owner], annotations: { 'karpenter.sh/do-not-disrupt': 'true' } };
    expect(judged({ ...job, metadata })).toEqual(['block', 'disruption-refused', 'job-running']);
  });
});

describe('D12 custom controllers', () => {
  const rollout = { owner: owner('Rollout', 'web', 'argoproj.io/v1alpha1') };

  it('are asked for: there, gone, or not readable', () => {
    expect(judged(rollout, { others: () => 'exists' })).toEqual(['evict', 'evictable']);
    expect(judged(rollout, { others: () => 'missing' })).toEqual(['block', 'owner-missing']);
    expect(judged(rollout, { others: () => 'unverifiable' })).toEqual(['evict', 'owner-unverifiable']);
    expect(judged(rollout)).toEqual(['evict', 'owner-unverifiable']);
  });

  it('the question names owner and namespace', () => {
    const asked: unknown[] = [];
    judged(rollout, { others: (one, namespace) => (asked.push([one.kind, one.name, namespace]) > 0 ? 'exists' : 'missing') });
    expect(asked).toContainEqual(['Rollout', 'web', 'shop']);
  });

  it('gone is like D8: the list of namespaces allows it', () => {
    expect(judged(rollout, { others: () => 'missing', policy: { allowUnmanaged: ['shop'] } })).toEqual(['evict', 'unmanaged-allowed']);
  });

  it('trap: a dangling ReplicaSet replaces nothing either', () => {
    expect(judged({}, { replicaSets: [] })).toEqual(['block', 'owner-missing']);
    expect(message({}, { replicaSets: [] })).toContain('ReplicaSet web-1 is gone');
  });
});

describe('D13 data on the node', () => {
  it('trap: hostPath blocks, though kubectl does not see it', () => {
    const spec = { volumes: [{ name: 'data', hostPath: { path: '/var/data' } }] };
    expect(judged({ spec })).toEqual(['block', 'data-on-node']);
    expect(message({ spec })).toBe('its data stays on the node: hostPath /var/data');
  });

  it.each([{ local: { path: '/mnt/nvme' } }, { hostPath: { path: '/data' } }])('a PersistentVolume on the node blocks: %j', (spec) => {
    expect(judged({ spec: { volumes: [claim('data')] } }, { persistentVolumes: [volume('data', { spec })] })).toEqual([
      'block',
      'data-on-node',
    ]);
  });

  it('a volume that can be attached elsewhere does not', () => {
    expect(judged({ spec: { volumes: [claim('data')] } }, { persistentVolumes: [volume('data', { zone: 'a' })] })).toEqual([
      'evict',
      'evictable',
    ]);
  });

  it('trap: a released volume of an earlier claim of that name is not its volume', () => {
    const persistentVolumes = [volume('data', { zone: 'a' }), volume('data', { name: 'old', phase: 'Released', spec: { local: {} } })];
    expect(judged({ spec: { volumes: [claim('data')] } }, { persistentVolumes })).toEqual(['evict', 'evictable']);
  });

  it('volumes that were not read are said, not passed over', () => {
    const spec = { volumes: [claim('data')] };
    expect(judged({ spec }, { persistentVolumes: undefined })).toEqual(['evict', 'volumes-unverifiable']);
    expect(judged({ spec }, { persistentVolumes: [volume('other', { zone: 'a' })] })).toEqual(['evict', 'volumes-unverifiable']);
    expect(judged({}, { persistentVolumes: undefined })).toEqual(['evict', 'evictable']);
  });
});

describe('D14 opting out', () => {
  const labelled = (value: string) => ({ metadata: { labels: { app: 'web', [drainLabel]: value } } });
  const evictable = (parts: Parts, surroundings: Partial<DrainSurroundings> = {}) =>
    isEvictable(assessPod(pod(parts), context(surroundings)));

  it('skip: stays, and its node is not empty', () => {
    expect(judged(labelled('skip'))).toEqual(['skip', 'opted-out']);
    expect(evictable(labelled('skip'))).toBe(true);
  });

  it('skip: may be lost when it is named', () => {
    const policy = { acceptLoss: ['shop/web-*'] };
    expect(judged(labelled('skip'), { policy })).toEqual(['skip', 'loss-accepted']);
    expect(evictable(labelled('skip'), { policy })).toBe(false);
    expect(judged(labelled('skip'), { policy: { acceptLoss: ['other/web-*'] } })).toEqual(['skip', 'opted-out']);
  });

  it('skip: without a controller, too', () => {
    expect(judged({ ...labelled('skip'), owner: null })).toEqual(['skip', 'opted-out']);
  });

  it('wait-completed: waits', () => {
    expect(judged(labelled('wait-completed'))).toEqual(['wait', 'waits-for-completion']);
  });

  it('any other value says nothing', () => {
    expect(judged(labelled('no'))).toEqual(['evict', 'evictable']);
  });

  it('accepting a loss means nothing for pods that did not opt out', () => {
    expect(judged({ owner: null }, { policy: { acceptLoss: ['*'] } })).toEqual(['block', 'unmanaged']);
  });

  it('of what is skipped nothing else keeps a node', () => {
    expect(evictable(daemonSet)).toBe(false);
    expect(evictable({ status: { phase: 'Succeeded' } })).toBe(false);
    expect(evictable({})).toBe(true);
    expect(evictable(job)).toBe(true);
    expect(evictable({ owner: null })).toBe(true);
  });
});

describe('D15 pods that would come back to a cordoned node', () => {
  it.each([
    [{ operator: 'Exists' }],
    [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }],
    [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }],
    [{ key: 'node.kubernetes.io/unschedulable' }],
  ])('%j blocks', (toleration) => {
    expect(judged({ spec: { tolerations: [toleration] } })).toEqual(['block', 'returns-to-cordoned-node']);
  });

  it.each([
    [{ operator: 'Exists', effect: 'NoExecute' }],
    [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
    [{ key: 'node.kubernetes.io/unschedulable', value: 'yes' }],
  ])('%j does not', (toleration) => {
    expect(judged({ spec: { tolerations: [toleration] } })).toEqual(['evict', 'evictable']);
  });

  const template = { template: { spec: { nodeName: 'blue-1' } } };

  it('blocks when the template names a node, behind a ReplicaSet too', () => {
    const deployments = [{ metadata: { name: 'web', namespace: 'shop', uid: 'uid-web' }, spec: template }];
    expect(judged({}, { deployments })).toEqual(['block', 'returns-to-cordoned-node']);
    expect(message({}, { deployments })).toContain('names node blue-1');
    const statefulSets = [{ metadata: { name: 'db', namespace: 'shop' }, spec: template }];
    expect(judged({ owner: owner('StatefulSet', 'db') }, { statefulSets })).toEqual(['block', 'returns-to-cordoned-node']);
  });

  it('trap: every pod that runs has a node name; that alone means nothing', () => {
    expect(pod().spec?.nodeName).toBe('blue-1');
    expect(judged()).toEqual(['evict', 'evictable']);
  });
});

describe('D16 pods that fit blue only', () => {
  const green = node('green-1', { labels: { pool: 'green' } });
  const affinity = (key: string, value: string) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [value] }] }],
      },
    },
  });

  it('block when no node that stays matches selector and affinity', () => {
    expect(judged({ spec: { nodeSelector: { pool: 'blue' } } }, { destinations: [green] })).toEqual(['block', 'no-destination']);
    expect(judged({ spec: { affinity: affinity('pool', 'blue') } }, { destinations: [green] })).toEqual(['block', 'no-destination']);
    expect(judged({ spec: { nodeSelector: { pool: 'green' }, affinity: affinity('pool', 'green') } }, { destinations: [green] })).toEqual([
      'evict',
      'evictable',
    ]);
  });

  it('one node must match both', () => {
    const destinations = [node('a', { labels: { pool: 'green' } }), node('b', { labels: { disk: 'nvme' } })];
    expect(judged({ spec: { nodeSelector: { pool: 'green' }, affinity: affinity('disk', 'nvme') } }, { destinations })).toEqual([
      'block',
      'no-destination',
    ]);
  });

  it('are not judged where nobody says where pods may go', () => {
    expect(judged({ spec: { nodeSelector: { pool: 'blue' } } })).toEqual(['evict', 'evictable']);
  });

  it('no node at all takes nobody', () => {
    expect(judged({}, { destinations: [] })).toEqual(['block', 'no-destination']);
  });
});

describe('D17 zones of volumes', () => {
  const spec = { volumes: [claim('data')] };
  const persistentVolumes = [volume('data', { zone: 'b' })];
  const inZone = (zone: string, ready = 'True') => node(`green-${zone}`, { labels: { 'topology.kubernetes.io/zone': zone }, ready });

  it('block when no Ready node is in the zone', () => {
    expect(judged({ spec }, { persistentVolumes, destinations: [inZone('a')] })).toEqual(['block', 'volume-zone-not-covered']);
    expect(judged({ spec }, { persistentVolumes, destinations: [inZone('a'), inZone('b')] })).toEqual(['evict', 'evictable']);
    expect(judged({ spec }, { persistentVolumes, destinations: [inZone('a'), inZone('b', 'False')] })).toEqual([
      'block',
      'volume-zone-not-covered',
    ]);
    expect(message({ spec }, { persistentVolumes, destinations: [inZone('a')] })).toContain('pv-data is in b');
  });

  it('one of the zones of a volume is enough', () => {
    const twoZones = {
      metadata: { name: 'pv', labels: { 'topology.kubernetes.io/zone': 'a__c' } },
      spec: { claimRef: { namespace: 'shop', name: 'data' } },
    };
    expect(judged({ spec }, { persistentVolumes: [twoZones], destinations: [inZone('a')] })).toEqual(['evict', 'evictable']);
    expect(judged({ spec }, { persistentVolumes: [twoZones], destinations: [inZone('b')] })).toEqual(['block', 'volume-zone-not-covered']);
  });

  it('a volume without a zone goes anywhere', () => {
    expect(judged({ spec }, { persistentVolumes: [volume('data')], destinations: [inZone('a')] })).toEqual(['evict', 'evictable']);
  });

  it('are not judged where nobody says where pods may go', () => {
    expect(judged({ spec }, { persistentVolumes })).toEqual(['evict', 'evictable']);
  });
});

describe('D28 grace periods', () => {
  it('block when they are longer than the deadline of a node', () => {
    expect(judged({ spec: { terminationGracePeriodSeconds: 1800 } })).toEqual(['evict', 'evictable']);
    expect(judged({ spec: { terminationGracePeriodSeconds: 1801 } })).toEqual(['block', 'grace-exceeds-deadline']);
    expect(judged({ spec: { terminationGracePeriodSeconds: 1801 } }, { policy: { nodeDeadlineMinutes: 31 } })).toEqual([
      'evict',
      'evictable',
    ]);
  });

  it('are cut by maxGraceSeconds, and not judged during a drain', () => {
    expect(judged({ spec: { terminationGracePeriodSeconds: 7200 } }, { policy: { maxGraceSeconds: 600 } })).toEqual(['evict', 'evictable']);
    expect(judged({ spec: { terminationGracePeriodSeconds: 7200 } }, { policy: { nodeDeadlineMinutes: null } })).toEqual([
      'evict',
      'evictable',
    ]);
  });

  it('are 30 s where nothing is said', () => {
    expect(judged({}, { policy: { nodeDeadlineMinutes: 0.5 } })).toEqual(['evict', 'evictable']);
    expect(judged({}, { policy: { nodeDeadlineMinutes: 0.4 } })).toEqual(['block', 'grace-exceeds-deadline']);
  });
});

describe('several reasons', () => {
  it('all are given, the worst first, in the order of the list', () => {
    const spec = {
      volumes: [
        { name: 'cache', emptyDir: {} },
        { name: 'data', hostPath: { path: '/data' } },
      ],
      tolerations: [{ operator: 'Exists' }],
      terminationGracePeriodSeconds: 9999,
    };
    const podDisruptionBudgets = [budget({ status: { disruptionsAllowed: 0 } })];
    expect(judged({ spec, owner: null }, { podDisruptionBudgets })).toEqual([
      'block',
      'unmanaged',
      'data-on-node',
      'returns-to-cordoned-node',
      'grace-exceeds-deadline',
      'budget-refuses-now',
      'empty-dir-lost',
    ]);
  });
});

describe('the list of reasons', () => {
  it('has each reason once, with a verdict and a rule', () => {
    expect(new Set(drainReasons.map(({ reason }) => reason)).size).toBe(drainReasons.length);
    for (const { reason, verdict } of drainReasons) expect(verdictOf(reason)).toBe(verdict);
  });

  it('begins with the worst verdict', () => {
    const order = drainReasons.map(({ verdict }) => drainVerdicts.indexOf(verdict));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect([...drainReasons].reverse().sort((a, b) => compareReasons(a.reason, b.reason))).toEqual(drainReasons);
  });
});

describe('laws of the classification', () => {
  const some = <T>(...values: T[]) => fc.constantFrom(...values);
  const anyPod = fc
    .record({
      name: some('a', 'b'),
      namespace: some('shop', 'kube-system'),
      owner: some(
        null,
        owner('ReplicaSet', 'web-1'),
        owner('ReplicaSet', 'gone'),
        owner('Job', 'report', 'batch/v1'),
        daemonSet.owner,
        owner('Rollout', 'x', 'argoproj.io/v1alpha1'),
      ),
      ready: fc.boolean(),
      phase: some('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown', undefined),
      deletionTimestamp: some(undefined, undefined, at(10), at(-30), at(-100), 'soon'),
      label: some(undefined, undefined, 'skip', 'wait-completed', 'x'),
      annotations: some(undefined, { 'kubernetes.io/config.mirror': 'x' }, { 'karpenter.sh/do-not-disrupt': 'true' }),
      volumes: fc.subarray([claim('data'), { name: 'e', emptyDir: {} }, { name: 'h', hostPath: { path: '/x' } }]),
      tolerations: some([], [{ operator: 'Exists' }]),
      nodeSelector: some(undefined, { pool: 'green' }, { pool: 'blue' }),
      grace: some(undefined, 0, 30, 4000),
    })
    .map(({ name, namespace, owner, ready, phase, deletionTimestamp, label, annotations, volumes, tolerations, nodeSelector, grace }) => {
      const metadata = { deletionTimestamp, annotations, labels: { app: 'web', ...(label && { [drainLabel]: label }) } };
      const spec = { volumes, tolerations, nodeSelector, terminationGracePeriodSeconds: grace };
      return pod({ name, namespace, owner, ready, metadata, spec, status: { phase } });
    });
  const anySurroundings = fc.record({
    podDisruptionBudgets: fc.subarray([
      budget(),
      budget({ name: 'never', spec: { maxUnavailable: 0 }, status: { disruptionsAllowed: 0 } }),
      budget({ name: 'new', status: null }),
      budget({ namespace: 'kube-system', status: { disruptionsAllowed: 0 } }),
    ]),
    daemonSets: some(undefined, [], [{ metadata: { name: 'aws-node', namespace: 'kube-system' } }]),
    persistentVolumes: some(undefined, [], [volume('data', { zone: 'b' })], [volume('data', { spec: { local: {} } })]),
    destinations: some(undefined, [], [node('green', { labels: { pool: 'green' } })]),
    drainStartedAt: some(undefined, now - 3_600_000),
    policy: fc.record(
      {
        allowOrphans: fc.boolean(),
        allowUnmanaged: some(['*'], []),
        acceptLoss: some(['*'], []),
        disruptionAnnotations: some('respect' as const, 'warn' as const),
      },
      { requiredKeys: [] },
    ),
  });

  it('every pod has exactly one verdict, that of its reason, and nothing worse beside it', () => {
    fc.assert(
      fc.property(anyPod, anySurroundings, (one, surroundings) => {
        const { verdict, reason, message, also } = assessPod(one, context({ ...surroundings, pods: [one] }));
        expect(drainReasons.filter((known) => known.reason === reason)).toEqual([expect.objectContaining({ verdict })]);
        expect(message).not.toBe('');
        const order = [reason, ...also.map((fact) => fact.reason)];
        expect(order).toEqual([...order].sort(compareReasons));
      }),
      { numRuns: 500 },
    );
  });

  it('allowing more never makes a verdict worse', () => {
    const everything = {
      allowOrphans: true,
      allowUnmanaged: ['*'],
      disruptionAnnotations: 'ignore' as const,
      overdueJobs: 'evict' as const,
      nodeDeadlineMinutes: null,
    };
    fc.assert(
      fc.property(anyPod, anySurroundings, (one, surroundings) => {
        const strict = assessPod(one, context({ ...surroundings, policy: {} }));
        const lax = assessPod(one, context({ ...surroundings, policy: everything }));
        expect(drainVerdicts.indexOf(lax.verdict)).toBeGreaterThanOrEqual(drainVerdicts.indexOf(strict.verdict));
      }),
      { numRuns: 300 },
    );
  });

  it('the order in which things were read does not matter', () => {
    fc.assert(
      fc.property(anyPod, anySurroundings, fc.array(anyPod, { maxLength: 4 }), (one, surroundings, pods) => {
        const there = assessPod(one, context({ ...surroundings, pods }));
        const podDisruptionBudgets = surroundings.podDisruptionBudgets.toReversed();
        expect(assessPod(one, context({ ...surroundings, podDisruptionBudgets, pods: pods.toReversed() }))).toEqual(there);
      }),
    );
  });
});
