import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Reported } from './comparison.ts';

export type Tool = 'eksup' | 'pluto' | 'kubent';
export const tools: readonly Tool[] = ['eksup', 'pluto', 'kubent'];

/** The binary of a tool in `folder`, unpacked to `scratch` where it lies there compressed; undefined if there is none. */
export function binaryOf(tool: Tool, folder: string, scratch: string): string | undefined {
  const path = join(folder, tool);
  if (existsSync(path)) return path;
  if (!existsSync(`${path}.xz`)) return undefined;
  const binary = join(scratch, basename(path));
  const unpacked = execFileSync('xz', ['--decompress', '--keep', '--stdout', `${path}.xz`], { maxBuffer: 2 ** 30 });
  writeFileSync(binary, unpacked, { mode: 0o755 });
  return binary;
}

/** Standard output of a tool. Its exit code says what it found, so only what it prints is looked at. */
export function outputOf(binary: string, arguments_: readonly string[], environment: Readonly<Record<string, string | undefined>>): string {
  const { stdout, stderr, error } = spawnSync(binary, arguments_, { env: environment, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (error) throw error;
  return stdout.trim() === '' ? stderr : stdout;
}

const remediation = z.enum(['Required', 'Recommended']).transform((word) => (word === 'Required' ? 'required' : 'recommended'));
const named = z.object({ name: z.string() });
const eksupFinding = z.object({
  finding: z.object({ code: z.string(), remediation }),
  resource: named.optional(),
  name: z.string().optional(),
});

/** eksup's findings of what has no name, by the names that they have in the world of trouble. */
const nameless: Readonly<Record<string, string>> = {
  AWS001: 'addresses',
  AWS005: 'volumes',
  EKS001: 'narrow',
  EKS009: 'insight',
  K8S011: 'kube-proxy',
  K8S012: 'kube-proxy-config',
};

/** @param groupOf the node group of a node */
export function eksupFindings(json: string, groupOf: (node: string) => string | undefined): Reported[] {
  const { suppressed: _, ...sections } = z.record(z.string(), z.unknown()).parse(JSON.parse(json));
  return findingsIn(sections).map(({ finding: { code, remediation: severity }, resource, name = '' }) => ({
    name: nameless[code] ?? resource?.name ?? groupOf(name) ?? name,
    severity,
    code,
  }));
}

/** Findings lie at different depths. */
function findingsIn(value: unknown): z.output<typeof eksupFinding>[] {
  if (typeof value !== 'object' || value === null) return [];
  const one = eksupFinding.safeParse(value);
  return one.success ? [one.data] : Object.values(value).flatMap(findingsIn);
}

const plutoOutput = z.object({
  items: z.array(z.object({ name: z.string(), removed: z.boolean(), api: z.object({ version: z.string() }) })).default([]),
});

/** What will be removed is required of whoever upgrades; pluto has no other degrees. */
export function plutoFindings(json: string): Reported[] {
  return plutoOutput.parse(JSON.parse(json)).items.map(({ name, removed, api }) => ({
    name,
    severity: removed ? 'required' : 'recommended',
    code: removed ? 'removed' : `deprecated ${api.version}`,
  }));
}

const kubentOutput = z.array(z.object({ Name: z.string(), ApiVersion: z.string(), RuleSet: z.string() })).nullable();

export function kubentFindings(json: string): Reported[] {
  const items = kubentOutput.parse(JSON.parse(json)) ?? [];
  return items.map(({ Name, RuleSet }) => ({ name: Name, severity: 'required', code: RuleSet.replace('Deprecated APIs ', '') }));
}
