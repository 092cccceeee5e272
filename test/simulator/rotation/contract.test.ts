import { z } from 'zod';
import { createLiveWorld } from '../../../simulator/rotation/build.ts';
import type { LiveCluster } from '../../../simulator/rotation/cluster.ts';
import { budget, deployment } from '../../../simulator/rotation/declare.ts';
import { livePorts } from '../../../simulator/rotation/ports.ts';
import { clusterOf } from '../../../simulator/rotation/world.ts';
import { kubernetesRotationContract, type Manifest } from '../../contract/kubernetes-rotation.contract.ts';

const namespace = 'contract';

kubernetesRotationContract('the simulator', async () => {
  const world = createLiveWorld({ clusters: [{ groups: [{ name: 'workers', size: 2 }] }] });
  const cluster = clusterOf(world, 'payments');
  const { reads, writes } = livePorts(world, 'payments');
  return {
    reads: reads.kubernetes,
    writes: writes.kubernetes,
    namespace,
    apply: async (manifests) => {
      for (const manifest of manifests) apply(cluster, manifest);
    },
    until: async (what, holds) => {
      for (let seconds = 0; seconds < 60; seconds += 1) {
        if (await holds()) return;
        world.clock.advance(1000);
      }
      throw new Error(`not within a minute: ${what}`);
    },
    close: async () => {},
  };
});

const deploymentSpec = z.object({
  replicas: z.number(),
  template: z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()) }) }),
});
const budgetSpec = z.object({
  minAvailable: z.union([z.number(), z.string()]).optional(),
  maxUnavailable: z.union([z.number(), z.string()]).optional(),
  unhealthyPodEvictionPolicy: z.string().optional(),
});

function apply(cluster: LiveCluster, { kind, metadata: { name }, spec }: Manifest): void {
  if (kind === 'Deployment') {
    const { replicas, template } = deploymentSpec.parse(spec);
    const { annotations } = template.metadata;
    if (annotations['world/never-ready']) cluster.behaviours.troubles.push({ workload: `${namespace}/${name}`, what: 'never-ready' });
    deployment({ name, namespace, replicas, annotations, cpu: '10m', memory: '16Mi' }).apply(cluster);
    return;
  }
  const wanted = budgetSpec.parse(spec);
  const known = cluster.objects.budgets.get(`${namespace}/${name}`);
  if (known) {
    known.spec = { ...wanted, selector: known.spec.selector };
    known.metadata.generation += 1;
    cluster.changed();
  } else budget({ name, namespace, selects: { app: 'web' }, ...wanted }).apply(cluster);
}
