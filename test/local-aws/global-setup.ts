import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { fleet } from './fleet.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Environment of a client in the world: endpoints, the caller's credentials, WORLD_DIR, WORLD_ADMIN. */
    worldEnvironment: Readonly<Record<string, string>>;
    /** kubectl with the administrator's kubeconfig: the witness. */
    kubectl: readonly string[];
  }
}

const here = import.meta.dirname;

/** Starts the world and puts the workloads into it. The world ends by itself and removes its folder when its standard input
 *  closes, so it cannot outlive this process, however that one ends. KEEP_WORLD=1 keeps the folder. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { KUBERNETES_BIN: binaries, WORLD_PYTHON: python } = process.env;
  if (!binaries || !python) throw new Error('The local AWS layer is started by test/local-aws/run (npm run test:local-aws).');
  const folder = mkdtempSync(join(tmpdir(), 'eks-greenlight-world-'));
  const keep = process.env.KEEP_WORLD === '1' ? ['--keep'] : [];
  const service = spawn(python, ['-m', 'world.world', '--dir', folder, ...keep], {
    cwd: here,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  service.stdin.write(`${JSON.stringify(fleet)}\n`);
  const ended = new Promise<void>((resolve) => service.once('exit', () => resolve()));
  const teardown = async () => {
    service.stdin.end();
    await ended;
    if (keep.length > 0) console.error(`the logs of the world are in ${folder}`);
  };
  try {
    await Promise.race([readiness(service.stdout), ended.then(() => Promise.reject(new Error('the world ended before it was ready')))]);
    const kubectl = [join(binaries, 'kubectl'), '--kubeconfig', join(folder, 'main', 'admin.kubeconfig')];
    populate(kubectl);
    project.provide('worldEnvironment', z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(join(folder, 'env.json'), 'utf8'))));
    project.provide('kubectl', kubectl);
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

/** Resolves with the one line that the world prints when it is ready. */
function readiness(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => createInterface(output).once('line', resolve));
}

/** Applies the manifests and waits until every workload is up and every budget has counted its pods. */
function populate([program = 'kubectl', ...arguments_]: readonly string[]): void {
  const kubectl = (...more: string[]) => execFileSync(program, [...arguments_, ...more], { stdio: ['ignore', 'ignore', 'inherit'] });
  const apply = (file: string) => kubectl('apply', '--filename', join(here, 'manifests', file));
  apply('scan-role.yaml');
  apply('workloads.yaml');
  for (const workload of ['deployment/web', 'deployment/checkout', 'deployment/api', 'statefulset/ledger'])
    kubectl('rollout', 'status', '--namespace', 'shop', '--timeout', '60s', workload);
  kubectl('rollout', 'status', '--namespace', 'kube-system', '--timeout', '60s', 'daemonset/kube-proxy');
  apply('budgets.yaml');
  for (const budget of ['web', 'api', 'backend'])
    kubectl(
      'wait',
      '--namespace',
      'shop',
      '--timeout',
      '60s',
      '--for',
      'jsonpath={.status.disruptionsAllowed}=1',
      `poddisruptionbudget/${budget}`,
    );
  kubectl(
    'wait',
    '--namespace',
    'shop',
    '--timeout',
    '60s',
    '--for',
    'jsonpath={.status.currentHealthy}=2',
    'poddisruptionbudget/ledger-frozen',
  );
}
