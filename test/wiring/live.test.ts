import { afterEach, expect, it, vi } from 'vitest';
import { homeRegion } from '../../functions/wiring/home-region.ts';
import { liveFleet } from '../../functions/wiring/live.ts';
import { loopbackJson } from '../adapters/aws/loopback-json.ts';
import { createConfiguration } from '../analysis/builders.ts';

afterEach(() => vi.unstubAllEnvs());

it('finds the accounts of an organization, and says which it leaves out', async () => {
  const accounts = [
    { Id: '111111111111', Name: 'payments', State: 'ACTIVE' },
    { Id: '222222222222', Name: 'closed', State: 'SUSPENDED' },
  ];
  const server = await loopbackJson(() => ({ body: { Accounts: accounts } }));
  vi.stubEnv('AWS_ENDPOINT_URL_ORGANIZATIONS', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  try {
    const configuration = createConfiguration({ accounts: { organization: {} }, regions: ['eu-west-1', 'us-east-1'] });
    const { targets, failedTargets } = await liveFleet({ configuration, session: 'tester' });
    expect(targets).toEqual([
      { accountId: '111111111111', accountName: 'payments', region: 'eu-west-1' },
      { accountId: '111111111111', accountName: 'payments', region: 'us-east-1' },
    ]);
    expect(failedTargets).toEqual([
      { accountId: '222222222222', region: '*', status: 'skipped', code: null, message: null, reason: 'the account is SUSPENDED' },
    ]);
  } finally {
    await server.close();
  }
});

it('asks in the region that was named, else in the first that is scanned, where the environment names none', async () => {
  vi.stubEnv('AWS_REGION', undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
  const configuration = createConfiguration({ regions: ['eu-west-1'] });
  expect(await homeRegion(configuration, { region: 'ap-south-1' })).toBe('ap-south-1');
  expect(await homeRegion(configuration, {})).toBe('eu-west-1');
  await expect(homeRegion(createConfiguration(), {})).rejects.toMatchObject({ message: expect.stringContaining('--region') });
  const named = { explicit: [{ id: '111111111111', regions: ['eu-north-1'] }] };
  expect(await homeRegion(createConfiguration({ accounts: named }), {})).toBe('eu-north-1');
});
