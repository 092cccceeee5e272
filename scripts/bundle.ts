import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import * as z from 'zod';

/** `npm run build`: the command line as one file of plain JavaScript, without node_modules; `npm pack` makes a package of it.
 *
 *  What is imported lazily, such as the clients of AWS, is in the same file, and is evaluated only by those who need it. */
const outfile = 'dist/greenlight.mjs';

/** Parts of dependencies are CommonJS and call require(), which an ES module does not have. */
const banner = "#!/usr/bin/env node\nimport { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
const { metafile } = await build({
  entryPoints: ['bin/greenlight.ts'],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // Identifiers keep their names: short ones make V8 take 40 MiB more for a file of this size.
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none',
  banner: { js: banner },
});
const packages = packagesIn(metafile);
await writeFile('dist/THIRD-PARTY.txt', notices(packages));
console.log(
  `${outfile}: ${Math.ceil((metafile.outputs[outfile]?.bytes ?? 0) / 1024)} KiB, with ${packages.length} packages (dist/THIRD-PARTY.txt)`,
);

/** Folders of the packages that are in the bundle, by name. */
function packagesIn({ inputs }: Metafile): string[] {
  const folders = Object.keys(inputs).flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(folders)].sort();
}

/** What the licenses of others ask for: each text once, below the names and versions of the packages that it is of. */
function notices(folders: readonly string[]): string {
  const byText = Map.groupBy(folders.map(noticeOf), ({ text }) => text);
  return [...byText].map(([text, of]) => [...of.map(({ title }) => title), '', text, ''].join('\n')).join('\n');
}

function noticeOf(folder: string) {
  const { name, version, license } = z
    .object({ name: z.string(), version: z.string(), license: z.string().optional() })
    .parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  return {
    title: `${name} ${version} (${license ?? 'see its license'})`,
    text: files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n'),
  };
}
