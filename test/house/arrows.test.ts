import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Diagnostic, linted } from './linted.ts';

/** The rooms from left to right: each may import only those to its left. Rooms of one step do not know each other. */
const steps = [
  ['config', 'versions'],
  ['inventory'],
  ['workloads'],
  ['checks'],
  ['analysis'],
  ['store'],
  ['fleet'],
  ['notifications', 'report'],
  ['rotation', 'access'],
  ['wiring'],
  ['handlers', 'commands'],
];
const pure = ['versions', 'workloads', 'checks', 'analysis', 'notifications', 'report', 'access', 'rotation/decide'];
const rooms = [...steps.flat(), 'adapters', 'simulator', 'lib'];

const leftOf = (room: string): readonly string[] =>
  steps
    .slice(
      0,
      steps.findIndex((step) => step.includes(room)),
    )
    .flat();

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  if (to === 'adapters' || to === 'simulator') return from === 'wiring';
  if (from === 'adapters' || from === 'simulator') return leftOf('wiring').includes(to);
  if (from === 'lib') return to === 'config' || to === 'access';
  if (from === 'access') return ['config', 'versions', 'inventory'].includes(to);
  if (from === 'rotation') return ['config', 'versions', 'inventory', 'workloads', 'store'].includes(to);
  return leftOf(from).includes(to);
}

function folderOf(room: string): string {
  if (room === 'commands') return 'bin/commands';
  return room === 'simulator' || room === 'lib' ? room : `functions/${room}`;
}

/** How a file in one folder names a module of another room. */
const specifier = (from: string, to: string): string => `./${posix.relative(from, `${folderOf(to)}/module.ts`)}`.replace('./../', '../');

const refused = (diagnostics: readonly Diagnostic[] = []): boolean =>
  diagnostics.some(({ category, severity }) => category === 'lint/style/noRestrictedImports' && severity === 'error');

const inClock = (diagnostics: readonly Diagnostic[] = []): boolean => diagnostics.some(({ category }) => category === 'plugin');

describe('the arrows between rooms', () => {
  const pairs = rooms.flatMap((from) => rooms.map((to) => ({ from, to, allowed: mayImport(from, to) })));
  const file = (folder: string, to: string) => `${folder}/imports-${to}.ts`;
  const snippet = (folder: string, to: string) => `import { it } from '${specifier(folder, to)}';\nexport const used = it();\n`;
  const snippets = pairs.flatMap(({ from, to }) =>
    [folderOf(from), `${folderOf(from)}/deeper`].map((folder) => [file(folder, to), snippet(folder, to)]),
  );
  const found = linted(Object.fromEntries(snippets));

  it.each(rooms)('of %s', (room) => {
    const seen = pairs.filter(({ from }) => from === room).map(({ to }) => ({ to, refused: refused(found[file(folderOf(room), to)]) }));
    expect(seen).toEqual(rooms.map((to) => ({ to, refused: !mayImport(room, to) })));
  });

  it.each(rooms)('of a folder in %s', (room) => {
    const seen = rooms.filter((to) => refused(found[file(`${folderOf(room)}/deeper`, to)]));
    expect(seen).toEqual(rooms.filter((to) => !mayImport(room, to)));
  });

  it('are known for every room there is', () => {
    const folders = readdirSync('functions', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rooms).toEqual(expect.arrayContaining(folders.map(({ name }) => name)));
  });
});

describe('every way to import', () => {
  const ways = {
    'import type': "import type { Lease } from '../store/lease.ts';\nexport type Mine = Lease;\n",
    'export from': "export { lease } from '../store/lease.ts';\n",
    'export star': "export * from '../store/lease.ts';\n",
    'dynamic import': "export const lease = await import('../store/lease.ts');\n",
    'side effect': "import '../store/lease.ts';\n",
    'a detour': "import { lease } from './../../functions/store/lease.ts';\nexport const used = lease();\n",
  };
  const path = (way: string) => `functions/checks/${way.replaceAll(' ', '-')}.ts`;
  const found = linted(Object.fromEntries(Object.entries(ways).map(([way, text]) => [path(way), text])));

  it.each(Object.keys(ways))('is seen: %s', (way) => {
    expect(refused(found[path(way)])).toBe(true);
  });
});

describe('the entries', () => {
  const modules = {
    'bin/app.ts': {
      open: ['../lib/tooling-stack.ts', '../functions/config/load.ts', 'aws-cdk-lib', 'cdk-nag'],
      closed: ['../functions/wiring/fleet.ts', '../functions/adapters/aws/sts.ts', '../simulator/world.ts', './commands/scan.ts'],
    },
    'bin/greenlight.ts': {
      open: ['./commands/scan.ts', '../functions/config/problems.ts', 'commander'],
      closed: ['../lib/tooling-stack.ts', '../functions/adapters/aws/sts.ts', '../functions/handlers/scan/x.ts', '@aws-sdk/client-sts'],
    },
    'lib/constructs/alerts.ts': {
      open: ['../../functions/config/schema.ts', '../../functions/access/scan-policy.ts', 'aws-cdk-lib/aws-sns', 'constructs'],
      closed: ['../../functions/checks/list.ts', '../../bin/app.ts', '@aws-sdk/client-sns', '@kubernetes/client-node'],
    },
  };
  const imports = ({ open, closed }: { readonly open: readonly string[]; readonly closed: readonly string[] }) =>
    [...open, ...closed].map((module) => `import '${module}';`);
  const found = linted(Object.fromEntries(Object.entries(modules).map(([path, lists]) => [path, imports(lists).join('\n')])));

  it.each(Object.entries(modules))('of %s', (path, lists) => {
    const lines = imports(lists);
    const seen = lines.filter((_, index) => refused(found[path]?.filter(({ line }) => line === index + 1)));
    expect(seen).toEqual(lines.slice(lists.open.length));
  });
});

