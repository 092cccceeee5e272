import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differencesFrom } from '../../../functions/rotation/decide/differences.ts';
import type { LiveWorld } from '../../../functions/rotation/decide/live-world.ts';
import type { LiveGroup } from '../../../functions/rotation/node-groups/live-group.ts';
import {
  excludeFromLoadBalancersLabel,
  type LiveNode,
  pairTag,
  rotationAnnotation,
  rotationTag,
  scaleDownDisabledAnnotation,
  standbyTag,
  standbyTaint,
} from '../../../functions/rotation/read/cluster-view.ts';
import { type GroupSnapshot, noStamps } from '../../../functions/rotation/record.ts';
import { groupSnapshotOf, nodeSnapshotOf, snapshotOfWorld } from '../soak-world.ts';

const rotationId = 'rot-payments-1';

const live = (snapshot: GroupSnapshot, overrides: Partial<LiveGroup> = {}): LiveGroup => ({
  ...snapshot,
  instances: [],
  updating: false,
  instanceRefreshes: [],
  nodegroup: null,
  ...overrides,
});

const managed = (name: string, overrides: Partial<GroupSnapshot> = {}) =>
  groupSnapshotOf({ kind: 'managed', name, autoScalingGroupName: `eks-${name}`, ...overrides });

const blue = managed('workers-a', {
  labels: { pool: 'workers' },
  taints: [{ key: 'dedicated', value: 'web', effect: 'NO_SCHEDULE' }],
  suspendedProcesses: ['ReplaceUnhealthy'],
  targetGroups: ['arn:tg/web'],
});
const green = managed('workers-b', { bounds: { min: 0, desired: 0, max: 3 } });
const snapshot = snapshotOfWorld({
  blue,
  green,
  nodes: [nodeSnapshotOf(), nodeSnapshotOf({ name: 'node-a2', instanceId: 'i-a2', unschedulable: true })],
});

const node = (
  name: string,
  overrides: { annotations?: Record<string, string>; labels?: Record<string, string>; unschedulable?: boolean } = {},
): LiveNode => ({
  metadata: { name, annotations: overrides.annotations ?? {}, labels: overrides.labels ?? {} },
  spec: { providerID: `aws:///eu-west-1a/${name.replace('node-', 'i-')}`, unschedulable: overrides.unschedulable ?? false },
});

const reverted = (overrides: Partial<LiveWorld> = {}): LiveWorld => ({
  end: 'reverted',
  rotationId,
  stamps: { ...noStamps, suspended: { 'eks-workers-a': ['AZRebalance'] }, surged: { 'Deployment shop/web': 1 } },
  greenCreated: false,
  blueDeleted: false,
  blue: live(blue),
  green: live(green),
  nodes: [node('node-a1'), node('node-a2', { unschedulable: true })],
  surged: {},
  ...overrides,
});

const standby = {
  taints: [...blue.taints, { ...standbyTaint }],
  tags: [...blue.tags, { key: standbyTag, value: 'true:NoSchedule', propagateAtLaunch: false }],
};
const succeeded = (overrides: Partial<LiveWorld> = {}): LiveWorld =>
  reverted({
    end: 'succeeded',
    blue: live(blue, { bounds: { min: 0, desired: 0, max: 5 }, ...standby }),
    green: live(green, { bounds: { ...blue.bounds, desired: 4 } }),
    nodes: [node('node-b1')],
    ...overrides,
  });

const differences = (world: LiveWorld) => differencesFrom(snapshot, world);

