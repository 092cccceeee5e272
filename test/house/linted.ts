import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

export interface Diagnostic {
  /** `lint/style/noRestrictedImports`, or `plugin` for a rule of `.biome/`. */
  readonly category: string;
  readonly severity: string;
  /** Counted from 1. */
  readonly line: number;
}

const report = z.object({
  diagnostics: z.array(
    z
      .object({
        category: z.string(),
        severity: z.string(),
        location: z.object({ path: z.string(), start: z.object({ line: z.number() }) }),
      })
      .transform(({ category, severity, location }) => ({ category, severity, path: location.path, line: location.start.line })),
  ),
});

/** Lints snippets with the project's own rules, as if they stood at the given paths. One process for all of them.
 *  @returns the diagnostics of each path */
export function linted(snippets: Readonly<Record<string, string>>): Readonly<Record<string, readonly Diagnostic[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'greenlight-lint-'));
  try {
    for (const file of ['biome.json', '.biome']) cpSync(file, join(folder, file), { recursive: true });
    for (const [path, text] of Object.entries(snippets)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { diagnostics } = report.parse(JSON.parse(lint(folder)));
    return Object.fromEntries(Object.keys(snippets).map((path) => [path, diagnostics.filter((diagnostic) => diagnostic.path === path)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Biome ends with 1 when it finds something, which here is the point. */
function lint(folder: string): string {
  const biome = resolve('node_modules/@biomejs/biome/bin/biome');
  const options = ['lint', '--reporter=json', '--max-diagnostics=none', '--vcs-enabled=false', '.'];
  return spawnSync(process.execPath, [biome, ...options], { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).stdout;
}