describe('the world outside', () => {
  const inputOutput = ['node:fs', 'node:fs/promises', 'node:child_process', 'node:https', 'node:process'];
  const clients = ['@aws-sdk/client-eks', '@smithy/signature-v4', '@kubernetes/client-node'];
  const infrastructure = ['aws-cdk-lib', 'aws-cdk-lib/aws-s3', 'constructs'];
  const harmless = ['zod', 'node:crypto', 'node:util'];
  const modules = [...inputOutput, ...clients, ...infrastructure, ...harmless, 'node:zlib'];
  const everywhere = [...leftOf('wiring'), 'rotation/decide', 'inventory/evidence', 'wiring', 'adapters', 'handlers', 'commands'];

  const file = (room: string, module: string) => `${folderOf(room)}/${module.replaceAll(/[@:/]/g, '-')}.ts`;
  const snippet = (module: string) => `import { createHash } from '${module}';\nexport const used = createHash();\n`;
  const found = linted(Object.fromEntries(everywhere.flatMap((room) => modules.map((module) => [file(room, module), snippet(module)]))));
  const refusedIn = (room: string) => modules.filter((module) => refused(found[file(room, module)]));

  it.each(pure)('is unknown to %s, which is pure', (room) => {
    expect(refusedIn(room)).toEqual([...inputOutput, ...clients, ...infrastructure, 'node:zlib']);
  });

  it.each(leftOf('wiring').filter((room) => !pure.includes(room)))('is behind a port for %s', (room) => {
    expect(refusedIn(room)).toEqual([...inputOutput, ...clients, ...infrastructure]);
  });

  it('is known to the evidence by the shapes of its SDKs alone', () => {
    expect(refusedIn('inventory/evidence')).toEqual([...inputOutput, ...infrastructure]);
  });

  it.each(['handlers', 'commands'])('is built by wiring for %s', (room) => {
    expect(refusedIn(room)).toEqual([...clients, ...infrastructure]);
  });

  it.each(['wiring', 'adapters'])('is open to %s, without infrastructure', (room) => {
    expect(refusedIn(room)).toEqual(infrastructure);
  });
});

describe('clock and randomness', () => {
  const sources = [
    'Date.now()',
    'new Date()',
    'Date()',
    '[1].map(Date.now)',
    'Math.random()',
    'performance.now()',
    'process.hrtime()',
    'crypto.randomUUID()',
    'setTimeout(() => {}, 1)',
  ];
  const given = ["new Date('2026-11-21')", 'new Date(1)', "Date.parse('2026-11-21')", 'Date.UTC(2026, 10)'];
  const file = (room: string, index: number) => `${folderOf(room)}/source-${index}.ts`;
  const all = [...sources, ...given];
  const found = linted(
    Object.fromEntries([...pure, 'store'].flatMap((room) => all.map((text, index) => [file(room, index), `export const it = ${text};\n`]))),
  );
  const seenIn = (room: string) => all.filter((_, index) => inClock(found[file(room, index)]));

  it.each(pure)('do not enter %s', (room) => {
    expect(seenIn(room)).toEqual(sources);
  });

  it('are free elsewhere', () => {
    expect(seenIn('store')).toEqual([]);
  });

  const token = "import { randomUUID } from 'node:crypto';\nexport const token = randomUUID();\n";
  const tokens = linted(Object.fromEntries(pure.map((room) => [`${folderOf(room)}/token.ts`, token])));

  it.each(pure)('do not come into %s through node:crypto either', (room) => {
    expect(refused(tokens[`${folderOf(room)}/token.ts`])).toBe(true);
  });
});

describe('habits', () => {
  const environment = 'export const region = process.env.AWS_REGION;\n';
  const closed = [
    'functions/handlers/scan/plan-scan.ts',
    'functions/adapters/aws/sts.ts',
    'functions/wiring/store.ts',
    'bin/greenlight.ts',
    'lib/x.ts',
  ];
  const open = ['functions/handlers/scan/environment.ts', 'bin/environment.ts'];
  const loose = 'export const any = (x: any) => x;\nexport const sure = (x?: string) => x!.length;\n';
  const found = linted({
    ...Object.fromEntries([...closed, ...open].map((path) => [path, environment])),
    'functions/store/loose.ts': loose,
  });
  const errors = (path: string) => (found[path] ?? []).filter(({ severity }) => severity === 'error').map(({ category }) => category);

  it.each(closed)('the environment is not read in %s', (path) => {
    expect(errors(path)).toEqual(['lint/style/noProcessEnv']);
  });

  it.each(open)('the environment is read in %s', (path) => {
    expect(errors(path)).toEqual([]);
  });

  it('nothing is any, and nothing is asserted not to be null', () => {
    expect(errors('functions/store/loose.ts').sort()).toEqual(['lint/style/noNonNullAssertion', 'lint/suspicious/noExplicitAny']);
  });
});
