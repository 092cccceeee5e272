import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runReportSchema } from '../../functions/fleet/run-report.ts';
import { differenceReasons } from '../../scripts/reference/difference-reasons.ts';
import { differencesReference } from '../../scripts/reference/differences.ts';
import { type RunningWorld, startWorld } from '../../test/local-aws/start-world.ts';
import { fillHealthy, problems, seed } from '../../test/local-aws/trouble/fill.ts';
import { fineAtSecondLook } from '../../test/local-aws/trouble/healthy.ts';
import { placeOf } from '../../test/local-aws/trouble/place.ts';
import { lineOf } from '../../test/local-aws/trouble/problem.ts';
import { CLUSTER, EXTERNAL_ID, REGION, roleArn, TODAY, troubleWorld } from '../../test/local-aws/trouble/world.ts';
import { listTraffic } from '../api-server-counters.ts';
import { worldTools } from '../large-cluster.ts';
import type { Comparison, Load, Severity, Subject } from './comparison.ts';
import { manifests, writeManifests } from './files.ts';
import { binaryOf, eksupFindings, kubentFindings, outputOf, plutoFindings, type Tool, tools } from './peers.ts';
import { allRelations, unexplained } from './relations.ts';

/** `npm run compare`: the cluster with everything wrong, read by us and by the other tools of PEERS_DIR. Records what they print, writes
 *  docs/reference/differences.md from it, and fails if they differ from us in a way that nobody explained, or no longer do. */

const root = join(import.meta.dirname, '../..');
const target = '1.36';

const scratch = mkdtempSync(join(tmpdir(), 'eks-greenlight-compare-'));

async function compare(binary: (tool: Tool) => string): Promise<void> {
  const worldBinaries = worldTools();
  console.error('starting the cluster');
  // Pages as large as those of AWS: tools that read only the first one would differ for a reason of the world's.
  const world = await startWorld({ ...troubleWorld, set: { ...troubleWorld.set, page_size: 100 } }, worldBinaries);
  try {
    const kubectl = [join(worldBinaries.KUBERNETES_BIN, 'kubectl'), '--kubeconfig', world.kubeconfig];
    const place = placeOf(world.environment, kubectl);
    await fillHealthy(place, kubectl);
    await seed(place);
    console.error('reading it');
    const groupOf = nodeGroups(place.kubectl(['get', 'nodes', '--output', 'json']));
    const ours = await counted(world, () => greenlight(world));
    const peer = (tool: Tool, ...arguments_: readonly string[]) => outputOf(binary(tool), arguments_, peerOf(world));
    const eksup = await counted(world, () =>
      eksupFindings(peer('eksup', 'analyze', '-c', CLUSTER, '-r', REGION, '-t', target, '-f', 'json'), groupOf),
    );
    const pluto = await counted(world, () =>
      plutoFindings(peer('pluto', 'detect-api-resources', '--target-versions', `k8s=v${target}.0`, '-o', 'json')),
    );
    const kubent = await counted(world, () => kubentFindings(peer('kubent', '-t', target, '-o', 'json', '-l', 'error')));
    record({
      controlPlane: troubleWorld.clusters[0]?.version ?? '',
      target,
      versions: {
        eksup: numberIn(peer('eksup', '--version')),
        pluto: numberIn(peer('pluto', 'version')),
      },
      cluster: {
        subjects: subjectsOf(ours.result),
        reported: { eksup: eksup.result, pluto: pluto.result, kubent: kubent.result },
      },
      files: filesOf(binary, world),
      load: { greenlight: ours.load, eksup: eksup.load, pluto: pluto.load, kubent: kubent.load },
    });
  } finally {
    await world.close();
  }
}

/** Our findings of the cluster, as the test of the local layer expects them. */
function greenlight(world: RunningWorld) {
  const access = ['--role-arn', roleArn, '--external-id', EXTERNAL_ID];
  const where = ['--cluster', CLUSTER, '--region', REGION, '--target', target, '--as-of', TODAY, '--store', join(scratch, 'store')];
  return findingsOf(world, ['scan', ...where, ...access]);
}

