import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

export interface RunningWorld {
  /** Environment of a client in the world: endpoints, the caller's credentials, WORLD_DIR, WORLD_ADMIN. */
  readonly environment: Readonly<Record<string, string>>;
  /** The administrator's kubeconfig of the control plane `main`. */
  readonly kubeconfig: string;
  /** The administrator's kubeconfig of a control plane of the spec. */
  kubeconfigOf(plane: string): string;
  /** Ends the world and removes its folder, or keeps it where KEEP_WORLD=1. */
  close(): Promise<void>;
}

/** What `prepare` prints. */
export interface WorldTools {
  readonly KUBERNETES_BIN: string;
  readonly WORLD_PYTHON: string;
}

/** Starts a world of that spec (see world/README.md). It ends by itself when its standard input closes, so it cannot outlive this process,
 *  however that one ends. */
export async function startWorld(spec: unknown, tools: WorldTools): Promise<RunningWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'eks-greenlight-world-'));
  const keep = process.env.KEEP_WORLD === '1' ? ['--keep'] : [];
  const service = spawn(tools.WORLD_PYTHON, ['-m', 'world.world', '--dir', folder, ...keep], {
    cwd: import.meta.dirname,
    env: { ...process.env, ...tools, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  service.stdin.write(`${JSON.stringify(spec)}\n`);
  const ended = new Promise<void>((resolve) => service.once('exit', () => resolve()));
  const close = async () => {
    service.stdin.end();
    await ended;
    if (keep.length > 0) console.error(`the logs of the world are in ${folder}`);
  };
  try {
    await Promise.race([readiness(service.stdout), ended.then(() => Promise.reject(new Error('the world ended before it was ready')))]);
    const environment = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(join(folder, 'env.json'), 'utf8')));
    const kubeconfigOf = (plane: string) => join(folder, plane, 'admin.kubeconfig');
    return { environment, kubeconfig: kubeconfigOf('main'), kubeconfigOf, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Resolves with the one line that the world prints when it is ready. */
function readiness(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => createInterface(output).once('line', resolve));
}
