import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { analyzeCommand } from '../../../bin/commands/analyze.ts';
import { type RunReport, runReportSchema } from '../../../functions/fleet/run-report.ts';
import { createCluster, createInventory } from '../../checks/builders.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-analyze-manifests-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const analyze = (...args: string[]) => runCommand(analyzeCommand, ['analyze', ...args]);
const reportIn = (out: string): RunReport => runReportSchema.parse(JSON.parse(out));

const budget = 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\n  namespace: shop\n';
const serviceCidr = 'kind: ServiceCIDR\napiVersion: networking.k8s.io/v1beta1\nmetadata: {name: extra}\n';
const fine = 'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: ok}\n';

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(join(folder, 'deploy/sub'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'deploy', name), text);
  return join(folder, 'deploy');
}

describe('analyze --manifests', () => {
  it('prints one report of a folder, with file and line of each finding', async () => {
    const deploy = await folderOf({ 'web.yaml': `${fine}---\n${budget}`, 'sub/net.yml': serviceCidr, 'values.yaml': 'a: {{ b' });
    const { out, err, code } = await analyze('--manifests', deploy, '--format', 'json');
    expect({ err, code }).toEqual({ err: [`manifests: 3 objects in 3 files of ${deploy}`], code: 0 });
    expect(reportIn(out).clusters[0]?.findings.map(({ severity, facts }) => [severity, facts.file, facts.line])).toEqual([
      ['required', `${deploy}/web.yaml`, 5],
      ['recommended', `${deploy}/sub/net.yml`, 2],
    ]);
    expect((await analyze('--manifests', deploy, '--format', 'json')).out).toBe(out);
  });

  it.each([
    [budget, 'required', 2],
    [budget, 'never', 0],
    [serviceCidr, 'required', 0],
    [serviceCidr, 'recommended', 2],
    [fine, 'recommended', 0],
  ])('of %j with --fail-on %s ends with %i', async (text, failOn, code) => {
    expect((await analyze('--manifests', await folderOf({ 'a.yaml': text }), '--fail-on', failOn)).code).toBe(code);
  });

  it('judges against the target', async () => {
    const deploy = await folderOf({ 'a.yaml': serviceCidr });
    const severityFor = async (target: string) =>
      reportIn((await analyze('--manifests', deploy, '--target', target, '--format', 'json')).out).clusters[0]?.findings[0]?.severity;
    expect([await severityFor('1.36'), await severityFor('1.37')]).toEqual(['recommended', 'required']);
  });

  it('names each document that cannot be read, judges the rest, and ends with 1', async () => {
    const deploy = await folderOf({ 'a.yaml': `apiVersion: v1\nkind: "Pod\n---\n${budget}` });
    const { out, err, code } = await analyze('--manifests', deploy, '--fail-on', 'required', '--quiet');
    expect(code).toBe(1);
    expect(err).toEqual([`cannot read ${deploy}/a.yaml:2, document 1: no YAML, a quote, a bracket, a colon or a space is missing`]);
    expect(out).toContain(`PodDisruptionBudget shop/web in ${deploy}/a.yaml:4 is policy/v1beta1`);
  });

  it('reads standard input, once', async () => {
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([budget]) as never);
    expect((await analyze('--manifests', '-')).out).toContain('PodDisruptionBudget shop/web in standard input:1');
    expect(await analyze('-', '--manifests', '-')).toMatchObject({
      code: 1,
      out: '',
      err: [expect.stringContaining('standard input can be read once')],
    });
  });

  it.each([
    [['--manifests', 'nowhere'], 'cannot read manifests: ENOENT'],
    [
      ['--manifests', '.', '--only', 'cluster-status'],
      '--manifests is judged by the check removed-api-in-manifests, which --only leaves out',
    ],
    [[], 'name one, as "greenlight collect" writes it, or give --manifests DIR'],
  ])('refuses %j', async (args, message) => {
    expect(await analyze(...args)).toMatchObject({ code: 1, out: '', err: [expect.stringContaining(message)] });
  });

  it('beside an inventory prints the reports of the clusters, each read by itself', async () => {
    const deploy = await folderOf({ 'a.yaml': budget });
    const inventory = join(folder, 'payments.json');
    await writeFile(inventory, JSON.stringify(createInventory({ 'eks.cluster': createCluster() })));
    const alone = reportIn((await analyze(inventory, '--format', 'json')).out);
    const { out, code } = await analyze(inventory, '--manifests', deploy, '--format', 'json');
    const both = reportIn(out);
    expect(code).toBe(0);
    expect(both.clusters.map(({ cluster }) => cluster.name)).toEqual(['payments']);
    expect(both.runId).not.toBe(alone.runId);
  });

  it('does not stand in for an inventory that cannot be read', async () => {
    const deploy = await folderOf({ 'a.yaml': fine });
    expect(await analyze(join(folder, 'no.json'), '--manifests', deploy)).toMatchObject({ code: 1, out: '' });
  });
});
