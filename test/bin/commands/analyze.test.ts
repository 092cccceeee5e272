import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { analyzeCommand } from '../../../bin/commands/analyze.ts';
import { type RunReport, runReportSchema } from '../../../functions/fleet/run-report.ts';
import type { Inventory } from '../../../functions/inventory/inventory.ts';
import { type LoopbackS3, loopbackS3 } from '../../adapters/aws/loopback-s3.ts';
import { inventoryOf, offered } from '../../analysis/builders.ts';
import { createCluster, unavailable } from '../../checks/builders.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-analyze-'));
});
afterEach(() => rm(folder, { recursive: true }));

const analyze = (...args: string[]) => runCommand(analyzeCommand, ['analyze', ...args]);

async function reportOf(...args: string[]): Promise<RunReport> {
  return runReportSchema.parse(JSON.parse((await analyze(...args, '--format', 'json')).out));
}

async function file(name: string, content: Inventory | string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  return path;
}

/** Judged by `cluster-status` alone: passes when ACTIVE, blocks otherwise, unknown without DescribeCluster. */
const only = ['--only', 'cluster-status'];
function clusterIn(name: string, status: 'ACTIVE' | 'FAILED' | 'unseen', version = '1.34'): Inventory {
  const inventory = inventoryOf({ name });
  const seen = status === 'unseen' ? unavailable('AccessDenied') : createCluster({ name, status, version });
  const entry =
    status === 'unseen'
      ? ({ status: 'unavailable', code: 'AccessDenied', message: 'not allowed' } as const)
      : ({ status: 'collected', data: seen } as const);
  return { ...inventory, evidence: { 'eks.cluster': entry, 'eks.clusterVersions': { status: 'collected', data: offered } } };
}

describe('the report', () => {
  it('is one RunReport in JSON, for one cluster too, and the same bytes for the same inputs', async () => {
    const a = clusterIn('a', 'ACTIVE');
    const b = clusterIn('b', 'FAILED');
    const plain = [await file('a.json', a), await file('b.json', b)] as const;
    const zipped = [
      await file('a.json.gz', gzipSync(JSON.stringify(a))),
      await file('b.gz', gzipSync(JSON.stringify(b), { level: 9 })),
    ] as const;
    const { out, err, code } = await analyze(...plain, '--format', 'json');
    expect({ err, code }).toEqual({ err: [], code: 0 });
    for (const files of [plain, plain.toReversed(), zipped, [zipped[1], plain[0]]])
      expect((await analyze(...files, '--format', 'json')).out).toBe(out);
    expect(await reportOf(plain[0], ...only)).toMatchObject({ clusters: [{ verdict: 'READY', analyzedAt: '2026-11-21T06:00:04Z' }] });
  });

  it('is text otherwise', async () => {
    // A day on which no bundled table is old.
    expect((await analyze(await file('a.json', clusterIn('a', 'ACTIVE')), ...only, '--as-of', '2026-10-01')).out).toMatch(
      /^✓ READY {2}a {2}1\.34 → 1\.35 .*1 check passed\n$/,
    );
  });

  it('goes to a file, whole or not at all', async () => {
    const input = await file('a.json', clusterIn('a', 'ACTIVE'));
    const output = join(folder, 'report.json');
    expect(await analyze(input, '--format', 'json', '--output', output)).toEqual({ out: '', err: [`report: ${output}`], code: 0 });
    expect(runReportSchema.safeParse(JSON.parse(await readFile(output, 'utf8'))).success).toBe(true);
    expect((await analyze(input, '--output', output, '--quiet')).err).toEqual([]);
    const failed = await analyze(input, '--output', folder);
    expect(failed).toMatchObject({ out: '', code: 1, err: [expect.stringContaining(`cannot write ${folder}: `)] });
    expect((await readdir(folder)).toSorted()).toEqual(['a.json', 'report.json']);
  });

  it('is judged as of a day, which means 00:00 UTC, or a time', async () => {
    const input = await file('a.json', clusterIn('a', 'ACTIVE'));
    const supportOf = async (asOf: string) => (await reportOf(input, '--as-of', asOf)).clusters[0];
    expect(await supportOf('2026-12-02')).toMatchObject({ analyzedAt: '2026-12-02T00:00:00Z', support: { status: 'extended' } });
    expect(await supportOf('2026-12-02T00:30:00+01:00')).toMatchObject({
      analyzedAt: '2026-12-01T23:30:00Z',
      support: { status: 'standard' },
    });
  });

  it('is judged by the configuration that is named', async () => {
    const input = await file('a.json', clusterIn('a', 'FAILED'));
    const config = await file(
      'greenlight.yaml',
      'accounts: { explicit: [{ id: "111111111111", name: shop }] }\nseverities: { cluster-status: info }\n',
    );
    expect((await reportOf(input, ...only, '--config', config)).clusters[0]).toMatchObject({
      verdict: 'READY',
      cluster: { accountName: 'shop' },
    });
    expect(await analyze(input, '--config', join(folder, 'none.yaml'))).toMatchObject({
      code: 1,
      out: '',
      err: [expect.stringContaining('none.yaml')],
    });
  });

  it('does not depend on how the checks are named', async () => {
    const input = await file('a.json', clusterIn('a', 'FAILED'));
    const one = await analyze(
      input,
      '--format',
      'json',
      '--only',
      'cluster-health',
      '--only',
      'cluster-status',
      '--only',
      'cluster-status',
    );
    const other = await analyze(input, '--format', 'json', '--only', 'cluster-status', '--only', 'cluster-health');
    expect(one.out).toBe(other.out);
    expect(runReportSchema.parse(JSON.parse(one.out)).clusters[0]?.findings).toHaveLength(1);
  });
});

