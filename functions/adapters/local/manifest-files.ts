import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { messageOf } from '../../inventory/error-codes.ts';
import type { ManifestFile } from '../../inventory/evidence/files-manifests.ts';
import { type Manifest, readManifest } from '../../inventory/manifest.ts';

/** Manifests that cannot be read at all; the message names the place, and what to do. */
class ManifestsUnreadable extends Error {
  override readonly name = 'ManifestsUnreadable';
}

export interface ManifestFiles {
  /** A folder or a file as it was named, or `standard input`. */
  readonly path: string;
  /** In the order of their names; those that hold neither an object nor a problem are there too. */
  readonly files: readonly ManifestFile[];
  /** SHA-256 over names and contents. */
  readonly hash: string;
}

const extensions: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json']);
const standardInput = 'standard input';

/** Reads the manifests of a folder and the folders in it, of one file, or of standard input for `-`. A file or document that cannot be read
 *  becomes a problem of that file, and the rest is read.
 *  @throws ManifestsUnreadable when the place is not there, or holds no object at all: nothing read must not look like nothing found */
export async function readManifestFiles(path: string): Promise<ManifestFiles> {
  const where = path === '-' ? standardInput : path;
  const hash = createHash('sha256');
  const files: ManifestFile[] = [];
  const add = (file: string, read: string | Error) => {
    hash.update(`${file}\n${read instanceof Error ? '' : read}\n`);
    files.push({ file, ...contentOf(read) });
  };
  if (path === '-') add(standardInput, await textOf(process.stdin));
  else for (const file of await filesUnder(path)) add(file, await readFile(file, 'utf8').catch(asError));
  if (files.length === 0) throw new ManifestsUnreadable(`cannot read manifests: there is no .yaml, .yml or .json file in ${path}`);
  if (files.every(({ objects, problems }) => objects.length + problems.length === 0)) {
    throw new ManifestsUnreadable(`cannot read manifests: there is no Kubernetes object in ${where}, nothing with apiVersion and kind`);
  }
  return { path: where, files, hash: hash.digest('hex') };
}

async function filesUnder(path: string): Promise<string[]> {
  try {
    if ((await stat(path)).isFile()) return [slashed(path)];
    return (await manifestsIn(path)).map(slashed).sort();
  } catch (error) {
    throw new ManifestsUnreadable(`cannot read manifests: ${messageOf(error)}`);
  }
}

/** Links to folders are not followed: they may lead back. */
async function manifestsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.filter(isLookedAt).map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? manifestsIn(path) : [path];
    }),
  );
  return found.flat();
}

function isLookedAt(entry: Dirent): boolean {
  if (entry.isDirectory()) return !entry.name.startsWith('.') && entry.name !== 'node_modules';
  return (entry.isFile() || entry.isSymbolicLink()) && extensions.has(extname(entry.name).toLowerCase());
}

function contentOf(read: string | Error): { objects: ManifestFile['objects']; problems: ManifestFile['problems'] } {
  if (read instanceof Error) return { objects: [], problems: [{ document: 1, line: 1, message: messageOf(read) }] };
  // Values of charts and configuration of tools stand beside manifests: they need not even be well-formed.
  const { objects, problems }: Manifest = read.includes('apiVersion') ? readManifest(read) : { objects: [], problems: [] };
  return { objects: [...objects], problems: [...problems] };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
