import { configuredRegion } from '../adapters/aws/sts.ts';
import type { Configuration } from '../config/schema.ts';

/** The region whose STS endpoint is asked: the one that was named, else the caller's, else the first that is scanned.
 *  @throws CollectionError when there is none of them */
export async function homeRegion(
  { accounts, regions }: Pick<Configuration, 'accounts' | 'regions'>,
  { region, profile }: { readonly region?: string | undefined; readonly profile?: string | undefined },
): Promise<string> {
  if (region !== undefined) return region;
  const scanned = accounts.explicit?.flatMap((account) => account.regions ?? [])[0] ?? (regions === 'enabled' ? undefined : regions[0]);
  return configuredRegion(profile).catch((error: unknown) => {
    if (scanned !== undefined) return scanned;
    throw error;
  });
}
