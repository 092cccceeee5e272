import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';

/** The real CDK command line, in a process of its own, against the world. */

const root = join(import.meta.dirname, '../..');
const program = join(root, 'node_modules/aws-cdk/bin/cdk');

/** A command that has not ended by then is killed and fails: a custom resource that never answers keeps CloudFormation waiting. */
const patienceMs = 300_000;

/** Where a stack goes. */
export interface Target {
  readonly account: string;
  /** @default us-east-1 */
  readonly region?: string;
}

export interface Deployment extends Target {
  /** Folder of a cloud assembly, as `synthesize` returns it.
   *  @default the app is synthesized with `context` */
  readonly assembly?: string;
  /** What `-c key=value` says, besides `credentials=cli`.
   *  @default nothing */
  readonly context?: Readonly<Record<string, string>>;
}

export interface Deployed {
  /** Outputs of the stack by name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** False where the stack was as it should be already. */
  readonly changed: boolean;
  /** What the command printed. */
  readonly log: string;
}

export interface Cdk {
  /** Prepares an account and region for deployments: the stack CDKToolkit. */
  bootstrap(target: Target): Promise<void>;
  /** Synthesizes and bundles all stacks once; resolves with the folder of the cloud assembly, which `close` removes. */
  synthesize(context?: Readonly<Record<string, string>>): Promise<string>;
  /** @throws Error with all that the command printed, if it fails */
  deploy(stack: string, deployment: Deployment): Promise<Deployed>;
  destroy(stack: string, deployment: Deployment): Promise<void>;
  /** Removes what was written to the disk. */
  close(): void;
}

/** @param environment of the world; its endpoints are used, its credentials are replaced by those of the account's root */
export function cdk(environment: Readonly<Record<string, string>>): Cdk {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-'));
  const run = (arguments_: readonly string[], { account, region = 'us-east-1' }: Target) =>
    command(arguments_, {
      ...environment,
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), // `node bin/app.ts` needs this Node.js
      HOME: folder, // neither the profiles nor the caches of whoever runs this
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: '1',
      CDK_DISABLE_VERSION_CHECK: '1',
      CI: 'true', // everything to standard output, nothing asked
      NO_COLOR: '1',
    });
  const app = ({ assembly, context = {} }: Omit<Deployment, 'account'>) =>
    assembly === undefined ? [...withContext(context), '--output', mkdtempSync(join(folder, 'cdk.out-'))] : ['--app', assembly];
  return {
    async bootstrap(target) {
      // without an app: the command would synthesize it first
      await run(['bootstrap', `aws://${target.account}/${target.region ?? 'us-east-1'}`, '--app', ''], target);
    },
    async synthesize(context = {}) {
      const output = mkdtempSync(join(folder, 'assembly-'));
      await run(['synth', '--quiet', '--output', output, ...withContext(context)], { account: '000000000000' });
      return output;
    },
    async deploy(stack, deployment) {
      const file = join(mkdtempSync(join(folder, 'outputs-')), 'outputs.json');
      const log = await run(['deploy', stack, ...app(deployment), '--require-approval', 'never', '--outputs-file', file], deployment);
      const outputs = existsSync(file) ? outputsFile.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
      return { outputs: outputs[stack] ?? {}, changed: !log.includes('(no changes)'), log };
    },
    async destroy(stack, deployment) {
      await run(['destroy', stack, ...app(deployment), '--force'], deployment);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const outputsFile = z.record(z.string(), z.record(z.string(), z.string()));

const withContext = (context: Readonly<Record<string, string>>): string[] =>
  Object.entries({ credentials: 'cli', ...context }).flatMap(([key, value]) => ['--context', `${key}=${value}`]);

/** Resolves with what the command printed. */
function command(arguments_: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, ...arguments_, '--no-notices'],
      { cwd: root, env, timeout: patienceMs, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        const log = stdout + stderr;
        if (!error) resolve(log);
        else {
          const ended = error.killed ? `did not end within ${patienceMs / 1000} s` : `ended with ${error.code}`;
          reject(new Error(`cdk ${arguments_.join(' ')} in account ${env.AWS_ACCESS_KEY_ID} ${ended}:\n${log}`, { cause: error }));
        }
      },
    );
  });
}
