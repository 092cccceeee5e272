import { describe, expect, test } from 'vitest';
import { selfManagedNodes } from '../../functions/checks/self-managed-nodes.ts';
import { createNode, unavailable } from './builders.ts';
import { createAutoScalingGroup, createInstanceNode, createManagedAutoScalingGroup, inWeb } from './builders-nodes.ts';
import { runCheckOn } from './run-check-on.ts';

const on = (groups: readonly unknown[], nodes: readonly unknown[]) =>
  runCheckOn(selfManagedNodes, { 'autoscaling.groups': groups, 'kubernetes.nodes': nodes });
const instances = (...ids: string[]) => ids.map((InstanceId) => ({ InstanceId, LifecycleState: 'InService' }));

describe('self-managed-nodes', () => {
  test('a group is one finding with its nodes', () => {
    const group = createAutoScalingGroup({ Instances: instances('i-2', 'i-1'), DesiredCapacity: 2 });
    const nodes = [
      createInstanceNode('b', { instanceId: 'i-2', labels: { pool: 'old' } }),
      createInstanceNode('a', { instanceId: 'i-1', labels: { pool: 'old' } }),
    ];
    expect(on([group], nodes)).toEqual({
      status: 'failed',
      missing: [],
      essential: false,
      findings: [
        {
          severity: 'info',
          subject: {
            kind: 'AutoScalingGroup',
            name: 'workers',
            arn: 'arn:aws:autoscaling:eu-west-1:111111111111:autoScalingGroup:8ec1:autoScalingGroupName/workers',
          },
          message: 'Auto Scaling group workers (2 nodes: a, b) is self-managed: EKS will not upgrade its nodes',
          facts: { nodes: ['a', 'b'], count: 2, instances: ['i-1', 'i-2'], minSize: 0, maxSize: 3, desiredCapacity: 2 },
          remediation:
            'After the upgrade put an AMI of the new version into its launch template, then replace the nodes: ' +
            'aws autoscaling start-instance-refresh --region eu-west-1 --auto-scaling-group-name workers',
          tags: { 'kubernetes.io/cluster/payments': 'owned', team: 'platform' },
          labels: { pool: 'old' },
        },
      ],
    });
  });

  test.each([
    ['room for nodes', { MaxSize: 3, DesiredCapacity: 0 }, 1],
    ['room for one', { MaxSize: 1 }, 1],
    ['nothing and room for nothing', { MinSize: 0, MaxSize: 0, DesiredCapacity: 0 }, 0],
    ['an instance that is left', { MaxSize: 0, DesiredCapacity: 0, Instances: instances('i-1') }, 1],
    ['a desired capacity', { MaxSize: null, DesiredCapacity: 1 }, 1],
    ['nothing said of its size', { MinSize: null, MaxSize: null, DesiredCapacity: null, Instances: null }, 1],
  ])('a group with %s', (_, size, findings) => {
    expect(on([createAutoScalingGroup(size)], []).findings).toHaveLength(findings);
  });

  test('a group without a node that was seen says so', () => {
    expect(on([createAutoScalingGroup({ Instances: instances('i-1') })], []).findings).toMatchObject([
      {
        message: 'Auto Scaling group workers (1 instance, no node seen) is self-managed: EKS will not upgrade its nodes',
        facts: { count: 0 },
      },
    ]);
  });

  test('groups behind managed node groups are left out, and their nodes too', () => {
    const group = createManagedAutoScalingGroup({ Instances: instances('i-1', 'i-2') });
    const nodes = [createInstanceNode('a', { instanceId: 'i-1', labels: inWeb }), createInstanceNode('unlabelled', { instanceId: 'i-2' })];
    expect(on([group], nodes)).toMatchObject({ status: 'passed', findings: [], missing: [] });
  });

  test.each([
    ['a managed node group', inWeb],
    ['Karpenter', { 'karpenter.sh/nodepool': 'default' }],
    ['old Karpenter', { 'karpenter.sh/provisioner-name': 'default' }],
    ['Fargate', { 'eks.amazonaws.com/compute-type': 'fargate' }],
    ['EKS Auto Mode', { 'eks.amazonaws.com/compute-type': 'auto', 'karpenter.sh/nodepool': 'system' }],
    ['EKS Auto Mode without a node pool', { 'eks.amazonaws.com/compute-type': 'auto' }],
  ])('nodes of %s pass', (_, labels) => {
    expect(on([], [createInstanceNode('a', { instanceId: 'i-1', labels })])).toMatchObject({ status: 'passed', findings: [] });
  });

  test('nodes of no Auto Scaling group are one finding a group', () => {
    const { findings } = on(
      [],
      [
        createInstanceNode('b', { instanceId: 'i-9', labels: { team: 'x' } }),
        createNode({ name: 'a', labels: { team: 'x' } }),
        createInstanceNode('e', { labels: { 'alpha.eksctl.io/nodegroup-name': 'legacy' } }),
        createInstanceNode('h', { labels: { 'eks.amazonaws.com/compute-type': 'hybrid' } }),
      ],
    );
    expect(findings).toEqual([
      {
        severity: 'info',
        subject: { kind: 'SelfManagedNodes', name: 'self-managed' },
        message: '2 self-managed nodes (a, b) belong to no group that EKS knows: EKS will not upgrade them',
        facts: { nodes: ['a', 'b'], count: 2 },
        remediation: 'After the upgrade replace them by nodes of the new version, one by one after: kubectl drain a --ignore-daemonsets',
        labels: { team: 'x' },
      },
      expect.objectContaining({
        subject: { kind: 'SelfManagedNodes', name: 'legacy' },
        message: '1 node of self-managed node group legacy (e) belongs to no group that EKS knows: EKS will not upgrade it',
      }),
      expect.objectContaining({
        subject: { kind: 'HybridNodes', name: 'hybrid' },
        remediation: 'After the upgrade, node by node: kubectl drain h --ignore-daemonsets, then nodeadm upgrade with the new version',
      }),
    ]);
  });

  test('a node is told by the instance it runs on, not by a part of its name', () => {
    const groups = [
      createAutoScalingGroup({ AutoScalingGroupName: 'one', Instances: instances('i-1') }),
      createAutoScalingGroup({ AutoScalingGroupName: 'ten', Instances: instances('i-10') }),
    ];
    const { findings } = on(groups, [createInstanceNode('a', { instanceId: 'i-10' })]);
    expect(findings.map(({ subject, facts }) => [subject.name, facts.nodes])).toEqual([
      ['one', []],
      ['ten', ['a']],
    ]);
  });

  test('a cluster without any passes', () => {
    expect(on([], [])).toMatchObject({ status: 'passed', findings: [], missing: [] });
  });

  test('groups are found without nodes, which is no pass', () => {
    const nodes = { 'kubernetes.nodes': unavailable('EndpointUnreachable') };
    const missing = [{ evidence: 'kubernetes.nodes', code: 'EndpointUnreachable' }];
    expect(runCheckOn(selfManagedNodes, { 'autoscaling.groups': [createAutoScalingGroup()], ...nodes })).toMatchObject({
      status: 'unknown',
      findings: [{ subject: { name: 'workers' } }],
      missing,
    });
    expect(runCheckOn(selfManagedNodes, { 'autoscaling.groups': [], ...nodes })).toMatchObject({
      status: 'unknown',
      findings: [],
      missing,
    });
  });

  test('without Auto Scaling groups it is unknown, or skipped where they were not asked for', () => {
    const nodes = { 'kubernetes.nodes': [createNode()] };
    expect(runCheckOn(selfManagedNodes, { ...nodes, 'autoscaling.groups': unavailable('AccessDenied') })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'autoscaling.groups', code: 'AccessDenied' }],
    });
    expect(runCheckOn(selfManagedNodes, nodes).status).toBe('skipped');
  });
});
