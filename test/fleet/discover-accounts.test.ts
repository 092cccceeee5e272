import { describe, expect, it } from 'vitest';
import { discoverAccounts } from '../../functions/fleet/discover-accounts.ts';
import type { OrganizationAccount } from '../../functions/fleet/ports.ts';
import { createConfiguration } from '../analysis/builders.ts';

const nobody = {
  listAccounts: async () => {
    throw new Error('an explicit list asks no organization');
  },
};

function organizationOf(accounts: OrganizationAccount[]) {
  const asked: (readonly string[])[] = [];
  return {
    asked,
    listAccounts: async (units: readonly string[]) => {
      asked.push(units);
      return accounts;
    },
  };
}

describe('an explicit list', () => {
  const configuration = createConfiguration({
    accounts: { explicit: [{ id: '111111111111', name: 'payments', regions: ['eu-west-1', 'us-east-1'] }, { id: '222222222222' }] },
  });

  it('gives each account with its own regions, else those of the file', async () => {
    expect(await discoverAccounts(configuration, {}, nobody)).toEqual({
      accounts: [
        { accountId: '111111111111', accountName: 'payments', regions: ['eu-west-1', 'us-east-1'] },
        { accountId: '222222222222', accountName: null, regions: null },
      ],
      skipped: [],
    });
    const named = { ...configuration, regions: ['eu-central-1'] };
    expect((await discoverAccounts(named, {}, nobody)).accounts[1]?.regions).toEqual(['eu-central-1']);
  });

  it('is narrowed by the input', async () => {
    const input = { accounts: ['111111111111'], regions: ['us-east-1', 'ap-south-1'] };
    expect((await discoverAccounts(configuration, input, nobody)).accounts).toEqual([
      { accountId: '111111111111', accountName: 'payments', regions: ['us-east-1'] },
    ]);
  });

  it('refuses an account that is not in it, by name', async () => {
    const refused = discoverAccounts(configuration, { accounts: ['111111111111', '999999999999'] }, nobody);
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInput', message: expect.stringContaining('found "999999999999"') });
  });
});

describe('an organization', () => {
  const configuration = createConfiguration({
    accounts: { organization: { organizationalUnits: ['ou-abcd-11111111'], exclude: ['333333333333'] } },
    regions: ['eu-west-1'],
  });
  const accounts: OrganizationAccount[] = [
    { id: '111111111111', name: 'payments', state: 'ACTIVE' },
    { id: '222222222222', name: 'closed', state: 'SUSPENDED' },
    { id: '333333333333', name: 'sandbox', state: 'ACTIVE' },
  ];

  it('gives its active accounts, and says why it leaves the others out', async () => {
    const organization = organizationOf(accounts);
    expect(await discoverAccounts(configuration, {}, organization)).toEqual({
      accounts: [{ accountId: '111111111111', accountName: 'payments', regions: ['eu-west-1'] }],
      skipped: [
        {
          accountId: '222222222222',
          accountName: 'closed',
          region: '*',
          status: 'skipped',
          code: null,
          message: null,
          reason: 'the account is SUSPENDED',
        },
        {
          accountId: '333333333333',
          accountName: 'sandbox',
          region: '*',
          status: 'skipped',
          code: null,
          message: null,
          reason: 'excluded by the configuration',
        },
      ],
    });
    expect(organization.asked).toEqual([['ou-abcd-11111111']]);
  });

  it('may be narrowed to an account that is skipped, which then says why', async () => {
    const found = await discoverAccounts(configuration, { accounts: ['333333333333'] }, organizationOf(accounts));
    expect(found).toMatchObject({ accounts: [], skipped: [{ accountId: '333333333333', reason: 'excluded by the configuration' }] });
  });
});
