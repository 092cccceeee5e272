import { type CredentialProvider, callerCredentials } from '../adapters/aws/credentials.ts';
import { eksPort } from '../adapters/aws/eks-port.ts';
import { type RegionClients, regionClients } from '../adapters/aws/region-clients.ts';
import { assumedRole, callerIdentity, configuredRegion } from '../adapters/aws/sts.ts';
import { createMeter, type Meter } from '../adapters/meter.ts';
import { CollectionError } from '../inventory/error-codes.ts';
import { listNames } from '../inventory/listing.ts';
import { partitionOf } from '../inventory/partition.ts';

export interface OpenAccountOptions {
  /** Which account to read. @default the caller's */
  readonly account?: { readonly id: string; readonly name?: string | null | undefined } | undefined;
  /** Role of that account to enter it through; `name` needs `account`. @default the caller's own credentials */
  readonly role?: AccountRole | undefined;
  readonly profile?: string | undefined;
  /** Region of the STS endpoint. @default what environment or profile configure */
  readonly region?: string | undefined;
  /** Run id, or the user on a laptop: who CloudTrail names. */
  readonly runId: string;
  /** Counts requests to STS. */
  readonly meter?: Meter | undefined;
}

export interface AccountRole {
  readonly name?: string | undefined;
  readonly arn?: string | undefined;
  readonly externalId?: string | undefined;
}

/** An account that can be read. */
export interface Account {
  readonly accountId: string;
  /** IAM role or user that reads, whom clusters must let in. */
  readonly principalArn: string;
  readonly credentials: CredentialProvider;
  /** Clients of one region, made once. */
  readonly clients: (region: string) => RegionClients;
}

/** Enters an account, and proves that the credentials are good: what fails later is not them.
 *  @throws CollectionError AssumeRoleDenied, Unauthorized, AccessDenied when the caller's own account is another one */
export async function openAccount(options: OpenAccountOptions): Promise<Account> {
  const region = options.region ?? (await configuredRegion(options.profile));
  const caller = { credentials: callerCredentials(options.profile), region, meter: options.meter };
  const roleArn = options.role && roleArnOf(options.role, options.account?.id, region);
  if (!roleArn) {
    const { accountId, arn } = await callerIdentity(caller);
    if (options.account && options.account.id !== accountId)
      throw new CollectionError(
        'AccessDenied',
        `opening account ${options.account.id}: the credentials are of account ${accountId} (${arn}); give a role of the account or another profile`,
      );
    return account(accountId, principalOf(arn), caller.credentials);
  }
  const credentials = assumedRole({ ...caller, roleArn, externalId: options.role?.externalId, session: options.runId });
  await credentials();
  return account(roleArn.split(':')[4] ?? '', roleArn, credentials);
}

/** Seconds in which the clusters of a region must be listed. */
const listSeconds = 60;

/** Names of the clusters of a region, in the order of EKS.
 *  @param deadline a minute from now if left out
 *  @throws CollectionError, `Timeout` after the deadline */
export async function listClusters(
  account: Account,
  region: string,
  deadline: AbortSignal = AbortSignal.timeout(listSeconds * 1000),
): Promise<string[]> {
  const client = await account.clients(region).eks(createMeter());
  return listNames(eksPort({ client, region, deadline }).listClusters(), 'clusters', 'eks:ListClusters');
}

function account(accountId: string, principalArn: string, credentials: CredentialProvider): Account {
  const opened = new Map<string, RegionClients>();
  const clients = (region: string): RegionClients => {
    const known = opened.get(region) ?? regionClients(region, credentials);
    opened.set(region, known);
    return known;
  };
  return { accountId, principalArn, credentials, clients };
}

const roleArnShape = /^arn:[\w-]+:iam::\d{12}:role\/.+$/;

function roleArnOf({ arn, name }: AccountRole, accountId: string | undefined, region: string): string | undefined {
  if (arn !== undefined) {
    if (roleArnShape.test(arn)) return arn;
    throw new CollectionError('AssumeRoleDenied', `"${arn}" is not the ARN of a role; expected arn:aws:iam::111111111111:role/NAME`);
  }
  if (name === undefined) return undefined;
  if (accountId === undefined)
    throw new CollectionError('AssumeRoleDenied', `role ${name}: the account is not known; give the ARN of the role`);
  return `arn:${partitionOf(region)}:iam::${accountId}:role/${name}`;
}

/** The role behind a session, which is whom access entries name. Its path, if it has one, is not in the ARN of the session. */
function principalOf(arn: string): string {
  const session = /^arn:(?<partition>[\w-]+):sts::(?<account>\d{12}):assumed-role\/(?<role>[^/]+)\//.exec(arn)?.groups;
  return session ? `arn:${session.partition}:iam::${session.account}:role/${session.role}` : arn;
}
