import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectCommand } from '../../../bin/commands/collect.ts';
import { configurationFor } from '../../../bin/commands/configuration.ts';
import { withOption } from '../../../bin/commands/options.ts';
import { scanCommand } from '../../../bin/commands/scan.ts';
import { defaultConfiguration } from '../../../functions/config/defaults.ts';
import { isRequestedBy } from '../../../functions/fleet/scan-cluster.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-with-'));
});
afterEach(() => rm(folder, { recursive: true }));

function parse(...args: string[]): unknown {
  const command = new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .addOption(withOption());
  command.parse(args, { from: 'user' });
  return command.opts().with;
}

describe('--with', () => {
  it.each([
    [['--with', 'helm'], ['helm']],
    [
      ['--with', 'metrics,helm'],
      ['helm', 'metrics'],
    ],
    [
      ['--with', 'helm, metrics'],
      ['helm', 'metrics'],
    ],
    [
      ['--with', 'metrics', '--with', 'helm'],
      ['helm', 'metrics'],
    ],
    [['--with', 'helm,helm'], ['helm']],
    [[], undefined],
  ])('%j', (args, extras) => {
    expect(parse(...args)).toEqual(extras);
  });

  it.each(['', 'secrets', 'helm,', 'helm metrics', 'pods'])('refuses %j', (text) => {
    expect(() => parse('--with', text)).toThrow(/expected helm, metrics/);
  });

  it.each([
    ['scan', scanCommand],
    ['collect', collectCommand],
  ] as const)('is an option of %s', async (name, define) => {
    const { err, code } = await runCommand(define, [name, '--with', 'nothing']);
    expect({ code, said: err.join(' ') }).toEqual({ code: 1, said: expect.stringContaining("argument 'nothing' is invalid") });
  });
});

describe('the configuration', () => {
  const asked = async (named: string | undefined, extras: Parameters<typeof configurationFor>[1]) => {
    const { configuration } = await configurationFor(named, extras);
    const isRequested = isRequestedBy(configuration, 'payments');
    const cluster = async () => ({ name: 'payments', status: 'ACTIVE' });
    return Promise.all(
      (['helmReleases', 'metrics', 'pods'] as const).map((optIn) => isRequested({ key: 'kubernetes.pods', optIn }, cluster)),
    );
  };

  it('asks for what --with names, whatever the file says, and leaves the rest', async () => {
    const file = join(folder, 'greenlight.yaml');
    await writeFile(
      file,
      'accounts: { explicit: [ { id: "111111111111" } ] }\nkubernetes: { metrics: false, helmReleases: false, pods: false }\n',
    );
    expect(await asked(file, undefined)).toEqual([false, false, false]);
    expect(await asked(file, ['helm'])).toEqual([true, false, false]);
    expect(await asked(file, ['metrics'])).toEqual([false, true, false]);
    expect(await asked(file, ['helm', 'metrics'])).toEqual([true, true, false]);
  });

  it('keeps what the file asks for', async () => {
    const file = join(folder, 'greenlight.yaml');
    await writeFile(file, 'accounts: { explicit: [ { id: "111111111111" } ] }\nkubernetes: { metrics: true }\n');
    expect(await asked(file, ['helm'])).toEqual([true, true, true]);
  });

  it('is not changed itself', async () => {
    const { kubernetes } = structuredClone(defaultConfiguration);
    await asked(undefined, ['helm', 'metrics']);
    expect(defaultConfiguration.kubernetes).toEqual(kubernetes);
  });
});
