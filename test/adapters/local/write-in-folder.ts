import { join } from 'node:path';
import { withFileLock } from '../../../functions/adapters/local/file-lock.ts';
import { folderStore } from '../../../functions/adapters/local/folder-store.ts';

/** A process that writes into the store of a folder: `count FOLDER TIMES` or `die FOLDER`. */
const [deed, folder = '', times = '0'] = process.argv.slice(2);
const key = 'counter.json';
const store = folderStore(folder);

async function countUp(): Promise<void> {
  const present = await store.get(key);
  const next = String(Number(new TextDecoder().decode(present?.body)) + 1);
  const done = present ? store.putIfUnchanged(key, next, present.version) : store.putIfAbsent(key, next);
  if (!(await done)) await countUp();
}

if (deed === 'count') for (let time = 0; time < Number(times); time += 1) await countUp();
else if (deed === 'die')
  await withFileLock(join(folder, `${key}.lock.tmp`), 1000, async () => {
    process.kill(process.pid, 'SIGKILL');
  });
else throw new Error(`cannot ${deed}`);
