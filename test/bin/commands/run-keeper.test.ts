import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepRun } from '../../../bin/commands/run-keeper.ts';
import { defaultConfiguration } from '../../../functions/config/defaults.ts';
import { buildRunReport } from '../../../functions/fleet/build-run-report.ts';
import type { Inventory } from '../../../functions/inventory/inventory.ts';
import { loopbackS3 } from '../../adapters/aws/loopback-s3.ts';

const startedAt = new Date('2026-11-21T06:00:00Z');
const place = { runId: '2026-11-21T06-00-00Z-00000001', startedAt };
const run = buildRunReport({ ...place, finishedAt: startedAt, configurationHash: '0', targets: [], clusters: [], reports: [] });

const inventoryOf = (name: string, region = 'eu-west-1'): Inventory => ({
  schemaVersion: '1',
  collectedAt: '2026-11-21T06:00:00Z',
  cluster: { accountId: '111111111111', region, name, arn: `arn:aws:eks:${region}:111111111111:cluster/${name}` },
  evidence: { 'eks.clusterVersions': { status: 'collected', data: [] }, 'eks.addonVersions': { status: 'collected', data: [] } },
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenlight-keeper-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const catalogueIn = (region: string) => join(folder, 'catalog', region, '2026-11-21.json');

describe('keepRun', () => {
  it('writes the catalogue of each region, and once a run', async () => {
    const keeper = keepRun(folder, place, defaultConfiguration);
    await keeper.keepInventory(inventoryOf('one'));
    expect(existsSync(catalogueIn('eu-west-1'))).toBe(true);
    rmSync(catalogueIn('eu-west-1'));
    await keeper.keepInventory(inventoryOf('two'));
    await keeper.keepInventory(inventoryOf('three', 'us-east-1'));
    expect(existsSync(catalogueIn('eu-west-1'))).toBe(false);
    expect(existsSync(catalogueIn('us-east-1'))).toBe(true);
  });

  it('writes no catalogue of which a part is missing, until a cluster has all of it', async () => {
    const keeper = keepRun(folder, place, defaultConfiguration);
    const half = inventoryOf('half');
    await keeper.keepInventory({ ...half, evidence: { 'eks.clusterVersions': { status: 'collected', data: [] } } });
    expect(existsSync(catalogueIn('eu-west-1'))).toBe(false);
    await keeper.keepInventory(inventoryOf('whole'));
    expect(existsSync(catalogueIn('eu-west-1'))).toBe(true);
  });

  it('keeps inventories only where the configuration says so', async () => {
    await keepRun(folder, place, { ...defaultConfiguration, store: { keepInventories: false } }).keepInventory(inventoryOf('one'));
    expect(readdirSync(folder)).not.toContain('inventory');
    await keepRun(folder, place, defaultConfiguration).keepInventory(inventoryOf('one'));
    expect(readdirSync(folder)).toContain('inventory');
  });

  it('ends with the run, or with what kept it from being written, and never throws before', async () => {
    expect(await keepRun(folder, place, defaultConfiguration).close(run)).toBeUndefined();
    expect(existsSync(join(folder, 'runs', place.runId, 'run.json'))).toBe(true);
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const blocked = keepRun(file, place, defaultConfiguration);
    await blocked.keepInventory(inventoryOf('one'));
    expect(await blocked.close(run)).toMatchObject({ code: 'ENOTDIR' });
  });

  it('writes its configuration only where none is in force: a scan does not change what a deployment works with', async () => {
    const inForce = () => JSON.parse(readFileSync(join(folder, 'config/greenlight.json'), 'utf8'));
    expect(await keepRun(folder, place, defaultConfiguration).close(run)).toBeUndefined();
    expect(inForce()).toEqual(JSON.parse(JSON.stringify(defaultConfiguration)));
    const other = { ...defaultConfiguration, targetVersion: '1.35' };
    expect(await keepRun(folder, place, other).close(run)).toBeUndefined();
    expect(inForce()).toEqual(JSON.parse(JSON.stringify(defaultConfiguration)));
  });

  it('writes the run last, so that one that can be read is complete', async () => {
    writeFileSync(join(folder, 'config'), 'a file where a folder must be');
    expect(await keepRun(folder, place, defaultConfiguration).close(run)).toMatchObject({ code: expect.any(String) });
    expect(existsSync(join(folder, 'runs', place.runId, 'run.json'))).toBe(false);
  });

  it('keeps a run in a bucket, and tells when there is none', async () => {
    const server = await loopbackS3();
    try {
      for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
      const keeper = keepRun('s3://greenlight/fleet', place, defaultConfiguration);
      await keeper.keepInventory(inventoryOf('one'));
      expect(await keeper.close(run)).toBeUndefined();
      const kept = [...server.objects.keys()].map((key) => key.replace('greenlight/fleet/', ''));
      expect(kept).toContain(`runs/${place.runId}/run.json`);
      expect(kept).toContain(`inventory/111111111111/eu-west-1/one/${place.runId}.json.gz`);
      const nowhere = keepRun('s3://nowhere', place, defaultConfiguration);
      await nowhere.keepInventory(inventoryOf('one'));
      const before = server.requests.length;
      expect(await nowhere.close(run)).toMatchObject({ code: 'NotFound', message: expect.stringContaining('NoSuchBucket') });
      expect(server.requests).toHaveLength(before);
    } finally {
      vi.unstubAllEnvs();
      await server.close();
    }
  });
});
