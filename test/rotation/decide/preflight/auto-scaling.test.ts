import { describe, expect, it } from 'vitest';
import { autoScaling, nodeRepair, warmPools } from '../../../../functions/rotation/decide/preflight/auto-scaling.ts';
import { at, blueGroup, blueNode, brief, facts, greenGroup, view } from '../../preflight-builders.ts';

const found = (...of: Parameters<typeof facts>) => brief(autoScaling(facts(...of)));
const [blueName, greenName] = ['Node group workers-a', 'Node group workers-b'];

describe('(16) what else acts on the Auto Scaling groups', () => {
  it('who operates a group keeps its processes', () => {
    expect(found({ blue: blueGroup({ operator: 'eks.amazonaws.com' }) })).toEqual([`warn asg-operated ${blueName}`]);
  });

  it('green needs Launch, and blue Terminate', () => {
    const both = ['Launch', 'Terminate', 'AZRebalance'];
    expect(found({ blue: blueGroup({ suspendedProcesses: both }), green: greenGroup({ suspendedProcesses: both }) })).toEqual([
      `warn process-suspended ${blueName}`,
      `block process-suspended ${blueName}`,
      `block process-suspended ${greenName}`,
      `warn process-suspended ${greenName}`,
    ]);
    expect(found({ blue: blueGroup({ suspendedProcesses: ['Terminate'] }), ourSuspensions: { 'eks-workers-a': ['Terminate'] } })).toEqual(
      [],
    );
  });

  it('an instance refresh blocks', () => {
    expect(found({ green: greenGroup({ instanceRefreshes: ['r-1'] }) })).toEqual([`block instance-refresh ${greenName}`]);
  });

  it('a scheduled action that is due before the end is told; where it cannot be held back it blocks', () => {
    const action = (nextAt: string | null) => ({ scheduledActions: [{ group: 'eks-workers-a', name: 'night', nextAt }] });
    expect(found(action(at(3600)))).toEqual([`warn scheduled-action-due ${blueName}`]);
    expect(found(action(at(90 * 86_400)))).toEqual([]);
    expect(found(action(null))).toEqual([`warn scheduled-action-due ${blueName}`]);
    expect(found({ ...action(at(3600)), blue: blueGroup({ operator: 'x' }) })).toContain(`block scheduled-action-due ${blueName}`);
  });

  it('policies', () => {
    const policies = [
      { name: 'cpu', type: 'TargetTrackingScaling' },
      { name: 'forecast', type: 'PredictiveScaling' },
    ];
    expect(found({ blue: blueGroup({ policies }) })).toEqual([`info scaling-policy ${blueName}`, `warn predictive-policy ${blueName}`]);
  });

  it('a node that reaches its lifetime meanwhile blocks', () => {
    const aged = (seconds: number) =>
      view({
        nodes: [0, 1, 2].map((index) => ({
          ...blueNode(index),
          metadata: { ...blueNode(index).metadata, creationTimestamp: at(-seconds) },
        })),
      });
    const blue = blueGroup({ maxInstanceLifetimeSeconds: 7 * 86_400 });
    expect(found({ blue, view: aged(7 * 86_400 - 60) })).toEqual([`block instance-lifetime ${blueName}`]);
    expect(found({ blue, view: aged(86_400) })).toEqual([`warn instance-lifetime ${blueName}`]);
    expect(found({ blue: blueGroup({ maxInstanceLifetimeSeconds: 0 }) })).toEqual([]);
  });

  it('protection from scale-in keeps a group from going to zero', () => {
    const blue = blueGroup({ protectedInstances: ['i-blue0'], newInstancesProtected: true });
    expect(found({ blue })).toEqual([`warn scale-in-protection ${blueName}`, `warn new-instances-protected ${blueName}`]);
  });

  it('a hook that holds longer than the rotation waits is told', () => {
    const hook = (group: string, transition: string, heartbeatSeconds: number | null) => ({
      lifecycleHooks: [{ group, name: 'drain', transition: `autoscaling:EC2_INSTANCE_${transition}`, heartbeatSeconds }],
    });
    expect(found(hook('eks-workers-a', 'TERMINATING', 300))).toEqual([`info lifecycle-hook ${blueName}`]);
    expect(found(hook('eks-workers-a', 'TERMINATING', 3600))).toEqual([`warn lifecycle-hook ${blueName}`]);
    expect(found(hook('eks-workers-b', 'LAUNCHING', 3600))).toEqual([`warn lifecycle-hook ${greenName}`]);
    expect(found(hook('eks-workers-a', 'LAUNCHING', 3600))).toEqual([`info lifecycle-hook ${blueName}`]);
    expect(found(hook('eks-workers-b', 'LAUNCHING', null))).toEqual([`warn lifecycle-hook ${greenName}`]);
  });
});

describe('(17, 18) warm pools and node repair', () => {
  it('are told', () => {
    expect(brief(warmPools(facts({ blue: blueGroup({ warmPool: {} }), green: greenGroup({ warmPool: {} }) })))).toEqual([
      `warn warm-pool ${blueName}`,
      `warn warm-pool ${greenName}`,
    ]);
    expect(brief(nodeRepair(facts({ green: greenGroup({ nodeRepair: true }) })))).toEqual([`info node-repair ${greenName}`]);
    expect([...warmPools(facts()), ...nodeRepair(facts())]).toEqual([]);
  });
});
