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

/** Several runs, the first to warm caches; the middle one of each figure is what is quoted. */
export async function measureSeveral(command: readonly string[], environment: Readonly<Record<string, string | undefined>>, runs = 5) {
  await measure(command, environment);
  const results: Measurement[] = [];
  for (let run = 0; run < runs; run += 1) results.push(await measure(command, environment));
  const figure = (of: (result: Measurement) => number) => median(results.map(of));
  return {
    runs: results,
    wallSeconds: figure((result) => result.wallSeconds),
    cpuSeconds: figure((result) => result.cpuSeconds),
    peakMebibytes: figure((result) => result.peakMebibytes),
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
