import {
  type Account,
  OrganizationsClient,
  paginateListAccounts,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
} from '@aws-sdk/client-organizations';
import type { OrganizationAccount, OrganizationPort } from '../../fleet/ports.ts';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { awsError } from './errors.ts';

/** The organization of the caller's account, which must be its management account or a delegated administrator.
 *  @param region of the caller; Organizations has one endpoint a partition, which the SDK finds from it
 *  @param credentials those of the environment if left out */
export function organizationsPort(region: string, credentials?: CredentialProvider): OrganizationPort {
  const client = new OrganizationsClient({ ...clientSettings, region, ...(credentials ? { credentials } : {}) });
  return {
    async listAccounts(organizationalUnits) {
      const found = organizationalUnits.length === 0 ? await allAccounts(client) : await accountsBelow(client, organizationalUnits);
      return [...new Map(found.map((account) => [account.id, account])).values()];
    },
  };
}

async function allAccounts(client: OrganizationsClient): Promise<OrganizationAccount[]> {
  return collected('organizations:ListAccounts', 'the organization', async (found) => {
    for await (const page of paginateListAccounts({ client }, {})) found.push(...(page.Accounts ?? []).flatMap(accountOf));
  });
}

/** Accounts of the units and of all units below them. */
async function accountsBelow(client: OrganizationsClient, parents: readonly string[]): Promise<OrganizationAccount[]> {
  const accounts: OrganizationAccount[] = [];
  const queue = [...parents];
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    const ParentId = parent;
    accounts.push(
      ...(await collected('organizations:ListAccountsForParent', ParentId, async (found) => {
        for await (const page of paginateListAccountsForParent({ client }, { ParentId }))
          found.push(...(page.Accounts ?? []).flatMap(accountOf));
      })),
    );
    await collected('organizations:ListOrganizationalUnitsForParent', ParentId, async () => {
      for await (const page of paginateListOrganizationalUnitsForParent({ client }, { ParentId }))
        queue.push(...(page.OrganizationalUnits ?? []).flatMap(({ Id }) => Id ?? []));
    });
  }
  return accounts;
}

async function collected(
  action: string,
  target: string,
  work: (found: OrganizationAccount[]) => Promise<void>,
): Promise<OrganizationAccount[]> {
  const found: OrganizationAccount[] = [];
  try {
    await work(found);
  } catch (error) {
    throw awsError(error, { action, target });
  }
  return found;
}

/** `State` replaces `Status`, which AWS retires; older answers have the latter only.
 *  @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html */
function accountOf({ Id, Name, State, Status }: Account): OrganizationAccount[] {
  return Id === undefined ? [] : [{ id: Id, name: Name ?? Id, state: State ?? Status ?? 'ACTIVE' }];
}