describe('exit codes', () => {
  it.each([
    [['ACTIVE'], 'never', 0],
    [['FAILED'], 'never', 0],
    [['unseen'], 'never', 0],
    [['ACTIVE'], 'required', 0],
    [['ACTIVE', 'FAILED'], 'required', 2],
    [['FAILED'], 'recommended', 2],
    [['unseen'], 'required', 0],
    [['FAILED'], 'unknown', 0],
    [['ACTIVE', 'unseen'], 'unknown', 2],
    [['ACTIVE'], 'unknown', 0],
  ] as const)('%j with --fail-on %s: %i', async (statuses, failOn, code) => {
    const files = await Promise.all(statuses.map((status, index) => file(`${index}.json`, clusterIn(`c${index}`, status))));
    expect((await analyze(...files, ...only, '--fail-on', failOn)).code).toBe(code);
  });

  it('3 when the coverage is incomplete and that matters', async () => {
    const inventory = clusterIn('a', 'ACTIVE');
    const missing = { ...inventory.evidence, 'eks.addons': { status: 'unavailable' as const, code: 'Throttled' as const } };
    const input = await file('a.json', { ...inventory, evidence: missing });
    expect((await analyze(input, ...only, '--fail-on', 'unknown')).code).toBe(3);
    expect((await analyze(input, ...only, '--fail-on', 'required')).code).toBe(0);
  });
});

describe('what cannot be done', () => {
  it('names every file that cannot be read and reports the others, with code 1 whatever else is wrong', async () => {
    const good = await file('good.json', clusterIn('good', 'FAILED'));
    const bad = [
      await file('text.json', 'hello'),
      await file('cut.json.gz', gzipSync('{}').subarray(0, 10)),
      await file('list.json', '[]'),
      join(folder, 'none'),
    ];
    const { out, err, code } = await analyze(bad[0] ?? '', good, ...bad.slice(1), ...only, '--format', 'json', '--fail-on', 'required');
    expect(code).toBe(1);
    expect(err).toHaveLength(4);
    for (const [index, path] of bad.entries()) expect(err[index]).toContain(`cannot read the inventory ${path}: `);
    expect(runReportSchema.parse(JSON.parse(out)).clusters).toMatchObject([{ cluster: { name: 'good' }, verdict: 'NOT_READY' }]);
  });

  it('prints nothing when nothing can be read', async () => {
    expect(await analyze(join(folder, 'none'))).toMatchObject({ out: '', code: 1 });
  });

  it('says what is offered instead of the target, and reports the others', async () => {
    const files = [await file('old.json', clusterIn('old', 'ACTIVE', '1.33')), await file('new.json', clusterIn('new', 'ACTIVE', '1.35'))];
    const { out, err, code } = await analyze(...files, ...only, '--target', '1.35', '--format', 'json');
    expect(code).toBe(1);
    expect(err).toEqual([
      expect.stringMatching(/^new: .*"1\.35" for a control plane on 1\.35.*offered, according to DescribeClusterVersions: 1\.36/),
    ]);
    expect(runReportSchema.parse(JSON.parse(out)).clusters).toMatchObject([{ cluster: { name: 'old', hops: ['1.34', '1.35'] } }]);
  });

  it.each([
    [['--as-of', '2026-02-30'], /--as-of.*2026-02-30.*expected a UTC date such as/],
    [['--as-of', 'yesterday'], /expected a UTC date/],
    [['--as-of', '2026-11-21T06:00:00'], /expected a UTC date/],
    [['--only', 'cluster-statis'], /no check "cluster-statis"; did you mean "cluster-status"\?/],
    [['--only', 'something-else-entirely'], /no check "something-else-entirely"; "greenlight checks" lists them/],
    [['--target', 'latest'], /expected "next" or a minor such as 1\.35/],
    [['--fail-on', 'always'], /Allowed choices are required, recommended, unknown, never/],
    [['--format', 'xml'], /Allowed choices are text, json/],
    [['--store', 's3://Bucket'], /--store.*expected a folder, or s3:\/\/BUCKET/],
    [['--output', 's3://bucket'], /--output.*expected a path, or s3:\/\/BUCKET\/KEY/],
    [['--nonsense'], /unknown option/],
  ])('refuses %j', async (args, message) => {
    const { out, err, code } = await analyze(await file('a.json', clusterIn('a', 'ACTIVE')), ...args);
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(err.join('\n')).toMatch(message);
  });

  it('needs a file, or manifests', async () => {
    expect(await analyze()).toMatchObject({
      code: 1,
      out: '',
      err: [expect.stringContaining('name one, as "greenlight collect" writes it, or give --manifests DIR')],
    });
  });
});

