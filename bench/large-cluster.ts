import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { parseInventory } from '../functions/inventory/inventory.ts';
import { type RunningWorld, startWorld, type WorldTools } from '../test/local-aws/start-world.ts';
import { listTraffic } from './api-server-counters.ts';
import { fillCluster, large } from './fill-cluster.ts';
import { measure, measureSeveral } from './measure.ts';
import { atMost, markdownTable, rounded, type Section } from './report.ts';

const root = join(import.meta.dirname, '..');
const account = '111111111111';
const region = 'us-east-1';
const cluster = 'large';

/** Goals of the design: Kubernetes requests in all, AWS calls beyond one per described thing, resident memory. */
const goals = { kubernetesRequests: 35, awsRequests: 20, peakMebibytes: 256, failAboveMebibytes: 320 };

const spec = {
  hub: account,
  roles: [],
  set: { today: '2026-11-21' },
  clusters: [
    {
      account,
      name: cluster,
      version: '1.34',
      plane: 'main',
      nodegroups: Array.from({ length: 10 }, (_, group) => ({ name: `fill-${group}`, desired: 0, version: '1.34' })),
      addons: [
        ['vpc-cni', 'v1.20.4-eksbuild.1'],
        ['coredns', 'v1.12.4-eksbuild.1'],
        ['kube-proxy', 'v1.34.3-eksbuild.2'],
      ],
    },
  ],
};

/** The large cluster on a real control plane: our collection, measured beside eksup's analysis of the same cluster. */
export async function benchLargeCluster(progress: (text: string) => void): Promise<Section> {
  progress('starting the control plane');
  const world = await startWorld(spec, worldTools());
  try {
    await fillCluster(world.kubeconfig, progress);
    const folder = mkdtempSync(join(tmpdir(), 'eks-greenlight-bench-'));
    try {
      return await measureCollection(world, folder, progress);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    await world.close();
  }
}

async function measureCollection(world: RunningWorld, folder: string, progress: (text: string) => void): Promise<Section> {
  const file = join(folder, 'large.json.gz');
  writeFileSync(join(folder, 'greenlight.yaml'), `accounts: { explicit: [ { id: "${account}" } ] }\nkubernetes: { pods: false }\n`);
  const environment = { ...process.env, ...world.environment };
  const collect = [
    process.execPath,
    join(root, 'dist/greenlight.mjs'),
    'collect',
    '--cluster',
    cluster,
    '--region',
    region,
    '-o',
    file,
    '--quiet',
  ];
  progress('collecting');
  const withPods = await measured(collect, environment, world);
  const inventory = parseInventory(JSON.parse(gunzipSync(readFileSync(file)).toString()));
  const withoutPods = await measured([...collect, '--config', join(folder, 'greenlight.yaml')], environment, world);
  const requests = inventory.collection?.requests ?? {};
  const described = spec.clusters[0] ? spec.clusters[0].nodegroups.length + spec.clusters[0].addons.length : 0;
  const aws = Object.entries(requests).reduce((sum, [api, number]) => (api === 'kubernetes' ? sum : sum + number), 0);
  progress('measuring eksup');
  const eksup = await measureEksup(world);
  const figures = [
    atMost('Kubernetes requests', requests.kubernetes ?? Number.NaN, '', goals.kubernetesRequests),
    atMost('AWS requests beyond one per node group and add-on', aws - described, '', goals.awsRequests),
    { what: 'Kubernetes bytes received', value: (inventory.collection?.bytes.kubernetes ?? 0) / 1e6, unit: 'MB' },
    { what: 'wall time', value: withPods.wallSeconds, unit: 's' },
    { what: 'CPU time', value: withPods.cpuSeconds, unit: 's' },
    { ...atMost('peak resident memory', withPods.peakMebibytes, 'MiB', goals.peakMebibytes) },
    { what: 'inventory, compressed', value: statSync(file).size / 1e6, unit: 'MB' },
    ...(eksup
      ? [
          atMost('bytes without pods, beside eksup', withoutPods.kubernetesBytes / eksup.kubernetesBytes, 'times', 0.5),
          atMost('wall time without pods, beside eksup', withoutPods.wallSeconds / eksup.wallSeconds, 'times', 1),
          atMost('peak memory without pods, beside eksup', withoutPods.peakMebibytes / eksup.peakMebibytes, 'times', 0.5),
        ]
      : []),
  ];
  const row = (name: string, of: Measured | undefined) =>
    of
      ? [
          name,
          String(of.kubernetesRequests),
          rounded(of.kubernetesBytes / 1e6),
          rounded(of.wallSeconds),
          rounded(of.cpuSeconds),
          rounded(of.peakMebibytes),
        ]
      : [name, ...Array(5).fill('not measured: PEERS_DIR is not set')];
  return {
    title: 'One large cluster',
    notes: [
      `Real Kubernetes 1.34.4 API server with ${large.nodes} nodes, ${large.nodes * large.podsPerNode} pods, ${large.deployments} Deployments and ` +
        `${large.deployments * (large.oldReplicaSetsPerDeployment + 1)} ReplicaSets; the bundled command line, \`greenlight collect\`. ` +
        'Middle of five runs after one to warm up. Lists and bytes are the API server’s own counters (verb LIST, bytes as sent).',
    ],
    figures,
    tables: [
      markdownTable([
        ['', 'lists', 'MB sent', 'wall s', 'CPU s', 'peak MiB'],
        row('greenlight, with pods', withPods),
        row('greenlight, without pods', withoutPods),
        row('eksup 0.15.1 (reads no pods)', eksup),
      ]),
    ],
  };
}

interface Measured {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
  readonly kubernetesRequests: number;
  readonly kubernetesBytes: number;
}

async function measured(
  command: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  world: RunningWorld,
): Promise<Measured> {
  const times = await measureSeveral(command, environment);
  const failed = times.runs.find(({ exitCode }) => exitCode !== 0);
  if (failed) throw new Error(`${command.join(' ')}: exit code ${failed.exitCode}\n${failed.stderr.slice(-2000)}`);
  const traffic = await listTraffic(world.kubeconfig, async () => void (await measure(command, environment)));
  return { ...times, kubernetesRequests: traffic.requests, kubernetesBytes: traffic.bytes };
}

/** eksup on the same cluster, where PEERS_DIR holds its binary. It trusts no CA bundle of its own choice, so it talks to the plain proxy. */
async function measureEksup(world: RunningWorld): Promise<Measured | undefined> {
  const peers = process.env.PEERS_DIR;
  const binary = peers && join(peers, 'eksup');
  if (!binary || !existsSync(binary)) return undefined;
  const proxy = world.environment.AWS_ENDPOINT_URL_EKS;
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = world.environment;
  const environment = {
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, AWS_REGION: region, AWS_ENDPOINT_URL: proxy, KUBECONFIG: world.kubeconfig },
    ...{ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN },
  };
  return measured([binary, 'analyze', '-c', cluster, '-r', region, '-f', 'json'], environment, world);
}

function worldTools(): WorldTools {
  const printed = execFileSync(join(root, 'test/local-aws/prepare'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const pairs = printed
    .trim()
    .split('\n')
    .map((line) => line.split(/=(.*)/s).slice(0, 2));
  return z.object({ KUBERNETES_BIN: z.string(), WORLD_PYTHON: z.string() }).parse(Object.fromEntries(pairs));
}
