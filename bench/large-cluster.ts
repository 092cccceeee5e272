import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { parseInventory } from '../functions/inventory/inventory.ts';
import { type RunningWorld, startWorld, type WorldTools } from '../test/local-aws/start-world.ts';
import { listTraffic } from './api-server-counters.ts';
import { fillCluster, large } from './fill-cluster.ts';
import { type Command, measure, measureInTurn } from './measure.ts';
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
  const withPods: Command = { argv: collect, environment };
  const withoutPods: Command = { argv: [...collect, '--config', join(folder, 'greenlight.yaml')], environment };
  const peer = eksupOn(world, folder);
  progress('collecting with pods');
  const [ours] = await measured([withPods], world);
  const inventory = parseInventory(JSON.parse(gunzipSync(readFileSync(file)).toString()));
  progress(peer ? 'collecting without pods, in turn with eksup' : 'collecting without pods; PEERS_DIR names no eksup to compare with');
  const [lean, eksup] = await measured(peer ? [withoutPods, peer] : [withoutPods], world);
  if (!ours || !lean) throw new Error('nothing was measured');
  const requests = inventory.collection?.requests ?? {};
  const described = spec.clusters[0] ? spec.clusters[0].nodegroups.length + spec.clusters[0].addons.length : 0;
  const aws = Object.entries(requests).reduce((sum, [api, number]) => (api === 'kubernetes' ? sum : sum + number), 0);
  const figures = [
    atMost('Kubernetes requests', requests.kubernetes ?? Number.NaN, '', goals.kubernetesRequests),
    atMost('AWS requests beyond one per node group and add-on', aws - described, '', goals.awsRequests),
    { what: 'Kubernetes bytes received', value: (inventory.collection?.bytes.kubernetes ?? 0) / 1e6, unit: 'MB' },
    { what: 'wall time', value: ours.wallSeconds, unit: 's' },
    { what: 'CPU time', value: ours.cpuSeconds, unit: 's' },
    {
      ...atMost('peak resident memory', ours.peakMebibytes, 'MiB', goals.peakMebibytes),
      fails: ours.peakMebibytes > goals.failAboveMebibytes,
    },
    { what: 'inventory, compressed', value: statSync(file).size / 1e6, unit: 'MB' },
    ...(eksup
      ? [
          atMost('bytes without pods, beside eksup', lean.kubernetesBytes / eksup.kubernetesBytes, 'times', 0.5),
          atMost('wall time without pods, beside eksup', lean.wallSeconds / eksup.wallSeconds, 'times', 1),
          atMost('peak memory without pods, beside eksup', lean.peakMebibytes / eksup.peakMebibytes, 'times', 0.5),
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
        row('greenlight, with pods', ours),
        row('greenlight, without pods', lean),
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

/** The commands in turn, and what the API server counts for one more run of each. */
async function measured(commands: readonly Command[], world: RunningWorld): Promise<Measured[]> {
  const times = await measureInTurn(commands);
  const results: Measured[] = [];
  for (const [index, { argv, environment }] of commands.entries()) {
    const traffic = await listTraffic(world.kubeconfig, async () => void (await measure(argv, environment)));
    const figures = times[index];
    if (figures) results.push({ ...figures, kubernetesRequests: traffic.requests, kubernetesBytes: traffic.bytes });
  }
  return results;
}

/** eksup on the same cluster, where PEERS_DIR holds its binary. It trusts no CA bundle of our choice, so it talks to the plain proxy. */
function eksupOn(world: RunningWorld, folder: string): Command | undefined {
  const peers = process.env.PEERS_DIR;
  const binary = peers && unpacked(join(peers, 'eksup'), folder);
  if (!binary) return undefined;
  const { AWS_ENDPOINT_URL_EKS, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = world.environment;
  const environment = {
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, AWS_REGION: region, AWS_ENDPOINT_URL: AWS_ENDPOINT_URL_EKS },
    ...{ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, KUBECONFIG: world.kubeconfig },
  };
  return { argv: [binary, 'analyze', '-c', cluster, '-r', region, '-f', 'json'], environment };
}

/** A binary that may lie there compressed (`eksup.xz`). */
function unpacked(path: string, folder: string): string | undefined {
  if (existsSync(path)) return path;
  if (!existsSync(`${path}.xz`)) return undefined;
  const binary = join(folder, basename(path));
  writeFileSync(binary, execFileSync('xz', ['--decompress', '--keep', '--stdout', `${path}.xz`], { maxBuffer: 2 ** 30 }), { mode: 0o755 });
  return binary;
}

/** Where the binaries of a world are; made ready if they are not. */
export function worldTools(): WorldTools {
  const printed = execFileSync(join(root, 'test/local-aws/prepare'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const pairs = printed
    .trim()
    .split('\n')
    .map((line) => line.split(/=(.*)/s).slice(0, 2));
  return z.object({ KUBERNETES_BIN: z.string(), WORLD_PYTHON: z.string() }).parse(Object.fromEntries(pairs));
}
