import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EXTERNAL_ID, LOGISTICS_ACCOUNT, SCAN_ROLE } from './fleet.ts';
import { greenlight, reportOf, workingFolder } from './greenlight.ts';
import { admin, observe } from './world.ts';

let folder: string;
beforeEach(() => {
  folder = workingFolder({
    accounts: { explicit: [{ id: LOGISTICS_ACCOUNT }] },
    regions: 'enabled',
    scanRole: { name: SCAN_ROLE, externalId: EXTERNAL_ID },
    kubernetes: { timeoutSeconds: 5 },
  });
});
afterEach(async () => {
  await admin({ clear: '*' });
  rmSync(folder, { recursive: true, force: true });
});

test('regions: enabled finds the clusters wherever they are, and a region that is not enabled after all costs nothing else', async () => {
  const message = 'The security token included in the request is invalid.';
  await admin({ fault: 'fail', operation: 'ListClusters', region: 'us-west-2', status: 403, code: 'UnrecognizedClientException', message });
  const { result, calls } = await observe(() =>
    greenlight(folder, ['scan', '--config', 'greenlight.yaml', '--format', 'json', '--store', 'store']),
  );
  const { coverage } = reportOf(result);
  const asked = calls.filter(({ op }) => op === 'ListClusters').map(({ region }) => region);
  expect(coverage.targets.map(({ region }) => region)).toEqual(asked.toSorted());
  expect(coverage.targets.filter(({ status }) => status === 'failed').map(({ region, code }) => [region, code])).toEqual([
    ['us-west-2', 'RegionDisabled'],
  ]);
  expect(coverage.clusters.map(({ region, name, status }) => [region, name, status])).toEqual([
    ['eu-central-1', 'vault', 'scanned'],
    ['us-east-1', 'edge', 'scanned'],
  ]);
});