describe('after a revert', () => {
  it('nothing differs when all is as it was', () => {
    expect(differences(reverted())).toEqual([]);
  });

  it('blue may be larger, and must not be smaller', () => {
    expect(differences(reverted({ blue: live(blue, { bounds: { min: 1, desired: 5, max: 5 } }) }))).toEqual([]);
    expect(differences(reverted({ blue: live(blue, { bounds: { min: 1, desired: 7, max: 7 } }) }))).toEqual([]);
    expect(differences(reverted({ blue: live(blue, { bounds: { min: 2, desired: 1, max: 6 } }) }))).toEqual([
      'node group workers-a has min 2 instead of 1',
      'node group workers-a has desired 1 instead of at least 2',
      'node group workers-a has max 6 instead of 5',
    ]);
  });

  it('green has exactly its sizes', () => {
    expect(differences(reverted({ green: live(green, { bounds: { min: 0, desired: 1, max: 4 } }) }))).toEqual([
      'node group workers-b has desired 1 instead of 0',
      'node group workers-b has max 4 instead of 3',
    ]);
  });

  it('no group is gone, and none that we made is left', () => {
    expect(differences(reverted({ blue: undefined, green: undefined }))).toEqual([
      'node group workers-a is gone',
      'node group workers-b is gone',
    ]);
    const made = snapshotOfWorld({ blue, green: null, nodes: [] });
    expect(differencesFrom(made, reverted({ greenCreated: true, green: undefined }))).toEqual([]);
    expect(differencesFrom(made, reverted({ greenCreated: true }))).toEqual([
      'node group workers-b, which the rotation made, is still there',
    ]);
  });

  it.each<[string, Partial<LiveGroup>, string]>([
    [
      'a process that we suspended',
      { suspendedProcesses: ['AZRebalance', 'ReplaceUnhealthy'] },
      'process AZRebalance of eks-workers-a is still suspended',
    ],
    [
      'a process that others had suspended',
      { suspendedProcesses: [] },
      'process ReplaceUnhealthy of eks-workers-a was suspended before, and is not now',
    ],
    ['a lost label', { labels: {} }, 'node group workers-a has label pool no more instead of "workers"'],
    ['another value of a label', { labels: { pool: 'x' } }, 'node group workers-a has label pool "x" instead of "workers"'],
    ['a lost taint', { taints: [] }, 'node group workers-a has lost its taint dedicated:NO_SCHEDULE'],
    ['the guard', { taints: standby.taints }, 'node group workers-a still has the taint eks-greenlight/standby:NO_SCHEDULE'],
    ['the tag of the guard', { tags: standby.tags }, `eks-workers-a still has the tag ${standbyTag}`],
    [
      'our tag',
      { tags: [...blue.tags, { key: rotationTag, value: rotationId, propagateAtLaunch: false }] },
      `eks-workers-a still has the tag ${rotationTag}`,
    ],
    [
      'the tag of a pair',
      { tags: [...blue.tags, { key: pairTag, value: 'workers', propagateAtLaunch: false }] },
      `eks-workers-a still has the tag ${pairTag}`,
    ],
    ['a lost tag', { tags: [] }, 'eks-workers-a has tag team no more instead of "payments"'],
    [
      'a tag that nodes no longer get',
      { tags: [{ key: 'team', value: 'payments', propagateAtLaunch: false }] },
      'eks-workers-a has tag team with PropagateAtLaunch false instead of true',
    ],
    ['a target group', { targetGroups: [] }, 'target group arn:tg/web is no longer attached to eks-workers-a'],
  ])('%s is named', (_, overrides, expected) => {
    expect(differences(reverted({ blue: live(blue, overrides) }))).toEqual([expected]);
  });

  it('what we attached to green is named', () => {
    const stamps = { ...noStamps, attachedTargetGroups: ['arn:tg/web'], attachedLoadBalancers: ['classic'] };
    const attached = live(green, { targetGroups: ['arn:tg/web', 'arn:tg/other'], classicLoadBalancers: ['classic'] });
    expect(differences(reverted({ stamps, green: attached }))).toEqual([
      'target group arn:tg/web is still attached to eks-workers-b',
      'load balancer classic is still attached to eks-workers-b',
    ]);
  });

  it.each<[string, LiveNode, string[]]>([
    [
      'our cordon',
      node('node-a1', { unschedulable: true, annotations: { [rotationAnnotation]: rotationId } }),
      ['blue node node-a1 is still cordoned by us'],
    ],
    [
      'our cordon of a new node',
      node('node-b9', { unschedulable: true, annotations: { [rotationAnnotation]: rotationId } }),
      ['node node-b9 is still cordoned by us'],
    ],
    [
      'our stamp',
      node('node-a1', { annotations: { [rotationAnnotation]: rotationId } }),
      [`node node-a1 still has the annotation ${rotationAnnotation}`],
    ],
    [
      'our label',
      node('node-a1', { labels: { [excludeFromLoadBalancersLabel]: rotationId } }),
      ['node node-a1 is still kept from load balancers by our label'],
    ],
    [
      'our annotation',
      node('node-a1', { annotations: { [scaleDownDisabledAnnotation]: 'true' } }),
      [`node node-a1 still has the annotation ${scaleDownDisabledAnnotation}`],
    ],
    ['the cordon of somebody else', node('node-a1', { unschedulable: true }), []],
    ['a stamp of another rotation', node('node-a1', { annotations: { [rotationAnnotation]: 'rot-other' } }), []],
    ['a label of somebody else', node('node-a1', { labels: { [excludeFromLoadBalancersLabel]: 'true' } }), []],
    ['an annotation of a node that is new', node('node-c1', { annotations: { [scaleDownDisabledAnnotation]: 'true' } }), []],
  ])('%s on a node: %#', (_, seen, expected) => {
    expect(differences(reverted({ nodes: [seen] }))).toEqual(expected);
  });

  it('marks that nodes had before are missed, but not on another instance of the same name', () => {
    const marked = nodeSnapshotOf({ scaleDownDisabled: 'true', excludedFromLoadBalancers: 'mine' });
    const before = snapshotOfWorld({ blue, green, nodes: [marked] });
    expect(differencesFrom(before, reverted({ nodes: [node('node-a1')] }))).toEqual([
      `node node-a1 has label ${excludeFromLoadBalancersLabel} no more instead of "mine"`,
      `node node-a1 has annotation ${scaleDownDisabledAnnotation} no more instead of "true"`,
    ]);
    const other = { ...node('node-a1'), spec: { providerID: 'aws:///eu-west-1a/i-new' } };
    expect(differencesFrom(before, reverted({ nodes: [other] }))).toEqual([]);
  });

  it('a surge that is left behind is named', () => {
    expect(differences(reverted({ surged: { 'Deployment shop/web': 2 } }))).toEqual(['Deployment shop/web has 2 replicas instead of 1']);
    expect(differences(reverted({ surged: { 'Deployment shop/web': 1 } }))).toEqual([]);
    expect(differences(reverted({ surged: { 'Deployment shop/web': undefined } }))).toEqual([]);
  });

  it('what others added is theirs', () => {
    const words = fc.stringMatching(/^[a-z]{3,8}$/);
    const added = fc.record({ keys: fc.uniqueArray(words, { maxLength: 4 }), value: words });
    fc.assert(
      fc.property(added, fc.subarray(['Launch', 'HealthCheck', 'AddToLoadBalancer']), ({ keys, value }, processes) => {
        const theirs = live(blue, {
          labels: { ...Object.fromEntries(keys.map((key) => [`x-${key}`, value])), ...blue.labels },
          taints: [...keys.map((key) => ({ key: `x-${key}`, value, effect: 'NO_EXECUTE' })), ...blue.taints],
          tags: [...keys.map((key) => ({ key: `x-${key}`, value, propagateAtLaunch: true })), ...blue.tags],
          suspendedProcesses: [...blue.suspendedProcesses, ...processes],
          targetGroups: [...blue.targetGroups, ...keys],
        });
        expect(differences(reverted({ blue: theirs }))).toEqual([]);
      }),
    );
  });
});

