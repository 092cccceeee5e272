import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Deployed, howToGoOn, scanOnce, subscribe } from './local-scan.ts';
import { deployPipeline, withCdk } from './pipeline.ts';
import { HUB, MEMBER_ACCOUNTS, pipelineConfiguration, pipelineWorld } from './pipeline-world.ts';
import { allowScan, populate } from './populate.ts';
import { startWorld } from './start-world.ts';

/** `npm run local`: the product on this machine (docs/guide/local.md). */

const folder = join(import.meta.dirname, '../../.cache/local-aws');
/** Tells a second terminal what runs in the first. */
const runningFile = join(folder, 'running.json');

const deployedSchema = z.object({
  pid: z.number(),
  environment: z.record(z.string(), z.string()),
  kubeconfig: z.string(),
  kubernetesBin: z.string(),
  outputs: z.record(z.string(), z.string()),
  queues: z.object({ alerts: z.string(), chat: z.string() }),
});

const [command, ...more] = process.argv.slice(2);
try {
  if (command === undefined) await bringUp();
  else if (command === 'scan') await scanOnce(running(), inputOf(more[0] ?? '{}'), console.log);
  else if (command === 'env') console.log(shellVariables(running()));
  else throw new Error(`expected nothing, "scan" or "env" after npm run local --, found "${command}"`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function bringUp(): Promise<void> {
  if (isAlive()) throw new Error(`it runs already (process ${running().pid}): "npm run local -- scan" starts another run`);
  const { KUBERNETES_BIN = '', WORLD_PYTHON = '' } = process.env;
  const startedAt = Date.now();
  const say = (text: string) => console.log(`${String(Math.round((Date.now() - startedAt) / 1000)).padStart(4)} s  ${text}`);
  const ended = untilInterrupted();
  say('starting a local AWS stack and a Kubernetes control plane');
  const world = await startWorld(pipelineWorld, { KUBERNETES_BIN, WORLD_PYTHON });
  try {
    const kubectl = (plane: string) => [join(KUBERNETES_BIN, 'kubectl'), '--kubeconfig', world.kubeconfigOf(plane)];
    say('deploying workloads into the clusters');
    populate(kubectl('main'));
    allowScan(kubectl('orders'));
    const { outputs } = await withCdk(world.environment, (commands) =>
      deployPipeline(commands, { hub: HUB, members: MEMBER_ACCOUNTS }, pipelineConfiguration, say),
    );
    const queues = await subscribe(world.environment, outputs);
    const deployed = {
      pid: process.pid,
      environment: { ...world.environment },
      kubeconfig: world.kubeconfig,
      kubernetesBin: KUBERNETES_BIN,
      outputs: { ...outputs },
      queues,
    };
    mkdirSync(folder, { recursive: true });
    writeFileSync(runningFile, JSON.stringify(deployed), { mode: 0o600 });
    say('scanning the fleet');
    await scanOnce(deployed, {}, say);
    console.log(howToGoOn(deployed));
    await ended;
  } finally {
    rmSync(runningFile, { force: true });
    console.log('\nending everything');
    await world.close();
  }
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function isAlive(): boolean {
  if (!existsSync(runningFile)) return false;
  try {
    process.kill(running().pid, 0);
    return true;
  } catch {
    return false;
  }
}

function running(): Deployed & z.output<typeof deployedSchema> {
  if (!existsSync(runningFile)) throw new Error('nothing runs: start it with "npm run local" in another terminal');
  return deployedSchema.parse(JSON.parse(readFileSync(runningFile, 'utf8')));
}

function inputOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`expected the input of a run as JSON, such as '{"asOf":"2026-11-25"}', found ${text}`);
  }
}

/** The root of the tooling account: in the stack, a 12-digit access key is the account. `kubectl` is the one of the control plane. */
function shellVariables({ environment, kubeconfig, kubernetesBin, outputs }: ReturnType<typeof running>): string {
  const { FindingsBucketName: BUCKET = '', FleetScanStateMachineArn: STATE_MACHINE = '' } = outputs;
  const own = {
    AWS_ACCESS_KEY_ID: HUB,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
    KUBECONFIG: kubeconfig,
    BUCKET,
    STATE_MACHINE,
  };
  const lines = Object.entries({ ...environment, ...own }).map(([name, value]) => `export ${name}='${value}'`);
  // A profile of the shell would win over the keys.
  return ['unset AWS_PROFILE AWS_SESSION_TOKEN AWS_SECURITY_TOKEN', ...lines, `export PATH='${kubernetesBin}':"$PATH"`].join('\n');
}
