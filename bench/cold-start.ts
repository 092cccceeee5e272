import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { atMost, type Section } from './report.ts';

const root = join(import.meta.dirname, '..');
const runs = 5;

/** Functions that talk to API servers; the others carry clients of AWS alone. */
const withKubernetes = ['list-clusters', 'plan-scan', 'scan-cluster'];

/** The functions as `cdk deploy` packs them: their size, and how long a fresh process of the scan function takes to its first request. */
export async function benchColdStart(): Promise<Section> {
  const assembly = mkdtempSync(join(tmpdir(), 'greenlight-bench-'));
  try {
    execFileSync('cdk', ['synth', '--quiet', '--output', assembly], { cwd: root, stdio: 'ignore' });
    const bundles = bundlesIn(assembly);
    const sizes = [...bundles].map(([name, file]) => [name, statSync(file).size / 1e6] as const);
    const largest = (of: (name: string) => boolean) => Math.max(...sizes.filter(([name]) => of(name)).map(([, megabytes]) => megabytes));
    const scan = bundles.get('scan-cluster');
    if (scan === undefined) throw new Error('the stack has no function scan-cluster');
    const times: number[] = [];
    for (let run = 0; run <= runs; run += 1) times.push(await firstRequestAfter(scan));
    return {
      title: 'Cold start',
      notes: [
        `The functions as \`cdk synth\` bundles them (${sizes.map(([name, megabytes]) => `${name} ${megabytes.toFixed(2)} MB`).join(', ')}). ` +
          `A fresh Node.js process that imports the scan function and invokes it, until its first request arrives; middle of ${runs} runs after one to warm up.`,
      ],
      figures: [
        atMost('to the first request', median(times.slice(1)), 'ms', 400),
        atMost(
          'largest bundle with the Kubernetes client',
          largest((name) => withKubernetes.includes(name)),
          'MB',
          3,
        ),
        atMost(
          'largest bundle without it',
          largest((name) => !withKubernetes.includes(name)),
          'MB',
          1,
        ),
      ],
    };
  } finally {
    rmSync(assembly, { recursive: true });
  }
}

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z
        .object({ FunctionName: z.string().optional(), Code: z.object({ S3Key: z.string() }).optional() })
        .loose()
        .optional(),
    }),
  ),
});

/** Name of each function without its prefix → its file. */
function bundlesIn(assembly: string): Map<string, string> {
  const { Resources } = templateSchema.parse(JSON.parse(readFileSync(join(assembly, 'EksGreenlight.template.json'), 'utf8')));
  const functions = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  return new Map(
    functions.map(({ Properties }) => {
      const hash = Properties?.Code?.S3Key.replace('.zip', '') ?? '';
      return [String(Properties?.FunctionName).replace('eks-greenlight-', ''), join(assembly, `asset.${hash}`, 'index.mjs')];
    }),
  );
}

/** Milliseconds from the start of a process to its first byte out. */
async function firstRequestAfter(file: string): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(500).end());
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
  const cluster = { accountId: '111111111111', accountName: null, region: 'eu-west-1', name: 'payments' };
  const event = { runId: '2026-11-21T06-00-00Z-1a2b3c4d', cluster };
  const program = `const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
    await handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 900000 }).catch(() => {});`;
  const environment = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'secret',
    FINDINGS_BUCKET: 'bucket',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  const requested = new Promise<number>((resolve) => server.once('request', () => resolve(performance.now())));
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { env: environment, stdio: 'ignore' });
  const ended = new Promise<never>((_, reject) => child.once('exit', () => reject(new Error(`${file} ended without a request`))));
  try {
    return (await Promise.race([requested, ended])) - startedAt;
  } finally {
    ended.catch(() => {});
    child.kill();
    server.closeAllConnections();
    server.close();
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
