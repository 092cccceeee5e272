import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { CollectionError } from '../../inventory/error-codes.ts';
import type { Meter } from '../meter.ts';
import { clientSettings } from './client-settings.ts';
import { type AwsCredentials, type CredentialProvider, cachedCredentials } from './credentials.ts';
import { awsError } from './errors.ts';
import { meterClient } from './metering.ts';

export interface StsOptions {
  /** Whose credentials make the call. */
  readonly credentials: CredentialProvider;
  /** Region of the STS endpoint. */
  readonly region: string;
  readonly meter?: Meter | undefined;
}

export interface CallerIdentity {
  readonly accountId: string;
  readonly arn: string;
}

/** Who the credentials belong to.
 *  @throws CollectionError Unauthorized when there are none, or they are expired or unknown */
export async function callerIdentity(options: StsOptions): Promise<CallerIdentity> {
  const call = { action: 'sts:GetCallerIdentity', target: `the caller in ${options.region}` };
  const answer = await stsClient(options)
    .send(new GetCallerIdentityCommand({}))
    .catch((error: unknown) => {
      throw awsError(error, call);
    });
  if (answer.Account && answer.Arn) return { accountId: answer.Account, arn: answer.Arn };
  throw new CollectionError('InvalidResponse', `${call.action}: answered neither account nor ARN`);
}

export interface AssumeRoleOptions extends StsOptions {
  readonly roleArn: string;
  readonly externalId?: string | undefined;
  /** Run id, or the user on a laptop: who CloudTrail names. */
  readonly session: string;
}

/** Credentials of a role, to be shared by all clusters and regions of its account: assumed once, and again before they expire.
 *  The provider throws CollectionError AssumeRoleDenied where the role is missing or does not trust the caller. */
export function assumedRole(options: AssumeRoleOptions): CredentialProvider {
  const client = stsClient(options);
  return cachedCredentials(() => assumeRole(client, options));
}

async function assumeRole(client: STSClient, { roleArn, externalId, session }: AssumeRoleOptions): Promise<AwsCredentials> {
  const command = new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: roleSessionName(session),
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  });
  const { Credentials: answer } = await client.send(command).catch((error: unknown) => {
    throw assumeRoleError(error, roleArn);
  });
  if (!answer?.AccessKeyId || !answer.SecretAccessKey)
    throw new CollectionError('InvalidResponse', `sts:AssumeRole of ${roleArn}: answered no credentials`);
  return {
    accessKeyId: answer.AccessKeyId,
    secretAccessKey: answer.SecretAccessKey,
    sessionToken: answer.SessionToken,
    expiration: answer.Expiration,
  };
}

function assumeRoleError(error: unknown, roleArn: string): CollectionError {
  const failure = awsError(error, { action: 'sts:AssumeRole', target: roleArn });
  if (failure.code !== 'AccessDenied' || !(error instanceof Error)) return failure;
  return new CollectionError(
    'AssumeRoleDenied',
    `sts:AssumeRole of ${roleArn}: ${error.name}: ${error.message}; check that the role exists, that its trust policy names the caller, ` +
      'that the external id is the one of greenlight.yaml, and that the caller may call sts:AssumeRole on it',
    { cause: error },
  );
}

/** A role session name takes 2 to 64 of `[\w+=,.@-]`.
 *  @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function roleSessionName(session: string): string {
  return `greenlight-${session.replaceAll(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);
}

/** The region that environment or profile configure.
 *  @throws CollectionError Internal when there is none */
export async function configuredRegion(profile?: string): Promise<string> {
  const client = new STSClient(profile === undefined ? {} : { profile });
  return client.config.region().catch((error: unknown) => {
    throw awsError(error, { action: 'reading', target: 'the region of environment and profile' });
  });
}

function stsClient({ credentials, region, meter }: StsOptions): STSClient {
  const client = new STSClient({ ...clientSettings, region, credentials });
  if (meter) meterClient(client, 'sts', meter);
  return client;
}
