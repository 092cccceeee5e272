import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

/** `node scripts/complete-lockfile.ts`: adds to package-lock.json the optional packages of other platforms that the registry at hand does not
 *  serve. Some mirrors hold binaries of new releases back; `npm install` then leaves them out of the lock file without a word, and `npm ci`
 *  refuses it. Version from the parent's pin, platform from the name; nothing is downloaded for a platform that is not the machine's. */
const lockfile = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({ dev: z.boolean().optional(), optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
});

const platforms = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

const path = 'package-lock.json';
const lock = lockfile.parse(JSON.parse(readFileSync(path, 'utf8')));
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    if (Object.keys(lock.packages).some((known) => known === place || known.endsWith(`/${place}`))) continue;
    const words = name.split(/[/-]/);
    const os = words.filter((word) => platforms.includes(word));
    if (os.length === 0 || !/^\d/.test(version))
      throw new Error(`${name}@${version} is missing and not for one platform: run npm install again`);
    const cpu = words.filter((word) => processors.includes(word));
    lock.packages[place] = {
      version,
      cpu,
      ...(parent.dev ? { dev: true } : {}),
      ...(words.includes('musl') ? { libc: ['musl'] } : {}),
      optional: true,
      os,
    };
    process.stderr.write(`added ${name}@${version} (${os}, ${cpu})\n`);
  }
}
const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(byName));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
