import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFileLock } from '../../../functions/adapters/local/file-lock.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-lock-'));
  path = join(folder, 'object.lock.tmp');
});
afterEach(() => rm(folder, { recursive: true }));

/** A number that Linux, macOS and Windows give to no process. */
const noProcess = 2 ** 30;
const holder = { host: hostname(), pid: noProcess, started: null, token: 'aaaaaaaaaaaa' };
const leave = (left: object | string) => writeFile(path, typeof left === 'string' ? left : JSON.stringify(left));
const work = async () => 'done';
const age = () => utimes(path, new Date('2026-01-01'), new Date('2026-01-01'));

describe('withFileLock', () => {
  it('lets one in at a time, and leaves nothing', async () => {
    let inside = 0;
    let most = 0;
    const visits = Array.from({ length: 20 }, () =>
      withFileLock(path, 10_000, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await readdir(folder);
        inside -= 1;
      }),
    );
    await Promise.all(visits);
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is given back when the work fails', async () => {
    await expect(withFileLock(path, 1000, () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
    expect(await withFileLock(path, 1000, work)).toBe('done');
  });

  it('breaks the lock of a process that is gone, for one of all who find it', async () => {
    await leave(holder);
    let inside = 0;
    const visits = Array.from({ length: 20 }, () =>
      withFileLock(path, 10_000, async () => {
        inside += 1;
        await readdir(folder);
        expect(inside).toBe(1);
        inside -= 1;
      }),
    );
    await Promise.all(visits);
    expect(await readdir(folder)).toEqual([]);
  });

  it('breaks it even if a process died while it broke it', async () => {
    await leave(holder);
    await writeFile(`${path}.${holder.token}.lock.tmp`, JSON.stringify({ ...holder, token: 'bbbbbbbbbbbb' }));
    expect(await withFileLock(path, 1000, work)).toBe('done');
    expect(await readdir(folder)).toEqual([]);
  });

  it.runIf(existsSync('/proc/self/stat'))('is not held by a later process of the same number, this one for instance', async () => {
    await leave({ ...holder, pid: process.pid, started: '1' });
    expect(await withFileLock(path, 1000, work)).toBe('done');
  });

  it('breaks a lock that nobody can read once it is old', async () => {
    await leave('');
    await age();
    expect(await withFileLock(path, 1000, work)).toBe('done');
  });

  it.each([
    ['a process that lives', { ...holder, pid: process.ppid }, `by process ${process.ppid} on ${hostname()}`],
    ['a process of another host', { ...holder, host: 'elsewhere' }, `by process ${noProcess} on elsewhere`],
    ['somebody who writes it at this moment', '{', 'by an unknown process'],
  ])('waits for %s, and then says who it is and what to do', async (_, left, who) => {
    await leave(left);
    const done = { work: false };
    const attempt = withFileLock(path, 30, async () => {
      done.work = true;
    });
    await expect(attempt).rejects.toThrow(`${path} is locked ${who} for more than 0.03 s; wait for it, or remove that file`);
    expect(done.work).toBe(false);
    expect(await readdir(folder)).toEqual(['object.lock.tmp']);
  });
});
