import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { organizationsPort } from '../../../functions/adapters/aws/organizations-port.ts';
import { type LoopbackAws, loopbackAws, type SeenRequest, type WireAnswer } from './loopback-aws.ts';

const account = (id: string, state = 'ACTIVE') => ({ Id: id, Name: `name of ${id}`, State: state });
/** Accounts and units below each parent, two a page. */
const accountsOf: Readonly<Record<string, object[]>> = {
  organization: [account('1'), account('2', 'SUSPENDED'), { Id: '3', Name: 'old answer', Status: 'PENDING_CLOSURE' }],
  'ou-abcd-11111111': [account('1')],
  'ou-abcd-22222222': [account('4'), account('5'), account('6')],
};
const unitsOf: Readonly<Record<string, object[]>> = {
  'ou-abcd-11111111': [{ Id: 'ou-abcd-22222222' }, { Id: 'ou-abcd-33333333' }, { Id: 'ou-abcd-44444444' }],
};

const bodySchema = z.object({ ParentId: z.string().default('organization'), NextToken: z.coerce.number().default(0) });

function answer({ headers, body }: SeenRequest): WireAnswer {
  const operation = String(headers['x-amz-target']).split('.').at(-1);
  const { ParentId, NextToken } = bodySchema.parse(JSON.parse(body));
  const units = operation === 'ListOrganizationalUnitsForParent';
  const all = (units ? unitsOf : accountsOf)[ParentId] ?? [];
  const page = all.slice(NextToken, NextToken + 2);
  const more = NextToken + 2 < all.length ? { NextToken: String(NextToken + 2) } : {};
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ [units ? 'OrganizationalUnits' : 'Accounts']: page, ...more }),
  };
}

let server: LoopbackAws;
let refuse: string | undefined;
beforeEach(async () => {
  refuse = undefined;
  server = await loopbackAws((request) =>
    refuse === undefined
      ? answer(request)
      : { status: 400, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify({ __type: refuse, message: 'no' }) },
  );
  vi.stubEnv('AWS_ENDPOINT_URL_ORGANIZATIONS', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

describe('the accounts of an organization', () => {
  it('are all of them, page by page, with their state under its new and its old name', async () => {
    expect(await organizationsPort('eu-west-1').listAccounts([])).toEqual([
      { id: '1', name: 'name of 1', state: 'ACTIVE' },
      { id: '2', name: 'name of 2', state: 'SUSPENDED' },
      { id: '3', name: 'old answer', state: 'PENDING_CLOSURE' },
    ]);
  });

  it('below a unit are those of all units below it, each once', async () => {
    const found = await organizationsPort('eu-west-1').listAccounts(['ou-abcd-11111111', 'ou-abcd-22222222']);
    expect(found.map(({ id }) => id)).toEqual(['1', '4', '5', '6']);
  });

  it('that may not be read are AccessDenied, by action and unit', async () => {
    refuse = 'AccessDeniedException';
    await expect(organizationsPort('eu-west-1').listAccounts(['ou-abcd-11111111'])).rejects.toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('organizations:ListAccountsForParent of ou-abcd-11111111'),
    });
  });
});
