import { AutoScalingClient, type AutoScalingGroup, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import {
  CreateNodegroupCommand,
  DescribeNodegroupCommand,
  EKSClient,
  type Nodegroup,
  paginateListNodegroups,
  TagResourceCommand,
} from '@aws-sdk/client-eks';
import { expect, vi } from 'vitest';
import { z } from 'zod';
import { asRoot } from './aws-client.ts';
import { CLUSTER, PAIR_TAG, PAYMENTS_ACCOUNT } from './rotate-world.ts';
import { type AwsCall, type KubernetesRequest, kubectl, recorded } from './world.ts';

/** What there is, as kubectl and the root of the account see it: never what the product says of itself. */

const metadata = z.object({
  name: z.string(),
  namespace: z.string().default(''),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});
const taint = z.object({ key: z.string(), value: z.string().optional(), effect: z.string() });
const nodeSchema = z.object({
  metadata,
  spec: z.object({ unschedulable: z.boolean().default(false), taints: z.array(taint).default([]) }),
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }),
});
const workloadSchema = z.object({
  kind: z.string(),
  metadata,
  spec: z.object({ replicas: z.number().optional() }),
  status: z.object({ readyReplicas: z.number().default(0), numberReady: z.number().default(0) }),
});
const podSchema = z.object({
  metadata,
  spec: z.object({ nodeName: z.string().optional() }),
  status: z.object({ phase: z.string() }),
});

const items = <S extends z.ZodType>(item: S, ...what: readonly string[]): z.output<S>[] =>
  z.object({ items: z.array(item) }).parse(JSON.parse(kubectl('get', ...what, '--output', 'json'))).items;

export type WitnessedNode = z.output<typeof nodeSchema>;
export const nodes = (...selector: readonly string[]) => items(nodeSchema, 'nodes', ...selector);
export const nodesOf = (group: string) => nodes('--selector', `eks.amazonaws.com/nodegroup=${group}`);
export const isReady = ({ status }: WitnessedNode) => status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
export const pods = (...selector: readonly string[]) => items(podSchema, 'pods', '--all-namespaces', ...selector);

export const eks = () => new EKSClient(asRoot(PAYMENTS_ACCOUNT, 'EKS'));

/** All Auto Scaling groups of the account. */
export async function autoScalingGroups(): Promise<AutoScalingGroup[]> {
  const all: AutoScalingGroup[] = [];
  const client = new AutoScalingClient(asRoot(PAYMENTS_ACCOUNT, 'AUTO_SCALING'));
  for await (const page of paginateDescribeAutoScalingGroups({ client }, {})) all.push(...(page.AutoScalingGroups ?? []));
  return all;
}

export async function nodegroups(): Promise<Nodegroup[]> {
  const all: Nodegroup[] = [];
  for await (const { nodegroups: names = [] } of paginateListNodegroups({ client: eks() }, { clusterName: CLUSTER }))
    for (const nodegroupName of names) all.push(await nodegroupNamed(nodegroupName));
  return all;
}

export async function nodegroupNamed(nodegroupName: string): Promise<Nodegroup> {
  const { nodegroup } = await eks().send(new DescribeNodegroupCommand({ clusterName: CLUSTER, nodegroupName }));
  if (!nodegroup) throw new Error(`no node group ${nodegroupName}`);
  return nodegroup;
}

/** The Auto Scaling group behind a node group, or the plain one of that name. */
export async function groupBehind(name: string): Promise<AutoScalingGroup> {
  const tagged = ({ Tags = [] }: AutoScalingGroup) => Tags.some(({ Key, Value }) => Key === 'eks:nodegroup-name' && Value === name);
  const found = (await autoScalingGroups()).find((group) => group.AutoScalingGroupName === name || tagged(group));
  if (!found) throw new Error(`no group ${name}`);
  return found;
}

export const sizes = ({ MinSize, DesiredCapacity, MaxSize, Instances = [] }: AutoScalingGroup) => ({
  min: MinSize,
  desired: DesiredCapacity,
  max: MaxSize,
  instances: Instances.length,
});

/** Which of the two node groups has the nodes. */
export async function colours(): Promise<{ readonly blue: string; readonly green: string }> {
  const withNodes = await Promise.all(
    (await nodegroups()).map(async ({ nodegroupName: name = '' }) => ({ name, nodes: (await groupBehind(name)).Instances?.length ?? 0 })),
  );
  const [green, blue, ...others] = withNodes.toSorted((a, b) => a.nodes - b.nodes);
  if (!green || !blue || others.length > 0 || green.nodes > 0)
    throw new Error(`expected one group with nodes: ${JSON.stringify(withNodes)}`);
  return { blue: blue.name, green: green.name };
}

/** What an operator does once for a group that is to be rotated. */
export async function tagNodegroup(name: string, pair: string): Promise<void> {
  const { nodegroupArn: resourceArn = '' } = await nodegroupNamed(name);
  await eks().send(new TagResourceCommand({ resourceArn, tags: { [PAIR_TAG]: pair } }));
}

