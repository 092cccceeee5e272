import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { clusterRole, fleet } from './fleet.ts';
import { startWorld } from './start-world.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Environment of a client in the world: endpoints, the caller's credentials, WORLD_DIR, WORLD_ADMIN. */
    worldEnvironment: Readonly<Record<string, string>>;
    /** kubectl with the administrator's kubeconfig: the witness. */
    kubectl: readonly string[];
  }
}

const here = import.meta.dirname;

/** Starts the world and puts the workloads into it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { KUBERNETES_BIN, WORLD_PYTHON } = process.env;
  if (!KUBERNETES_BIN || !WORLD_PYTHON) throw new Error('The local AWS layer is started by test/local-aws/run (npm run test:local-aws).');
  const world = await startWorld(fleet, { KUBERNETES_BIN, WORLD_PYTHON });
  try {
    const kubectl = [join(KUBERNETES_BIN, 'kubectl'), '--kubeconfig', world.kubeconfig];
    populate(kubectl);
    project.provide('worldEnvironment', world.environment);
    project.provide('kubectl', kubectl);
  } catch (error) {
    await world.close();
    throw error;
  }
  return world.close;
}

/** Applies the manifests and waits until every workload is up and every budget has counted its pods. */
function populate([program = 'kubectl', ...arguments_]: readonly string[]): void {
  const kubectl = (...more: string[]) => execFileSync(program, [...arguments_, ...more], { stdio: ['ignore', 'ignore', 'inherit'] });
  const apply = (file: string) => kubectl('apply', '--filename', join(here, 'manifests', file));
  kubectl('apply', '--filename', clusterRole);
  apply('workloads.yaml');
  for (const workload of ['deployment/web', 'deployment/checkout', 'deployment/api', 'statefulset/ledger'])
    kubectl('rollout', 'status', '--namespace', 'shop', '--timeout', '60s', workload);
  kubectl('rollout', 'status', '--namespace', 'kube-system', '--timeout', '60s', 'daemonset/kube-proxy');
  apply('budgets.yaml');
  const budgetShows = (budget: string, field: string) =>
    kubectl('wait', '--namespace', 'shop', '--timeout', '60s', '--for', `jsonpath={.status.${field}`, `poddisruptionbudget/${budget}`);
  for (const budget of ['web', 'api', 'backend']) budgetShows(budget, 'disruptionsAllowed}=1');
  budgetShows('ledger-frozen', 'currentHealthy}=2');
}
