import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configCommand } from '../../../bin/commands/config.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (...args: string[]) => runCommand(configCommand, ['config', ...args]);

describe('greenlight config', () => {
  it('writes a first file that says what to fill in, and never over another', async () => {
    const file = join(folder, 'greenlight.yaml');
    expect(await run('init', file)).toMatchObject({ code: 0, out: '' });
    const first = await readFile(file, 'utf8');
    expect(await run('init', file)).toMatchObject({ code: 1, err: [expect.stringContaining('exists already and stays as it is')] });
    expect(await readFile(file, 'utf8')).toBe(first);
    expect(await readdir(folder)).toEqual(['greenlight.yaml']);
  });

  it('validates: code 1 and every problem, suppressions of checks that do not exist among them', async () => {
    const file = join(folder, 'greenlight.yaml');
    await writeFile(file, 'accounts: { explicit: [{ id: "111111111111" }] }\n');
    expect(await run('validate', file)).toEqual({ out: '', err: [`${file} is valid`], code: 0 });
    await writeFile(file, 'accounts: {}\nseverities: { cluster-statis: off }\n');
    const { err, code } = await run('validate', file);
    expect(code).toBe(1);
    expect(err.join('\n')).toMatch(
      /greenlight\.yaml:1 accounts: [\s\S]*greenlight\.yaml:2 severities\.cluster-statis: .*did you mean "cluster-status"\?/,
    );
    expect(await run('validate', join(folder, 'none.yaml'))).toMatchObject({
      code: 1,
      err: [expect.stringContaining('greenlight config init')],
    });
  });

  it('prints the schema and nothing else', async () => {
    const { out, err } = await run('schema');
    expect(err).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ type: 'object', properties: { accounts: {} } });
  });
});
