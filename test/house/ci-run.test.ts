import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** Stands in for npm: notes what it was asked for, fails where told, and writes the report that vitest would write. */
const npm = `#!/bin/sh
echo "$*" | sed 's/ -- .*//' >> "$CALLS"
for argument in "$@"; do
  case $argument in --outputFile.json=*) [ -z "$REPORT" ] || echo "$REPORT" > "\${argument#*=}" ;; esac
done
case " $FAILING " in *" $(echo "$*" | sed 's/ -- .*//; s/ /_/g') "*) exit 1 ;; esac
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenlight-ci-'));
  writeFileSync(join(folder, 'npm'), npm);
  chmodSync(join(folder, 'npm'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Scenario {
  /** What vitest reports, in each of its three runs. */
  readonly report: string;
  /** Commands of npm that fail, with `_` for spaces. */
  readonly failing?: string;
}

function ci({ report, failing = '' }: Scenario) {
  const path = [folder, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
  const calls = join(folder, 'calls');
  const env = { PATH: path, CALLS: calls, REPORT: report, FAILING: failing };
  const { status, stdout } = spawnSync('bash', ['.ci/run'], { encoding: 'utf8', env });
  return {
    status,
    lastLine: stdout.trimEnd().split('\n').at(-1),
    calls: existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : [],
  };
}

const counted = (passed: number, failed: number): string => JSON.stringify({ numPassedTests: passed, numFailedTests: failed });
const everything = ['ci', 'run lint', 'test', 'run test:browser', 'run synth', 'run test:local-aws'];

it('runs everything and sums the tests of all runs', () => {
  expect(ci({ report: counted(7, 0) })).toEqual({ status: 0, lastLine: '21 passed, 0 failed', calls: everything });
});

it('goes on after a failure and counts failed tests', () => {
  const { status, lastLine, calls } = ci({ report: counted(7, 2), failing: 'test' });
  expect({ status, lastLine, calls }).toEqual({ status: 1, lastLine: '21 passed, 6 failed', calls: everything });
});

it.each(['run_lint', 'run_synth'])('counts a failed step as one: %s', (failing) => {
  expect(ci({ report: counted(7, 0), failing })).toEqual({ status: 1, lastLine: '21 passed, 1 failed', calls: everything });
});

it('does not believe a failed run without a failed test', () => {
  expect(ci({ report: counted(7, 0), failing: 'run_test:local-aws' })).toMatchObject({ status: 1, lastLine: '21 passed, 1 failed' });
});

it.each(['', 'not JSON'])('does not believe a run without a readable report: "%s"', (report) => {
  expect(ci({ report })).toMatchObject({ status: 1, lastLine: '0 passed, 3 failed' });
});

it('stops when the installation failed', () => {
  expect(ci({ report: counted(7, 0), failing: 'ci' })).toEqual({ status: 1, lastLine: '0 passed, 1 failed', calls: ['ci'] });
});
