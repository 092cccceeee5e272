import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runReportSchema } from '../../functions/fleet/run-report.ts';
import { createDescribedInventory, inventoryOf } from '../analysis/builders.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-cli-'));
  await writeFile(join(folder, 'a.json.gz'), gzipSync(JSON.stringify(inventoryOf({ name: 'a' }))));
  await writeFile(join(folder, 'bad\u001b[31m.json'), 'hello');
  // A finding each: a report of more than a pipe holds.
  const many = Array.from({ length: 1000 }, (_, index) => ({ nodegroupName: `group-${index}`, status: 'DEGRADED' }));
  await writeFile(join(folder, 'large.json'), JSON.stringify(createDescribedInventory({ 'eks.nodegroups': many })));
});
afterAll(() => rm(folder, { recursive: true }));

/** The command line as a process, in a folder of its own. */
function greenlight(args: readonly string[], { input = '', env = {}, closeOutput = false } = {}) {
  const child = spawn(process.execPath, [resolve('bin/greenlight.ts'), ...args], { cwd: folder, env });
  const heard = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard.out += text;
    if (closeOutput) child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    heard.err += text;
  });
  child.stdin.end(input);
  return new Promise<{ out: string; err: string; code: number | null }>((done) => {
    child.on('close', (code) => done({ ...heard, code }));
  });
}

// Each case is a process of its own: a second on a busy machine.
describe('greenlight', { timeout: 60_000 }, () => {
  it('prints JSON alone on standard output, everything else on standard error, and ends with 1 when a file could not be read', async () => {
    const { out, err, code } = await greenlight(['analyze', 'a.json.gz', 'bad\u001b[31m.json', '--format', 'json']);
    expect(runReportSchema.parse(JSON.parse(out)).clusters).toMatchObject([{ cluster: { name: 'a' } }]);
    expect(err).toMatch(/^greenlight: cannot read the inventory bad\ufffd\[31m\.json: expected JSON: .*\n$/);
    expect(code).toBe(1);
  });

  it('reads standard input, has no colour in a pipe, and ends with 2 when --fail-on matches', async () => {
    const inventory = createDescribedInventory({ 'eks.cluster': { name: 'payments', version: '1.34', status: 'FAILED' } });
    const args = ['analyze', '-', '--only', 'cluster-status', '--fail-on', 'required'];
    const { out, err, code } = await greenlight(args, { input: JSON.stringify(inventory), env: { TERM: 'xterm' } });
    expect(out).toMatch(/^✗ NOT READY {2}payments/);
    expect(out).not.toContain('\u001b');
    expect({ err, code }).toEqual({ err: '', code: 2 });
  });

  it('explains how it is used: 0 when asked, 1 when it was used wrongly', async () => {
    const [help, version, unknown, nothing] = await Promise.all(
      [['--help'], ['--version'], ['analyse'], []].map((args) => greenlight(args)),
    );
    expect(help).toMatchObject({ code: 0, err: '', out: expect.stringContaining('analyze') });
    expect(version).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(unknown).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/unknown command 'analyse'[\s\S]*analyze/) });
    expect(nothing).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Usage:') });
  });

  it('is no failure when the reader goes away', async () => {
    const { err, code } = await greenlight(['analyze', 'large.json', '--format', 'json'], { closeOutput: true });
    expect({ err, code }).toEqual({ err: '', code: 0 });
  });
});
