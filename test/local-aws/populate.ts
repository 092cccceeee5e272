import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { clusterRole } from './fleet.ts';

/** What users apply to a cluster, so that the scan group may read. */
export function allowScan(kubectl: readonly string[]): void {
  run(kubectl, 'apply', '--filename', clusterRole);
}

/** Applies the manifests and waits until every workload is up and every budget has counted its pods. */
export function populate(kubectl: readonly string[]): void {
  const apply = (file: string) => run(kubectl, 'apply', '--filename', join(import.meta.dirname, 'manifests', file));
  allowScan(kubectl);
  apply('workloads.yaml');
  for (const workload of ['deployment/web', 'deployment/checkout', 'deployment/api', 'statefulset/ledger'])
    run(kubectl, 'rollout', 'status', '--namespace', 'shop', '--timeout', '60s', workload);
  run(kubectl, 'rollout', 'status', '--namespace', 'kube-system', '--timeout', '60s', 'daemonset/kube-proxy');
  apply('budgets.yaml');
  const budgetShows = (budget: string, field: string) =>
    run(kubectl, 'wait', '--namespace', 'shop', '--timeout', '60s', '--for', `jsonpath={.status.${field}`, `poddisruptionbudget/${budget}`);
  for (const budget of ['web', 'api', 'backend']) budgetShows(budget, 'disruptionsAllowed}=1');
  budgetShows('ledger-frozen', 'currentHealthy}=2');
}

function run([program = 'kubectl', ...arguments_]: readonly string[], ...more: readonly string[]): void {
  execFileSync(program, [...arguments_, ...more], { stdio: ['ignore', 'ignore', 'inherit'] });
}
