import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runReportSchema } from '../../functions/fleet/run-report.ts';
import { DENIED_ACCOUNT, EXTERNAL_ID, LOGISTICS_ACCOUNT, PAYMENTS_ACCOUNT, SCAN_ROLE } from './fleet.ts';
import { environment } from './world.ts';

const program = join(import.meta.dirname, '../../bin/greenlight.ts');

/** A run that has not ended by then is killed and fails: more than the deadline of greenlight.yaml below, less than any default. */
const patienceMs = 60_000;

/** greenlight.yaml of the fleet. */
export const configuration = {
  accounts: {
    explicit: [
      { id: PAYMENTS_ACCOUNT, name: 'payments', regions: ['us-east-1'] },
      { id: LOGISTICS_ACCOUNT, name: 'logistics', regions: ['us-east-1', 'eu-central-1'] },
      { id: DENIED_ACCOUNT, name: 'denied', regions: ['us-east-1'] },
    ],
  },
  scanRole: { name: SCAN_ROLE, externalId: EXTERNAL_ID },
  /** Small, so that the pods of the cluster need two pages. */
  kubernetes: { timeoutSeconds: 5, pageSize: 10 },
  owners: { fromTag: 'team' },
};

/** A folder as a person would work in, with this as its greenlight.yaml, if any. */
export function workingFolder(yaml?: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'greenlight-'));
  if (yaml) writeFileSync(join(folder, 'greenlight.yaml'), stringify(yaml));
  return folder;
}

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a process of its own, with the world's endpoints and the caller's credentials and nothing else from outside.
 *  `overrides` with the value undefined takes a variable away. */
export function greenlight(
  folder: string,
  arguments_: readonly string[],
  overrides: Readonly<Record<string, string | undefined>> = {},
): Promise<Outcome> {
  const { WORLD_DIR: _, WORLD_ADMIN: __, ...world } = environment();
  const env = { PATH: process.env.PATH, HOME: folder, USER: 'engineer', AWS_EC2_METADATA_DISABLED: 'true', ...world, ...overrides };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, ...arguments_],
      { cwd: folder, env, timeout: patienceMs, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        if (error?.killed) reject(new Error(`greenlight ${arguments_.join(' ')} did not end within ${patienceMs / 1000} s:\n${stderr}`));
        else resolve({ exitCode: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr });
      },
    );
  });
}

/** The RunReport that `--format json` printed. */
export const reportOf = ({ stdout, stderr }: Outcome) => {
  if (stdout === '') throw new Error(`nothing on stdout; stderr:\n${stderr}`);
  return runReportSchema.parse(JSON.parse(stdout));
};

/** The RunReport that a run left in the store. */
export const storedReport = (folder: string, runId: string) =>
  runReportSchema.parse(JSON.parse(readFileSync(join(folder, 'store', 'runs', runId, 'run.json'), 'utf8')));
