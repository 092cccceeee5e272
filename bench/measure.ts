import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What one run of a process took, as the operating system accounts it. */
export interface Measurement {
  readonly exitCode: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command under wait4(2), which Node does not offer: user and system time and the peak of resident memory of this one child. */
const accountant = `
import json, os, sys, time
start = time.monotonic()
pid = os.spawnvpe(os.P_NOWAIT, sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
os.write(3, json.dumps({"exitCode": os.waitstatus_to_exitcode(status), "wallSeconds": time.monotonic() - start,
  "cpuSeconds": usage.ru_utime + usage.ru_stime, "peakMebibytes": usage.ru_maxrss / 1024}).encode())
`;

/** Runs a command once and accounts for it. */
export async function measure(command: readonly string[], environment: Readonly<Record<string, string | undefined>>): Promise<Measurement> {
  const child = spawn('python3', ['-c', accountant, ...command], { env: environment, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const [out, err, account] = [child.stdout, child.stderr, child.stdio[3]].map((stream) => {
    const chunks: Buffer[] = [];
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
    return chunks;
  });
  await once(child, 'close');
  const text = (chunks: Buffer[] | undefined) => Buffer.concat(chunks ?? []).toString();
  if (text(account) === '') throw new Error(`${command[0]} was not accounted for: ${text(err)}`);
  return { ...(JSON.parse(text(account)) as Omit<Measurement, 'stdout' | 'stderr'>), stdout: text(out), stderr: text(err) };
}

/** A command and the environment it runs in. */
export interface Command {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const countedRuns = 5;

/** Several runs of each command in turn, A B A B …, so that a machine that changes its speed changes it for both; the first round warms caches.
 *  The middle one of each figure is what is quoted.
 *  @throws Error when a run fails */
export async function measureInTurn(commands: readonly Command[]): Promise<Omit<Measurement, 'exitCode' | 'stdout' | 'stderr'>[]> {
  const results: Measurement[][] = commands.map(() => []);
  for (let round = 0; round <= countedRuns; round += 1) {
    for (const [index, { argv, environment }] of commands.entries()) {
      const result = await measure(argv, environment);
      if (result.exitCode !== 0) throw new Error(`${argv.join(' ')}: exit code ${result.exitCode}\n${result.stderr.slice(-2000)}`);
      if (round > 0) results[index]?.push(result);
    }
  }
  return results.map((runs) => {
    const figure = (of: (result: Measurement) => number) => median(runs.map(of));
    return {
      wallSeconds: figure((result) => result.wallSeconds),
      cpuSeconds: figure((result) => result.cpuSeconds),
      peakMebibytes: figure((result) => result.peakMebibytes),
    };
  });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