describe('after a success', () => {
  it('nothing differs when green has the bounds of blue, and blue is a standby', () => {
    expect(differences(succeeded())).toEqual([]);
  });

  it('green has the bounds of blue, whatever its desired size', () => {
    expect(differences(succeeded({ green: live(green, { bounds: { min: 0, desired: 4, max: 3 } }) }))).toEqual([
      'node group workers-b has min 0 instead of 1',
      'node group workers-b has max 3 instead of 5',
    ]);
    expect(differences(succeeded({ green: undefined }))).toEqual(['node group workers-b is gone']);
  });

  it('a managed blue is at 0 behind taint and tag', () => {
    const instances = [{ id: 'i-a1', zone: 'eu-west-1a', lifecycleState: 'InService', healthy: true, protectedFromScaleIn: false }];
    expect(differences(succeeded({ blue: live(blue, { bounds: { min: 1, desired: 1, max: 5 }, instances }) }))).toEqual([
      'node group workers-a has min 1 instead of 0',
      'node group workers-a has desired 1 instead of 0',
      'node group workers-a still has 1 instances',
      'node group workers-a has no standby taint: an autoscaler could wake it',
      'node group workers-a has no standby tag: an autoscaler could wake it',
    ]);
  });

  it('a plain blue has max 0', () => {
    const plain = snapshotOfWorld({ nodes: [] });
    const world = (max: number) =>
      succeeded({ blue: live(plain.blue, { bounds: { min: 0, desired: 0, max } }), green: live(groupSnapshotOf({ name: 'payments-b' })) });
    expect(differencesFrom(plain, world(0))).toEqual([]);
    expect(differencesFrom(plain, world(5))).toEqual(['Auto Scaling group payments-a has max 5 instead of 0']);
  });

  it('blue is gone only where that was asked for', () => {
    expect(differences(succeeded({ blue: undefined }))).toEqual(['node group workers-a is gone, and with it the fastest way back']);
    expect(differences(succeeded({ blue: undefined, blueDeleted: true }))).toEqual([]);
  });

  it('green keeps the tag of the pair and what was attached to it, and blue its label', () => {
    const stamps = { ...noStamps, attachedTargetGroups: ['arn:tg/web'] };
    const world = succeeded({ stamps });
    const tags = [...green.tags, { key: pairTag, value: 'workers', propagateAtLaunch: false }];
    expect(differences({ ...world, green: world.green && { ...world.green, tags, targetGroups: ['arn:tg/web'] } })).toEqual([]);
    expect(differences({ ...world, blue: world.blue && { ...world.blue, labels: {} } })).toEqual([
      'node group workers-a has label pool no more instead of "workers"',
    ]);
  });

  it('green has no guard and no process of ours', () => {
    const stamps = { ...noStamps, suspended: { 'eks-workers-b': ['AZRebalance'] } };
    const world = succeeded({ stamps });
    const guarded = world.green && { ...world.green, taints: [{ ...standbyTaint }], suspendedProcesses: ['AZRebalance'] };
    expect(differences({ ...world, green: guarded })).toEqual([
      'process AZRebalance of eks-workers-b is still suspended',
      'node group workers-b still has the taint eks-greenlight/standby:NO_SCHEDULE',
    ]);
  });
});
