import { AccountClient, paginateListRegions } from '@aws-sdk/client-account';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { awsError } from './errors.ts';

/** The regions that are enabled for the account of the credentials.
 *  @throws CollectionError */
export async function enabledRegions(credentials: CredentialProvider, region: string): Promise<string[]> {
  const client = new AccountClient({ ...clientSettings, region, credentials });
  const regions: string[] = [];
  try {
    for await (const page of paginateListRegions({ client }, { RegionOptStatusContains: ['ENABLED', 'ENABLED_BY_DEFAULT'] }))
      for (const { RegionName } of page.Regions ?? []) if (RegionName) regions.push(RegionName);
  } catch (error) {
    throw awsError(error, { action: 'account:ListRegions', target: 'the account; or list its regions in greenlight.yaml' });
  }
  return regions.sort();
}
