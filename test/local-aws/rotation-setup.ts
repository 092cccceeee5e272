import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { setUp } from './global-setup.ts';
import { rotationWorld } from './rotation-world.ts';

/** Starts the world of rotations, lets the role into the cluster and puts workloads there. */
export default (project: TestProject) =>
  setUp(project, rotationWorld, ([program = 'kubectl', ...arguments_]) => {
    const kubectl = (...more: readonly string[]) =>
      execFileSync(program, [...arguments_, ...more], { stdio: ['ignore', 'ignore', 'inherit'] });
    kubectl('create', 'namespace', 'orders');
    kubectl('wait', 'namespace/orders', '--timeout', '60s', '--for', 'jsonpath={.status.phase}=Active');
    kubectl('apply', '--filename', join(import.meta.dirname, 'manifests', 'orders.yaml'));
    kubectl('rollout', 'status', '--namespace', 'orders', '--timeout', '60s', 'deployment/web');
  });
