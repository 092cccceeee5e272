import { createSelfManagedGroup } from '../build/auto-scaling.ts';
import { createNodes } from '../build/nodes.ts';
import type { Site } from '../build/site.ts';
import type { SimulatedCluster } from '../world.ts';

/** Edited twice since the nodes were made. */
const template = {
  LaunchTemplateId: 'lt-03c58a7f1e94d2b60',
  LaunchTemplateName: 'batch-2024',
  DefaultVersionNumber: 3,
  LatestVersionNumber: 5,
};

/** Nodes of Amazon Linux 2 that somebody runs by hand: the first ones of a launch configuration, those of 2024 of a launch template. */
export function batchNodes(site: Site) {
  const common = { os: 'al2', managedBy: 'self' } as const;
  const first = createNodes(site, { ...common, pool: 'batch-asg', count: 5, kubelet: '1.28', instanceType: 'r5.2xlarge' });
  const later = createNodes(site, { ...common, pool: 'batch-asg-2024', count: 3, kubelet: '1.30', instanceType: 'r6i.2xlarge' });
  return {
    nodes: [...first, ...later],
    autoScalingGroups: [
      createSelfManagedGroup(site, { name: 'batch-asg', nodes: first, launches: { configuration: 'batch-asg-20221129141207' } }),
      createSelfManagedGroup(site, { name: 'batch-asg-2024', nodes: later, launches: { template, version: '3' } }),
    ],
    launchTemplates: [template],
  } satisfies Partial<SimulatedCluster> & { readonly nodes: unknown };
}
