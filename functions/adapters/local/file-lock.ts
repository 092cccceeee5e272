import { randomBytes } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';

const holderSchema = z.object({
  host: z.string(),
  pid: z.number(),
  /** When the process started, as Linux counts; null on other systems. Tells it from a later process of the same number. */
  started: z.string().nullable(),
  /** Tells this lock from all others of the same file. */
  token: z.string(),
});
type Holder = z.output<typeof holderSchema>;

const unknownHolder: Holder = { host: 'an unknown host', pid: 0, started: null, token: 'unknown' };

/** A lock that stayed with another process. */
class FileLocked extends Error {
  override readonly name = 'FileLocked';
}

/** A lock that nobody can read was left by a machine that went down while it wrote; one this old is no longer being written. */
const unreadableAfterMs = 10_000;

/** Does a piece of work while no other process does its own under the same lock. The lock of a process that died is broken; one that is held
 *  on another host, or by a process that lives, is waited for.
 *  @param path of the lock, a file that exists while the lock is held; its folder must exist
 *  @throws FileLocked when the lock could not be had within `waitMs` milliseconds */
export async function withFileLock<T>(path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  await acquire(path, performance.now() + waitMs, waitMs);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, deadline: number, waitMs: number): Promise<void> {
  const own: Holder = { host: hostname(), pid: process.pid, started: await startOf(process.pid), token: randomBytes(6).toString('hex') };
  const written = `${path}.${own.token}.tmp`;
  await writeFile(written, JSON.stringify(own), { flag: 'wx' });
  try {
    // A link comes with its content and fails when the name is taken: a lock is never seen half made.
    while (!(await linked(written, path))) {
      const holder = await holderOf(path);
      if (holder === 'nobody') continue;
      if (holder === 'unreadable' || !(await mayBeAlive(holder))) {
        await breakLock(path, holder, waitMs);
        continue;
      }
      if (performance.now() > deadline) throw new FileLocked(lockedMessage(path, holder, waitMs));
      await pause(5 + Math.random() * 20);
    }
  } finally {
    await rm(written, { force: true });
  }
}

/** Removes a lock that was left behind. Two that find it must not both remove it, or the second removes the lock that the first then took:
 *  breaking is done under a lock of its own, named after the one that is broken, and only while that one is still there. */
async function breakLock(path: string, left: Holder | 'unreadable', waitMs: number): Promise<void> {
  const token = left === 'unreadable' ? left : left.token;
  await withFileLock(`${path}.${token}.lock.tmp`, waitMs, async () => {
    const present = await holderOf(path);
    if (present !== 'nobody' && (present === 'unreadable' ? present : present.token) === token) await rm(path, { force: true });
  });
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Who holds a lock. One that cannot be read counts as held until it is old. */
async function holderOf(path: string): Promise<Holder | 'nobody' | 'unreadable'> {
  try {
    const holder = holderSchema.safeParse(jsonOf(await readFile(path, 'utf8'))).data;
    if (holder) return holder;
    return Date.now() - (await stat(path)).mtimeMs > unreadableAfterMs ? 'unreadable' : unknownHolder;
  } catch (error) {
    return isCode(error, 'ENOENT') ? 'nobody' : unknownHolder;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function mayBeAlive({ host, pid, started }: Holder): Promise<boolean> {
  if (host !== hostname()) return true;
  try {
    // Sends nothing; only asks whether there is such a process.
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is one, of another user.
    return !isCode(error, 'ESRCH');
  }
  const now = await startOf(pid);
  return started === null || now === null || now === started;
}

/** Clock ticks since boot, the 22nd field; the second, a name in parentheses, may hold anything.
 *  @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function startOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function lockedMessage(path: string, { host, pid }: Holder, waitMs: number): string {
  const who = pid === unknownHolder.pid ? 'an unknown process' : `process ${pid} on ${host}`;
  return `${path} is locked by ${who} for more than ${waitMs / 1000} s; wait for it, or remove that file if greenlight does not run there`;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
