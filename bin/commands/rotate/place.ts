import { CommandFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import type { PlaceOptions, SelectorOptions } from './options.ts';

/** Account and region of the cluster: as given, or the account of the role that is to enter it, or those of the caller.
 *  @throws CommandFailure when there is no region; CollectionError Unauthorized */
export async function clusterPlace(
  options: SelectorOptions & PlaceOptions & { readonly roleArn?: string },
  { environment }: Terminal,
): Promise<{ readonly accountId: string; readonly region: string }> {
  const region = options.region ?? environment.region;
  if (region === undefined) throw new CommandFailure('no region: give --region, or set AWS_REGION');
  if (options.account !== undefined) return { accountId: options.account, region };
  const ofRole = /^arn:[\w-]+:iam::(\d{12}):role\//.exec(options.roleArn ?? '')?.[1];
  if (ofRole !== undefined) return { accountId: ofRole, region };
  const { callerOf } = await import('../../../functions/wiring/rotation-console.ts');
  return { accountId: (await callerOf(options.profile, region)).accountId, region };
}
