import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { greenlight, reportOf, workingFolder } from './greenlight.ts';
import { fillHealthy, problems, seed } from './trouble/fill.ts';
import { placeOf } from './trouble/place.ts';
import { lineOf } from './trouble/problem.ts';
import { CLUSTER, EXTERNAL_ID, REGION, roleArn, TODAY } from './trouble/world.ts';

/** A cluster in which there is nothing to find, and the same cluster with everything of trouble/problems: a scan says exactly what is wrong. */

let folder: string;
let healthy: RunReport;
let troubled: RunReport;

async function scan(): Promise<RunReport> {
  const access = ['--role-arn', roleArn, '--external-id', EXTERNAL_ID];
  const place = ['--cluster', CLUSTER, '--region', REGION, '--store', 'store'];
  const outcome = await greenlight(folder, ['scan', ...place, ...access, '--format', 'json', '--as-of', TODAY, '--quiet']);
  return reportOf(outcome);
}

beforeAll(async () => {
  folder = workingFolder();
  const place = placeOf(inject('worldEnvironment'), inject('kubectl'));
  await fillHealthy(place, inject('kubectl'));
  healthy = await scan();
  await seed(place);
  troubled = await scan();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reportIn = ({ clusters }: RunReport) => {
  const [report] = clusters;
  if (!report) throw new Error('the run has no cluster');
  return report;
};
const linesOf = (run: RunReport) => reportIn(run).findings.map(lineOf);
const statusesOf = (run: RunReport, status: string) => reportIn(run).checks.filter((check) => check.status === status);

test('a cluster without trouble is ready: no finding, nothing unknown', () => {
  expect(linesOf(healthy)).toEqual([]);
  expect(statusesOf(healthy, 'unknown')).toEqual([]);
  expect(reportIn(healthy).verdict).toBe('READY');
  expect(healthy.coverage.complete).toBe(true);
});

describe('the same cluster with trouble', () => {
  test('has findings of exactly what is wrong', () => {
    expect(problems.length).toBeGreaterThanOrEqual(20);
    expect(linesOf(troubled).sort()).toEqual(problems.flatMap(({ findings }) => findings).sort());
  });

  test.each(problems)('$name: $what', ({ findings }) => {
    expect(findings).not.toEqual([]);
    expect(linesOf(troubled)).toEqual(expect.arrayContaining([...findings]));
  });

  test('is not ready, and nothing of it is unknown', () => {
    expect(reportIn(troubled).verdict).toBe('NOT_READY');
    expect(statusesOf(troubled, 'unknown')).toEqual([]);
    expect(troubled.coverage.complete).toBe(true);
  });

  test('gives each finding an id, a fact and a command of its own', () => {
    const { findings } = reportIn(troubled);
    for (const part of ['id', 'message', 'remediation'] as const) {
      const values = findings.map((finding) => finding[part]);
      expect(values).not.toContain('');
    }
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
    expect(new Set(findings.map(({ message }) => message)).size).toBe(findings.length);
  });
});
