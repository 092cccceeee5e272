import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { cdk } from './cdk.ts';
import { setUp } from './global-setup.ts';
import { deployPipeline } from './pipeline.ts';
import { allowScan } from './populate.ts';
import { HUB, PAYMENTS_ACCOUNT, rotateConfiguration, rotateWorld } from './rotate-world.ts';

/** Starts the world of rotations, fills its cluster, and deploys the product with rotations switched on by the real CDK command line. */
export default async (project: TestProject) => {
  let environment: Readonly<Record<string, string>> = {};
  const close = await setUp(project, rotateWorld, (main, _ofPlane, of) => {
    environment = of;
    allowScan(main);
    fill(main);
  });
  const commands = cdk(environment);
  const end = async () => {
    commands.close();
    await close();
  };
  try {
    const deployment = await deployPipeline(commands, { hub: HUB, members: [PAYMENTS_ACCOUNT] }, rotateConfiguration);
    project.provide('deployment', deployment);
  } catch (error) {
    await end();
    throw error;
  }
  return end;
};

const rotateRole = join(import.meta.dirname, '../../docs/reference/rotate-cluster-role.yaml');

function fill([program = 'kubectl', ...arguments_]: readonly string[]): void {
  const run = (...more: readonly string[]) => execFileSync(program, [...arguments_, ...more], { stdio: ['ignore', 'ignore', 'inherit'] });
  const manifest = (file: string) => run('apply', '--filename', join(import.meta.dirname, 'manifests', file));
  run('apply', '--filename', rotateRole);
  manifest('rotation.yaml');
  for (const workload of ['deployment/web', 'deployment/api', 'deployment/cache', 'deployment/queue', 'statefulset/ledger'])
    run('rollout', 'status', '--namespace', 'shop', '--timeout', '90s', workload);
  manifest('rotation-budgets.yaml');
  for (const budget of ['web', 'api', 'cache', 'queue', 'ledger'])
    run('wait', '--namespace', 'shop', '--timeout', '60s', '--for', 'jsonpath={.status.currentHealthy}', `poddisruptionbudget/${budget}`);
}