function findingsOf(world: RunningWorld, command: readonly string[]) {
  const environment = { PATH: process.env.PATH, HOME: scratch, ...world.environment };
  const program = [join(root, 'bin/greenlight.ts'), ...command, '--format', 'json', '--quiet'];
  const options = { cwd: scratch, env: environment, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  const { clusters } = runReportSchema.parse(JSON.parse(execFileSync(process.execPath, program, options)));
  return clusters.flatMap(({ findings }) => findings);
}

/** Each problem with what we say of it, and what is fine. @throws Error if we do not say exactly what is wrong */
function subjectsOf(findings: ReturnType<typeof greenlight>): Subject[] {
  const expected = problems.flatMap((problem) => problem.findings).sort();
  const found = findings.map(lineOf).sort();
  if (expected.join('\n') !== found.join('\n')) throw new Error(`expected:\n${expected.join('\n')}\nfound:\n${found.join('\n')}`);
  const saidOf = (lines: readonly string[]) => said(findings.filter((finding) => lines.includes(lineOf(finding))));
  return [
    ...problems.map(({ name, what, findings: lines }) => ({ name, what, findings: saidOf(lines) })),
    ...fineAtSecondLook.map((fine) => ({ ...fine, findings: [] })),
  ];
}

/** What the reference tells of findings. */
function said(findings: readonly { readonly severity: Severity; readonly check: string }[]): Subject['findings'] {
  return findings.map(({ severity, check }) => ({ severity, check }));
}

/** The manifests, read before they are applied. */
function filesOf(binary: (tool: Tool) => string, world: RunningWorld) {
  const paths = writeManifests(mkdtempSync(join(scratch, 'manifests-')));
  const folder = join(paths[0] ?? '', '..');
  const ours = findingsOf(world, ['analyze', '--manifests', folder, '--target', target]);
  const kubentOutput = outputOf(
    binary('kubent'),
    ['-c=false', '--helm3=false', '-t', target, '-o', 'json', '-l', 'error', '-f', paths.join(',')],
    {},
  );
  const plutoOutput = outputOf(binary('pluto'), ['detect-files', '-d', folder, '--target-versions', `k8s=v${target}.0`, '-o', 'json'], {});
  return {
    subjects: manifests.map(({ name, what }) => ({ name, what, findings: said(ours.filter(({ subject }) => subject.name === name)) })),
    reported: { pluto: plutoFindings(plutoOutput), kubent: kubentFindings(kubentOutput) },
  };
}

/** Environment of another tool: the administrator's kubeconfig, the root of the account, and the plain proxy, as it trusts no CA of ours. */
function peerOf(world: RunningWorld): Record<string, string | undefined> {
  const credentials = { AWS_ACCESS_KEY_ID: troubleWorld.clusters[0]?.account, AWS_SECRET_ACCESS_KEY: 'test' };
  const place = { AWS_REGION: REGION, AWS_ENDPOINT_URL: world.environment.AWS_ENDPOINT_URL_EKS, KUBECONFIG: world.kubeconfig };
  return { PATH: process.env.PATH, HOME: scratch, ...place, ...credentials };
}

/** What an action takes: calls to AWS, and LIST requests with the bytes of their answers, as the API server counts them. */
async function counted<T>(world: RunningWorld, action: () => T): Promise<{ readonly result: T; readonly load: Load }> {
  const awsCalls = () =>
    readFileSync(join(world.environment.WORLD_DIR ?? '', 'audit.jsonl'), 'utf8')
      .split('\n')
      .filter(isCall).length;
  const before = awsCalls();
  const results: T[] = [];
  const { requests, bytes } = await listTraffic(world.kubeconfig, async () => void results.push(action()));
  const [result] = results;
  if (result === undefined) throw new Error('nothing was read');
  return { result, load: { awsCalls: awsCalls() - before, lists: requests, megabytes: Math.round(bytes / 1e4) / 100 } };
}

function isCall(line: string): boolean {
  return line !== '' && z.object({ event: z.string() }).parse(JSON.parse(line)).event === 'CALL';
}

const nodeList = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }) })),
});

function nodeGroups(json: string): (node: string) => string | undefined {
  const { items } = nodeList.parse(JSON.parse(json));
  const groups = new Map(items.map(({ metadata }) => [metadata.name, metadata.labels['eks.amazonaws.com/nodegroup']]));
  return (node) => groups.get(node);
}

/** `5.24.0` */
function numberIn(version: string): string {
  return /\d+\.\d+\.\d+/.exec(version)?.[0] ?? 'of unknown version';
}

/** Keeps what was seen, and makes the reference from it. @throws Error where scripts/reference/difference-reasons.ts is not about just that */
function record(comparison: Comparison): void {
  const relations = allRelations(comparison);
  const complaints = unexplained(relations, differenceReasons);
  if (complaints.length > 0) throw new Error(`scripts/reference/difference-reasons.ts: ${complaints.join('; ')}`);
  writeFileSync(join(root, 'scripts/reference/facts/other-tools.json'), `${JSON.stringify(comparison, null, 2)}\n`);
  writeFileSync(join(root, 'docs/reference/differences.md'), differencesReference(comparison));
  console.error(`${relations.length} comparisons, every difference explained: docs/reference/differences.md`);
}

const peers = process.env.PEERS_DIR;
try {
  const binaries = new Map(tools.flatMap((tool) => [[tool, peers && binaryOf(tool, peers, scratch)] as const]));
  const missing = tools.filter((tool) => !binaries.get(tool));
  if (missing.length > 0)
    console.error(`SKIPPED: nothing was compared. PEERS_DIR (${peers ?? 'not set'}) must hold ${missing.join(', ')}, plain or as .xz.`);
  else await compare((tool) => binaries.get(tool) ?? '');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
