import { fromNodeProviderChain } from '@aws-sdk/credential-providers';

/** Credentials in the shape of the SDK. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}

export type CredentialProvider = () => Promise<AwsCredentials>;

/** Refreshed this long before they expire; the SDK's clients use the same margin. */
const refreshMarginMs = 5 * 60_000;

/** The default chain of the SDK: environment, profile (SSO included), container, instance. */
export function callerCredentials(profile?: string): CredentialProvider {
  return cachedCredentials(fromNodeProviderChain(profile === undefined ? {} : { profile }));
}

/** Asks once for all who share it, again before the credentials expire. A failure is not remembered. */
export function cachedCredentials(provider: CredentialProvider, clock: () => Date = () => new Date()): CredentialProvider {
  let held: AwsCredentials | undefined;
  let asking: Promise<AwsCredentials> | undefined;
  const ask = async () => {
    try {
      held = await provider();
      return held;
    } finally {
      asking = undefined;
    }
  };
  return () => {
    if (held && isFresh(held, clock())) return Promise.resolve(held);
    asking ??= ask();
    return asking;
  };
}

function isFresh({ expiration }: AwsCredentials, now: Date): boolean {
  return expiration === undefined || expiration.getTime() - now.getTime() > refreshMarginMs;
}