/** There is a pair of node groups: where there is one group only, the other one is made, with no node. */
export async function havePair(): Promise<void> {
  const [first, second] = await nodegroups();
  if (!first?.nodegroupName) throw new Error(`cluster ${CLUSTER} has no node group`);
  await tagNodegroup(first.nodegroupName, 'workers');
  if (second) return;
  const { subnets, nodeRole, labels, version, instanceTypes, scalingConfig } = first;
  await eks().send(
    new CreateNodegroupCommand({
      ...{ clusterName: CLUSTER, nodegroupName: 'workers-b', subnets, nodeRole, labels, version, instanceTypes },
      scalingConfig: { minSize: 0, desiredSize: 0, maxSize: scalingConfig?.maxSize },
      tags: { [PAIR_TAG]: 'workers' },
    }),
  );
  await vi.waitFor(async () => expect((await nodegroupNamed('workers-b')).status).toBe('ACTIVE'), { timeout: 20_000, interval: 200 });
}

const byName = <T extends { readonly name: string }>(all: readonly T[]) => all.toSorted((a, b) => (a.name < b.name ? -1 : 1));

function workloads() {
  return byName(
    items(workloadSchema, 'deployments,statefulsets,daemonsets', '--all-namespaces').map(
      ({ kind, metadata: { namespace, name }, spec, status }) => ({
        name: `${kind} ${namespace}/${name}`,
        replicas: spec.replicas ?? null,
        // One pod of a DaemonSet for each node, whichever they are.
        ready: kind === 'DaemonSet' ? null : status.readyReplicas,
      }),
    ),
  );
}

/** All that a rotation touches, without times and resource versions: equal before and after one that was reverted. */
export async function state() {
  return {
    nodes: byName(
      nodes().map((node) => ({
        name: node.metadata.name,
        ready: isReady(node),
        unschedulable: node.spec.unschedulable,
        taints: node.spec.taints,
        labels: node.metadata.labels,
        annotations: node.metadata.annotations,
      })),
    ),
    nodegroups: byName(
      (await nodegroups()).map(
        ({ nodegroupName: name = '', status, health, scalingConfig, labels, taints, tags, version, updateConfig }) => ({
          ...{ name, status, health, scalingConfig, labels, taints, tags, version, updateConfig },
        }),
      ),
    ),
    groups: byName(
      (await autoScalingGroups()).map((group) => ({
        name: group.AutoScalingGroupName ?? '',
        ...sizes(group),
        suspended: (group.SuspendedProcesses ?? []).map(({ ProcessName }) => ProcessName).toSorted(),
        tags: (group.Tags ?? []).map(({ Key, Value, PropagateAtLaunch }) => `${Key}=${Value} ${PropagateAtLaunch}`).toSorted(),
        targetGroups: group.TargetGroupARNs ?? [],
        loadBalancers: group.LoadBalancerNames ?? [],
      })),
    ),
    workloads: workloads(),
  };
}

/** Every workload has the replicas that it wants. */
export async function whole(): Promise<void> {
  const short = () => workloads().filter(({ replicas, ready }) => ready !== null && ready !== replicas);
  await vi.waitFor(() => expect(short()).toEqual([]), { timeout: 30_000, interval: 200 });
  const missing = () => pods().filter(({ status }) => status.phase === 'Pending');
  await vi.waitFor(() => expect(missing()).toEqual([]), { timeout: 30_000, interval: 200 });
}

/** Nothing of ours is left on any node: no cordon, no annotation, no label, no taint, no hint to an autoscaler. */
export function expectNoMarks(): void {
  const ours = /^eks-greenlight|scale-down-disabled|exclude-from-external-load-balancers/;
  const marks = nodes().flatMap(({ metadata: { name, labels, annotations }, spec }) =>
    [
      ...(spec.unschedulable ? ['unschedulable'] : []),
      ...spec.taints.map(({ key }) => key),
      ...[...Object.keys(labels), ...Object.keys(annotations)].filter((key) => ours.test(key)),
    ].map((mark) => `${name}: ${mark}`),
  );
  expect(marks).toEqual([]);
}

/** AWS calls that change something. */
export const changes = (calls: readonly AwsCall[]) =>
  calls.filter(({ service, op }) => ['eks', 'autoscaling', 'ec2', 'iam'].includes(service) && !/^(Describe|List|Get)/.test(op));

export const session = (role: string) => `arn:aws:sts::${PAYMENTS_ACCOUNT}:assumed-role/${role}/greenlight-rotation`;

/** Of the Kubernetes requests those that change something; to ask what one may do is none. */
export const writes = (requests: readonly KubernetesRequest[]) =>
  requests.filter(({ verb, objectRef }) => !['get', 'list', 'watch'].includes(verb) && objectRef?.resource !== 'selfsubjectaccessreviews');

export const named = ({ verb, objectRef }: KubernetesRequest) =>
  `${verb} ${[objectRef?.resource, objectRef?.subresource].filter(Boolean).join('/')}`;

/** Pods that went down with a node, but for nodes that a test has killed itself. */
export const torn = () => [...recorded('LOST_PODS'), ...recorded('CUT_PODS')].filter(({ cause }) => cause !== 'admin');