describe('several inventories of one cluster', () => {
  it('counts the newest and says which one it left out', async () => {
    const older = await file('older.json', { ...clusterIn('a', 'FAILED'), collectedAt: '2026-11-20T06:00:00Z' });
    const newer = await file('newer.json', clusterIn('a', 'ACTIVE'));
    const { out, err, code } = await analyze(older, newer, ...only);
    expect(code).toBe(0);
    expect(out).toMatch(/^✓ READY {2}a/);
    expect(err).toEqual([`${older} is not used: of the inventories of a, ${newer} is the newest`]);
    expect((await analyze(newer, older, ...only, '--quiet')).err).toEqual([]);
  });
});

describe('--store', () => {
  it('keeps the run', async () => {
    const input = await file('a.json', clusterIn('a', 'ACTIVE'));
    const store = join(folder, 'kept');
    const { out } = await analyze(input, '--store', store, '--format', 'json');
    const run = runReportSchema.parse(JSON.parse(out));
    expect(JSON.parse(await readFile(join(store, 'runs', run.runId, 'run.json'), 'utf8'))).toEqual(run);
  });

  it('prints the report although the folder cannot be written', async () => {
    const input = await file('a.json', clusterIn('a', 'ACTIVE'));
    const { out, err, code } = await analyze(input, ...only, '--store', input);
    expect(out).toMatch(/^✓ READY/);
    expect({ err, code }).toEqual({ err: [expect.stringMatching(/^cannot keep the run .* in .*a\.json: /)], code: 1 });
  });
});

describe('a bucket', () => {
  let server: LoopbackS3;
  beforeEach(async () => {
    server = await loopbackS3();
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });
  const textIn = (key: string) => server.objects.get(`greenlight/${key}`)?.body.toString() ?? '';

  it('holds the report of --output', async () => {
    const input = await file('a.json', clusterIn('a', 'ACTIVE'));
    const output = 's3://greenlight/reports/today.json';
    expect(await analyze(input, '--format', 'json', '--output', output)).toEqual({ out: '', err: [`report: ${output}`], code: 0 });
    expect(runReportSchema.safeParse(JSON.parse(textIn('reports/today.json'))).success).toBe(true);
  });

  it('holds the run of --store, below its prefix', async () => {
    const input = await file('a.json', clusterIn('a', 'ACTIVE'));
    const { out } = await analyze(input, '--store', 's3://greenlight/teams/platform/', '--format', 'json');
    const run = runReportSchema.parse(JSON.parse(out));
    expect(JSON.parse(textIn(`teams/platform/runs/${run.runId}/run.json`))).toEqual(run);
    expect([...server.objects.keys()].every((key) => key.startsWith('greenlight/teams/platform/'))).toBe(true);
  });

  it('that is not there costs code 1 and says why; the report is out, if it was not to go there', async () => {
    const input = await file('a.json', clusterIn('a', 'ACTIVE'));
    const kept = await analyze(input, ...only, '--store', 's3://nowhere');
    expect(kept).toMatchObject({ out: expect.stringMatching(/^✓ READY/), code: 1 });
    expect(kept.err).toEqual([
      expect.stringMatching(/^cannot keep the run .* in s3:\/\/nowhere: s3:PutObject of .*NoSuchBucket.*check the name/),
    ]);
    const written = await analyze(input, ...only, '--output', 's3://nowhere/report.txt');
    expect(written).toMatchObject({
      out: '',
      code: 1,
      err: [expect.stringMatching(/^cannot write s3:\/\/nowhere\/report\.txt: .*NoSuchBucket/)],
    });
  });
});
