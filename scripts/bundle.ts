import { rm } from 'node:fs/promises';
import { build, type Metafile } from 'esbuild';

/** `npm run build`: the command line as plain JavaScript in dist/, without node_modules.
 *
 *  What is imported lazily, such as the Kubernetes client, becomes a chunk of its own that only those pay for who need it. */
const entry = 'dist/greenlight.mjs';

/** Parts of dependencies are CommonJS and call require(), which an ES module does not have. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

await rm('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { greenlight: 'bin/greenlight.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minify: true,
  metafile: true,
  logLevel: 'warning',
  banner: { js: banner },
});
console.log(sizes(metafile).join('\n'));

function sizes({ outputs }: Metafile): string[] {
  const atStart = reachable(outputs, entry);
  const total = Object.values(outputs).reduce((sum, { bytes }) => sum + bytes, 0);
  const start = atStart.reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
  const later = Object.keys(outputs)
    .filter((path) => !atStart.includes(path) && outputs[path]?.entryPoint)
    .map((path) => `  later: ${outputs[path]?.entryPoint}, ${kibibytes(lazyBytes(outputs, path, atStart))}`);
  return [`${entry}: ${kibibytes(start)} at the start, ${kibibytes(total)} in all`, ...later];
}

/** A chunk and what it imports statically, which is loaded with it. */
function reachable(outputs: Metafile['outputs'], path: string, seen: readonly string[] = []): string[] {
  const known = [...seen, path];
  const imported = outputs[path]?.imports.filter(({ kind, external }) => kind === 'import-statement' && !external) ?? [];
  return imported.reduce((all, one) => (all.includes(one.path) ? all : reachable(outputs, one.path, all)), known);
}

/** What a lazy chunk adds to what was loaded at the start. */
function lazyBytes(outputs: Metafile['outputs'], path: string, atStart: readonly string[]): number {
  return reachable(outputs, path)
    .filter((one) => !atStart.includes(one))
    .reduce((sum, one) => sum + (outputs[one]?.bytes ?? 0), 0);
}

function kibibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
