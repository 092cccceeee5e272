import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCommand } from '../../../bin/commands/report.ts';
import { defaultConfiguration } from '../../../functions/config/defaults.ts';
import { type RunReport, runReportSchema } from '../../../functions/fleet/run-report.ts';
import { saveRun } from '../../../functions/fleet/save-run.ts';
import { openStore } from '../../../functions/wiring/stores.ts';
import { createFinding } from '../../analysis/builders.ts';
import { createReport, createRun } from '../../report/text/builders.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-report-'));
});
afterEach(() => rm(folder, { recursive: true }));

const report = (...args: string[]) => runCommand(reportCommand, ['report', '--store', folder, ...args]);
const idOf = (day: string) => `${day}T06-00-00Z-00000000`;

async function keep(day: string, findings: readonly string[]): Promise<RunReport> {
  const startedAt = `${day}T06:00:00Z`;
  const cluster = createReport({
    collectedAt: startedAt,
    verdict: findings.length > 0 ? 'NOT_READY' : 'READY',
    findings: findings.map((message, index) => createFinding({ message, discriminator: String(index) })),
  });
  const run = { ...createRun([cluster]), runId: idOf(day), startedAt, finishedAt: startedAt };
  await saveRun(openStore(folder), run, defaultConfiguration);
  return run;
}

describe('greenlight report', () => {
  it('renders the newest run, or the one that is named, as it was', async () => {
    const first = await keep('2026-11-01', []);
    const second = await keep('2026-11-02', ['vpc-cni is wrong']);
    expect(await report()).toMatchObject({ code: 0, err: [], out: expect.stringMatching(/^✗ NOT READY[\s\S]*vpc-cni is wrong/) });
    expect((await report(idOf('2026-11-01'))).out).toMatch(/^✓ READY/);
    expect(runReportSchema.parse(JSON.parse((await report('--format', 'json')).out))).toEqual(second);
    expect(runReportSchema.parse(JSON.parse((await report(first.runId, '--format', 'json')).out))).toEqual(first);
  });

  it.each([
    ['csv', /^account_id,.*\r\n111111111111,.*vpc-cni is wrong/s],
    ['markdown', /^# EKS Greenlight\n.*- \[ \] vpc-cni is wrong/s],
    ['html', /^<!doctype html>.*<title>EKS Greenlight: payments, 2026-11-02T06-00-00Z-00000000<\/title>/s],
    ['sarif', /"version": "2\.1\.0".*vpc-cni is wrong/s],
  ])('renders it as %s', async (format, expected) => {
    await keep('2026-11-02', ['vpc-cni is wrong']);
    expect(await report('--format', format)).toMatchObject({ code: 0, out: expect.stringMatching(expected) });
  });

  it('shows one owner what is hers, judges by that, and names the owners there are to whom nobody knows', async () => {
    await keep('2026-11-02', ['vpc-cni is wrong']);
    const hers = await report('--owner', 'team-a', '--fail-on', 'required');
    expect(hers).toMatchObject({
      code: 0,
      err: ['there is no finding of owner "team-a"; no finding has an owner: set owners in greenlight.yaml'],
    });
    expect(hers.out).not.toContain('vpc-cni');
  });

  it('says what changed since another run', async () => {
    await keep('2026-11-01', []);
    await keep('2026-11-02', ['one']);
    await keep('2026-11-03', ['one', 'two']);
    const { out } = await report('--since', idOf('2026-11-01'));
    expect(out).toMatch(
      /^1 cluster in 1 account: 1 NOT READY\n\nSince the run 2026-11-01T06-00-00Z-00000000\n {2}payments[\s\S]*NOT READY, was READY\n {4}✗ new: one\n {4}✗ new: two\n$/,
    );
    expect((await report(idOf('2026-11-03'), '--since', idOf('2026-11-02'))).out).not.toContain('one');
    const json = runReportSchema.parse(JSON.parse((await report('--since', idOf('2026-11-02'), '--format', 'json')).out));
    expect(json).toMatchObject({ since: idOf('2026-11-02'), changes: [{ kind: 'appeared', base: idOf('2026-11-02') }] });
  });

  it('goes to a file, and ends with 2 when --fail-on matches', async () => {
    await keep('2026-11-02', ['one']);
    const output = join(folder, 'report.txt');
    expect(await report('--output', output, '--fail-on', 'required')).toEqual({ out: '', err: [`report: ${output}`], code: 2 });
    expect(await readFile(output, 'utf8')).toMatch(/^✗ NOT READY/);
    expect((await report('--output', output, '--quiet')).err).toEqual([]);
  });

  it('names the newest runs when there is none of that id', async () => {
    for (const day of ['01', '02', '03', '04', '05', '06', '07']) await keep(`2026-11-${day}`, []);
    const newest = ['07', '06', '05', '04', '03'].map((day) => idOf(`2026-11-${day}`)).join(', ');
    for (const args of [['none'], ['--since', 'none'], ['../..']])
      expect(await report(...args)).toMatchObject({
        code: 1,
        out: '',
        err: [expect.stringMatching(`there is no run ".*" in .*; the newest: ${newest}$`)],
      });
  });

  it('says how to keep a run where there is none', async () => {
    expect(await report()).toMatchObject({
      code: 1,
      out: '',
      err: [expect.stringMatching(/no run is kept in .*: "greenlight scan" keeps one/)],
    });
    expect((await report('some')).err).toEqual([expect.stringMatching(/there is no run "some" in .*; no run is kept there/)]);
  });

  it('refuses to look back from an earlier run, or from itself', async () => {
    await keep('2026-11-01', []);
    await keep('2026-11-02', []);
    for (const since of [idOf('2026-11-02'), idOf('2026-11-01')])
      expect(await report(idOf('2026-11-01'), '--since', since)).toMatchObject({
        code: 1,
        err: [`--since ${since}: expected a run that is earlier than ${idOf('2026-11-01')}`],
      });
  });
});
