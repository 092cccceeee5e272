import { InvalidInput } from '../config/invalid-input.ts';
import type { Configuration } from '../config/schema.ts';
import type { TargetCoverage } from './coverage.ts';
import type { OrganizationPort } from './ports.ts';
import type { RunInput } from './run-input.ts';
import type { AccountItem } from './work-items.ts';

export interface DiscoveredAccounts {
  readonly accounts: readonly AccountItem[];
  /** Accounts that are not entered, and why; their region is `*`. */
  readonly skipped: readonly (TargetCoverage & { readonly accountName: string | null })[];
}

/** The accounts to enter: those of the list, or the active ones of the organization.
 *  @throws InvalidInput when the input names an account that the configuration does not have
 *  @throws CollectionError when the organization cannot be read */
export async function discoverAccounts(
  { accounts, regions }: Pick<Configuration, 'accounts' | 'regions'>,
  input: Pick<RunInput, 'accounts' | 'regions'>,
  organization: OrganizationPort,
): Promise<DiscoveredAccounts> {
  const all = accounts.explicit
    ? { accounts: accounts.explicit.map(({ id, name, regions: own }) => item(id, name ?? null, own ?? regions, input)), skipped: [] }
    : await fromOrganization(accounts.organization, regions, input, organization);
  return narrowed(all, input.accounts);
}

async function fromOrganization(
  organization: Configuration['accounts']['organization'],
  regions: Configuration['regions'],
  input: Pick<RunInput, 'regions'>,
  port: OrganizationPort,
): Promise<DiscoveredAccounts> {
  const found = await port.listAccounts(organization?.organizationalUnits ?? []);
  const reasonOf = ({ id, state }: (typeof found)[number]): string | undefined => {
    if (organization?.exclude.includes(id)) return 'excluded by the configuration';
    return state === 'ACTIVE' ? undefined : `the account is ${state}`;
  };
  return {
    accounts: found.filter((account) => reasonOf(account) === undefined).map(({ id, name }) => item(id, name, regions, input)),
    skipped: found.flatMap((account) => {
      const reason = reasonOf(account);
      const place = { accountId: account.id, accountName: account.name, region: '*' };
      return reason === undefined ? [] : [{ ...place, status: 'skipped' as const, code: null, message: null, reason }];
    }),
  };
}

function item(
  accountId: string,
  accountName: string | null,
  regions: Configuration['regions'],
  input: Pick<RunInput, 'regions'>,
): AccountItem {
  const configured = regions === 'enabled' ? null : regions;
  const wanted = input.regions;
  return { accountId, accountName, regions: configured && wanted ? configured.filter((region) => wanted.includes(region)) : configured };
}

function narrowed(all: DiscoveredAccounts, wanted: readonly string[] | undefined): DiscoveredAccounts {
  if (!wanted) return all;
  const known = [...all.accounts, ...all.skipped].map(({ accountId }) => accountId);
  const unknown = wanted.filter((id) => !known.includes(id));
  if (unknown.length > 0)
    throw new InvalidInput(
      `accounts: expected accounts of the configuration, found ${unknown.map((id) => `"${id}"`).join(', ')}; ` +
        'add them to accounts in greenlight.yaml, or leave them out of the input',
    );
  return {
    accounts: all.accounts.filter(({ accountId }) => wanted.includes(accountId)),
    skipped: all.skipped.filter(({ accountId }) => wanted.includes(accountId)),
  };
}
