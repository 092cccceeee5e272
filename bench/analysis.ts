import { analyzeInventory } from '../functions/analysis/analyze.ts';
import { defaultConfiguration } from '../functions/config/defaults.ts';
import { type Inventory, parseInventory } from '../functions/inventory/inventory.ts';
import { atMost, type Section } from './report.ts';

const goalMilliseconds = 300;

/** Analysis alone: CPU time for inventories of growing size, parsed anew each time as from a file. */
export function benchAnalysis(): Section {
  const now = new Date('2026-11-21T06:00:00Z');
  const cpuOf = (pods: number): number => {
    const inventory = largeInventory(pods);
    const once = () => {
      const before = process.cpuUsage();
      analyzeInventory(inventory, { now, target: 'next', configuration: defaultConfiguration });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    return Array.from({ length: 5 }, once).sort((a, b) => a - b)[2] ?? Number.NaN;
  };
  const ten = cpuOf(10_000);
  const five = cpuOf(5_000);
  return {
    title: 'Analysis alone',
    notes: ['One process, no input or output: evidence parsed by its schemas, all checks run. Middle of five runs.'],
    figures: [
      atMost('CPU, inventory of 10,000 pods and 1,000 nodes', ten, 'ms', goalMilliseconds),
      { what: 'CPU, half of that', value: five, unit: 'ms' },
      { what: 'growth when the inventory doubles', value: ten / five, unit: 'times' },
    ],
  };
}

/** An inventory with everything in proportion: a tenth as many nodes, a fifth as many Deployments, budgets on half of them. */
export function largeInventory(pods: number): Inventory {
  const index = (length: number) => Array.from({ length }, (_, position) => position);
  const template = (app: string) => ({
    metadata: { labels: { app } },
    spec: { containers: [{ name: 'app', image: `example.com/${app}:1.2.3` }] },
  });
  const collected = (data: unknown) => ({ status: 'collected' as const, data });
  const deployments = pods / 5;
  return parseInventory({
    schemaVersion: '1',
    collectedAt: '2026-11-21T06:00:00Z',
    cluster: { accountId: '111111111111', region: 'eu-west-1', name: 'large', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/large' },
    evidence: {
      'eks.cluster': collected({ name: 'large', version: '1.34', status: 'ACTIVE', resourcesVpcConfig: { subnetIds: [] } }),
      'kubernetes.nodes': collected(
        index(pods / 10).map((node) => ({
          metadata: { name: `node-${node}` },
          status: { nodeInfo: { kubeletVersion: 'v1.34.2-eks-1', osImage: 'Amazon Linux 2023' } },
        })),
      ),
      'kubernetes.deployments': collected(
        index(deployments).map((one) => ({
          metadata: { name: `d${one}`, namespace: `n${one % 50}` },
          spec: { replicas: 5, selector: { matchLabels: { app: `d${one}` } }, template: template(`d${one}`) },
        })),
      ),
      'eks.nodegroups': collected([]),
      'eks.fargateProfiles': collected([]),
      'eks.addons': collected([]),
      'eks.addonVersions': collected([]),
      'eks.insights': collected([]),
      'eks.updates': collected([]),
      'ec2.subnets': collected([]),
      'autoscaling.groups': collected([]),
      'kubernetes.statefulSets': collected([]),
      'kubernetes.daemonSets': collected([]),
      'kubernetes.jobs': collected([]),
      'kubernetes.cronJobs': collected([]),
      'kubernetes.namespaces': collected(index(50).map((one) => ({ metadata: { name: `n${one}` } }))),
      'kubernetes.services': collected(
        index(deployments).map((one) => ({
          metadata: { name: `d${one}`, namespace: `n${one % 50}` },
          spec: { type: 'ClusterIP', clusterIP: '10.100.0.1', clusterIPs: ['10.100.0.1'], selector: { app: `d${one}` } },
        })),
      ),
      'kubernetes.networkPolicies': collected([]),
      'kubernetes.persistentVolumes': collected([]),
      'kubernetes.endpointSlices': collected([]),
      'kubernetes.clusterRoleBindings': collected([]),
      'kubernetes.webhookConfigurations': collected({ validating: [], mutating: [] }),
      'kubernetes.customResourceDefinitions': collected([]),
      'kubernetes.eniConfigs': collected([]),
      'kubernetes.nodePools': collected([]),
      'kubernetes.ec2NodeClasses': collected([]),
      'kubernetes.kubeProxyConfig': collected(null),
      'kubernetes.appliedApiVersions': collected([]),
      'kubernetes.replicaSets': collected(
        index(deployments * 5).map((one) => ({
          metadata: {
            name: `r${one}`,
            namespace: `n${one % 50}`,
            ownerReferences: [{ kind: 'Deployment', name: `d${one % deployments}`, controller: true }],
          },
        })),
      ),
      'kubernetes.podDisruptionBudgets': collected(
        index(deployments / 2).map((one) => ({
          metadata: { name: `b${one}`, namespace: `n${one % 50}` },
          spec: { maxUnavailable: 1, selector: { matchLabels: { app: `d${one}` } } },
          status: { disruptionsAllowed: 1, currentHealthy: 5, desiredHealthy: 4, expectedPods: 5 },
        })),
      ),
      'kubernetes.pods': collected(
        index(pods).map((pod) => ({
          metadata: {
            name: `p-${pod}`,
            namespace: `n${(pod % deployments) % 50}`,
            labels: { app: `d${pod % deployments}` },
            ownerReferences: [{ kind: 'ReplicaSet', name: `r${pod % deployments}`, controller: true }],
          },
          spec: { nodeName: `node-${pod % (pods / 10)}`, containers: [{ name: 'app', image: 'example.com/app:1.2.3' }] },
          status: {
            phase: 'Running',
            conditions: [{ type: 'Ready', status: 'True' }],
            containerStatuses: [{ name: 'app', ready: true, restartCount: 0, state: {} }],
          },
        })),
      ),
    },
  });
}
