import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { fleet } from './fleet.ts';
import { populate } from './populate.ts';
import { startWorld } from './start-world.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Environment of a client in the world: endpoints, the caller's credentials, WORLD_DIR, WORLD_ADMIN. */
    worldEnvironment: Readonly<Record<string, string>>;
    /** kubectl with the administrator's kubeconfig: the witness. */
    kubectl: readonly string[];
  }
}

/** Starts the world of the laptop scenarios and puts the workloads into it. */
export default (project: TestProject) => setUp(project, fleet, populate);

/** Starts a world for the tests of a project; `fill` gets the administrator's kubectl of the control plane `main`.
 *  Resolves with what ends the world. */
export async function setUp(
  project: TestProject,
  spec: unknown,
  fill: (kubectl: readonly string[], ofPlane: (plane: string) => readonly string[], environment: Readonly<Record<string, string>>) => void,
): Promise<() => Promise<void>> {
  const { KUBERNETES_BIN, WORLD_PYTHON } = process.env;
  if (!KUBERNETES_BIN || !WORLD_PYTHON) throw new Error('The local AWS layer is started by test/local-aws/run (npm run test:local-aws).');
  const world = await startWorld(spec, { KUBERNETES_BIN, WORLD_PYTHON });
  try {
    const ofPlane = (plane: string) => [join(KUBERNETES_BIN, 'kubectl'), '--kubeconfig', world.kubeconfigOf(plane)];
    fill(ofPlane('main'), ofPlane, world.environment);
    project.provide('worldEnvironment', world.environment);
    project.provide('kubectl', ofPlane('main'));
  } catch (error) {
    await world.close();
    throw error;
  }
  return world.close;
}
