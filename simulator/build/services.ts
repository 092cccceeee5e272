import type { PodDisruptionBudget } from '../../functions/inventory/evidence/kubernetes-pod-disruption-budgets.ts';
import { createDeployment, createPodDisruptionBudget, createService, type Release } from './workloads.ts';

type DeploymentInput = Parameters<typeof createDeployment>[0];

export interface ServiceInput extends Omit<DeploymentInput, 'namespace' | 'name' | 'image'> {
  /** Tag of the image. */
  readonly version: string;
  /** Name of the image. @default the name of the service */
  readonly image?: string;
  /** @default one pod at a time, unhealthy ones always; none for a single replica */
  readonly budget?: NonNullable<PodDisruptionBudget['spec']> | 'none';
}

interface ServicesInput {
  readonly namespace: string;
  readonly partOf: string;
  /** Registry and path before the name of the service. */
  readonly repository: string;
}

/** Deployments with their budgets and Services, by name: what one team runs in one namespace. */
export function createServices(input: ServicesInput, services: Readonly<Record<string, ServiceInput>>): Release {
  const { namespace, partOf, repository } = input;
  return {
    deployments: Object.entries(services).map(([name, { version, image = name, budget: _, ...service }]) =>
      createDeployment({ namespace, name, partOf, ...service, image: `${repository}/${image}:${version}` }),
    ),
    podDisruptionBudgets: Object.entries(services).flatMap(([name, service]) => {
      const spec = budgetOf(service);
      return spec ? [createPodDisruptionBudget({ namespace, name, ...spec })] : [];
    }),
    services: Object.keys(services).map((name) => createService({ namespace, name, partOf })),
  };
}

function budgetOf({ budget, replicas }: ServiceInput): NonNullable<PodDisruptionBudget['spec']> | undefined {
  if (budget === 'none' || (budget === undefined && (replicas ?? 3) < 2)) return undefined;
  return budget ?? { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' };
}
