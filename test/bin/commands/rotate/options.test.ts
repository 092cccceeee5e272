import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inputsFor, readInput } from '../../../../bin/commands/rotate/inputs.ts';
import { addOption, type SelectorOptions } from '../../../../bin/commands/rotate/options.ts';

describe('--option', () => {
  it.each([
    ['poolSoakMinutes=30', { poolSoakMinutes: 30 }],
    ['surge=true', { surge: true }],
    ['onBlocked=quarantine', { onBlocked: 'quarantine' }],
    ['waive=pod-blocked', { waive: ['pod-blocked'] }],
    ['waive=a,b', { waive: ['a', 'b'] }],
    ['waive=["a","b"]', { waive: ['a', 'b'] }],
    ['protectEmptyDir={"app":"db=1"}', { protectEmptyDir: { app: 'db=1' } }],
    ['maxGraceSeconds=null', { maxGraceSeconds: null }],
  ])('%s', (text, options) => {
    expect(addOption(text)).toEqual(options);
  });

  it('adds to what was named before, and to the same list', () => {
    expect(addOption('waive=b', addOption('surge=true', addOption('waive=a')))).toEqual({ waive: ['a', 'b'], surge: true });
    expect(addOption('poolSoakMinutes=2', addOption('poolSoakMinutes=1'))).toEqual({ poolSoakMinutes: 2 });
  });

  it.each([
    ['poolSoakMinutes', /expected KEY=VALUE/],
    ['poolSoakMinute=3', /there is no option "poolSoakMinute"; did you mean "poolSoakMinutes"/],
    ['poolSoakMinutes=an hour', /^poolSoakMinutes: expected a number of minutes/],
    ['poolSoakMinutes=-1', /^poolSoakMinutes: expected at least 0 minutes/],
    ['poolSoakMinutes=', /^poolSoakMinutes: expected a number/],
    ['onBlocked=explode', /^onBlocked: .*revert/],
  ])('refuses %s', (text, sentence) => {
    expect(() => addOption(text)).toThrow(InvalidArgumentError);
    expect(() => addOption(text)).toThrow(sentence);
  });
});

const place = { accountId: '111111111111', region: 'eu-west-1' };
const inputs = (options: SelectorOptions) => inputsFor({ cluster: 'payments', ...options }, place);

describe('the input that options make', () => {
  const common = { ...place, clusterName: 'payments', dryRun: false, options: {} };

  it('leaves out what the machine finds', () => {
    expect(inputs({})).toEqual([common]);
  });

  it.each<[SelectorOptions, object]>([
    [{ nodegroup: ['a'] }, { blue: { nodegroup: 'a' } }],
    [
      { nodegroup: ['a'], green: 'b' },
      { blue: { nodegroup: 'a' }, green: { nodegroup: 'b' } },
    ],
    [
      { asg: 'a', green: 'b' },
      { blue: { autoScalingGroup: 'a' }, green: { autoScalingGroup: 'b' } },
    ],
    [{ pair: 'workers' }, { pair: 'workers' }],
    [{ option: { surge: true } }, { options: { surge: true } }],
    [{ requestId: 'r-1' }, { requestId: 'r-1' }],
  ])('%j', (options, input) => {
    expect(inputs(options)).toEqual([{ ...common, ...input }]);
  });

  it('is one for each node group, in their order', () => {
    expect(inputs({ nodegroup: ['b', 'a'] }).map(({ blue }) => blue)).toEqual([{ nodegroup: 'b' }, { nodegroup: 'a' }]);
  });

  it.each<[SelectorOptions, RegExp]>([
    [{ cluster: undefined }, /which cluster/],
    [{ nodegroup: ['a'], asg: 'b' }, /give one of them/],
    [{ nodegroup: ['a'], pair: 'p' }, /--pair finds both/],
    [{ green: 'a', pair: 'p' }, /--pair finds both/],
    [{ nodegroup: ['a', 'b'], green: 'c' }, /--green takes over from one group/],
    [{ nodegroup: ['a', 'b'], requestId: 'r' }, /--request-id names one rotation/],
    [{ cluster: 'no/name' }, /clusterName: expected the name of an EKS cluster, found "no\/name"/],
  ])('refuses %j', (options, sentence) => {
    expect(() => inputs(options)).toThrow(sentence);
  });
});

describe('the input of a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'greenlight-rotate-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const file = async (text: string) => {
    const path = join(folder, 'input.json');
    await writeFile(path, text);
    return path;
  };

  it('is parsed like that of the machine', async () => {
    const path = await file(JSON.stringify({ ...place, clusterName: 'payments', pair: 'workers' }));
    expect(await readInput(path)).toMatchObject({ pair: 'workers', dryRun: false });
  });

  it('says which file is wrong, and every field', async () => {
    const path = await file(JSON.stringify({ accountId: 1, region: 'here', clusterName: 'payments' }));
    await expect(readInput(path)).rejects.toThrow(
      new RegExp(`cannot use the input ${path}: accountId: expected a 12-digit account id, found 1; region: expected an AWS region`),
    );
    await expect(readInput(await file('{'))).rejects.toThrow(/cannot use the input .*: expected JSON/);
    await expect(readInput(join(folder, 'none.json'))).rejects.toThrow(/cannot use the input .*none\.json: ENOENT/);
  });
});
