import { describe, expect, it } from 'vitest';
import { planNodes, type SeenNodes } from '../../../functions/report/playbook/plan-nodes.ts';
import { createNode, createNodegroup } from '../../checks/builders.ts';

const identity = { accountId: '111111111111', region: 'eu-west-1', name: 'payments', arn: 'arn' };
const minors = (...given: number[]) => given.map((minor) => ({ major: 1, minor }));
const nothing: SeenNodes = { nodegroups: [], nodes: [], autoScalingGroups: [], fargateProfiles: [], autoMode: false };
const kubelet = (minor: number, labels: Readonly<Record<string, string>>, name = `n-${minor}-${Object.values(labels)}`) =>
  createNode({ name, labels, nodeInfo: { kubeletVersion: `v1.${minor}.2-eks-1` } });
const web = { 'eks.amazonaws.com/nodegroup': 'web' };
const plan = (seen: Partial<SeenNodes>, path: readonly number[]) => planNodes({ ...nothing, ...seen }, minors(...path), identity);
const short = (hops: ReturnType<typeof plan>) =>
  hops.map(({ before, after, waiting }) => ({
    before: before.map(({ group, from, to }) => `${group.name} ${from} → ${to}`),
    after: after.map(({ group, from, to }) => `${group.name} ${from} → ${to}`),
    waiting: waiting.map(({ group, version }) => `${group.name} ${version}`),
  }));

describe('the replacements of nodes on a path', () => {
  it('are at the end, while the skew allows it', () => {
    expect(short(plan({ nodes: [kubelet(33, web)] }, [33, 34, 35]))).toEqual([
      { before: [], after: [], waiting: ['web 1.33'] },
      { before: [], after: ['web 1.33 → 1.35'], waiting: [] },
    ]);
  });

  it.each([
    [31, []],
    [30, ['web 1.30 → 1.33']],
  ])('of a kubelet 1.%i, before 1.34: %j', (minor, before) => {
    expect(short(plan({ nodes: [kubelet(minor, web)] }, [33, 34, 35]))[0]?.before).toEqual(before);
  });

  it('go by the oldest kubelet of a group, and by the group itself where no node was seen', () => {
    const hops = plan(
      {
        nodes: [kubelet(33, web, 'a'), kubelet(32, web, 'b')],
        nodegroups: [createNodegroup({ nodegroupName: 'idle', version: '1.33', scalingConfig: { desiredSize: 0 } })],
      },
      [33, 34],
    );
    expect(short(hops)[0]?.after).toEqual(['idle 1.33 → 1.34', 'web 1.32 → 1.34']);
    expect(hops[0]?.after.map(({ nodes }) => nodes)).toEqual([0, 2]);
  });

  it.each([
    [{}, 20],
    [{ maxUnavailable: 2 }, 10],
    [{ maxUnavailable: 3 }, 10],
    [{ maxUnavailablePercentage: 50 }, 10],
    [{ maxUnavailablePercentage: 10 }, 20],
  ])('of a managed group take 5 minutes for each set of nodes: %j', (updateConfig, minutes) => {
    const nodes = [1, 2, 3, 4].map((number) => kubelet(33, web, `n${number}`));
    const [hop] = plan({ nodes, nodegroups: [createNodegroup({ updateConfig })] }, [33, 34]);
    expect(hop?.after[0]?.minutes).toBe(minutes);
  });

  const commandsOf = (seen: Partial<SeenNodes>, path = [33, 34]) => plan(seen, path)[0]?.after[0]?.commands.join('\n') ?? '';

  it('has a way for each kind of node', () => {
    const managed = (more: Parameters<typeof createNodegroup>[0]) => ({ nodes: [kubelet(33, web)], nodegroups: [createNodegroup(more)] });
    expect(commandsOf(managed({}))).toMatch(
      /^aws eks update-nodegroup-version --region eu-west-1 --cluster-name payments --nodegroup-name web --kubernetes-version 1.34\n/,
    );
    expect(commandsOf(managed({ amiType: 'CUSTOM', launchTemplate: { id: 'lt-1', name: 'web-lt', version: '7' } }))).toMatch(
      /create-launch-template-version .*--launch-template-id lt-1 --source-version 7 .*\n.*--launch-template name=web-lt,version=NEW_VERSION/,
    );
    expect(commandsOf(managed({ amiType: 'AL2_ARM_64' }))).toMatch(
      /create-nodegroup .*--nodegroup-name web-al2023 --ami-type AL2023_ARM_64_STANDARD/,
    );
    expect(commandsOf({ nodes: [kubelet(33, { 'karpenter.sh/nodepool': 'general' })] })).toContain('karpenter.sh/nodepool=general');
    const profile = { fargateProfileName: 'jobs', selectors: [{ namespace: 'jobs' }] };
    expect(commandsOf({ nodes: [kubelet(33, { 'eks.amazonaws.com/compute-type': 'fargate' })], fargateProfiles: [profile] })).toBe(
      'kubectl rollout restart deployment,statefulset --namespace jobs',
    );
    expect(commandsOf({ nodes: [kubelet(33, { 'eks.amazonaws.com/compute-type': 'hybrid' })] })).toContain('nodeadm upgrade 1.34');
    const own = { AutoScalingGroupName: 'payments-own', LaunchTemplate: { LaunchTemplateId: 'lt-9' }, Tags: [] };
    const eksOwn = { AutoScalingGroupName: 'eks-web', Tags: [{ Key: 'eks:nodegroup-name', Value: 'web' }] };
    expect(commandsOf({ nodes: [kubelet(33, {})], autoScalingGroups: [eksOwn, own] })).toMatch(
      /--launch-template-id lt-9 .*\n.*start-instance-refresh .*--auto-scaling-group-name payments-own/,
    );
  });

  it('of EKS Auto Mode happen by themselves', () => {
    const [hop] = plan({ nodes: [kubelet(33, { 'karpenter.sh/nodepool': 'general-purpose' })], autoMode: true }, [33, 34]);
    expect(hop?.after[0]?.how).toContain('by itself');
  });

  it.each([
    ['AL2_x86_64', [31, 32], 'update-nodegroup-version'],
    ['AL2_x86_64', [32, 33], 'create-nodegroup'],
  ])('of %s on %j: %s, for there is no image from 1.33 on', (amiType, path, command) => {
    const seen = { nodes: [kubelet(31, web)], nodegroups: [createNodegroup({ amiType })] };
    expect(commandsOf(seen, path)).toContain(command);
  });
});
