import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials, CredentialProvider } from '../aws/credentials.ts';
import { awsError } from '../aws/errors.ts';

/** EKS accepts a token for 15 minutes after it was signed, whatever `X-Amz-Expires` says; one minute is kept in hand.
 *  @see https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster */
const lifetimeMs = 14 * 60_000;

export interface EksTokenOptions {
  readonly clusterName: string;
  readonly region: string;
  readonly credentials: CredentialProvider;
  readonly clock?: () => Date;
}

export interface EksToken {
  /** `k8s-aws-v1.` and the base64url of a presigned URL. */
  readonly token: string;
  /** When to use another one. */
  readonly renewAt: Date;
}

/** A bearer token for the API server of an EKS cluster: a presigned GetCallerIdentity request bound to the cluster's name, which EKS sends
 *  to STS to learn who we are. Made offline; the same as `aws eks get-token`.
 *  @throws CollectionError when there are no credentials */
export async function eksToken({ clusterName, region, credentials, clock = () => new Date() }: EksTokenOptions): Promise<EksToken> {
  const signingDate = clock();
  const identity = await credentials().catch((error: unknown) => {
    throw awsError(error, { action: 'signing', target: `a token for cluster ${clusterName}` });
  });
  const { config } = new STSClient({ region, credentials });
  const signer = new SignatureV4({ service: 'sts', region, credentials: identity, sha256: config.sha256 });
  const hostname = publicStsHost(config, region);
  const signed = await signer.presign(
    {
      protocol: 'https:',
      method: 'GET',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': clusterName },
    },
    { expiresIn: 60, signingDate },
  );
  const query = Object.entries(signed.query ?? {}).map(([name, value]) => `${escaped(name)}=${escaped(String(value))}`);
  const url = `https://${hostname}/?${query.join('&')}`;
  return { token: `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`, renewAt: renewAt(signingDate, identity) };
}

/** The real public endpoint of the region, from the SDK's own table of partitions. `AWS_ENDPOINT_URL_STS` does not count: not we but EKS
 *  will call it. */
function publicStsHost(config: STSClient['config'], region: string): string {
  return config.endpointProvider({ Region: region, UseGlobalEndpoint: false, UseFIPS: false, UseDualStack: false }).url.host;
}

/** A token dies with the credentials that signed it. */
function renewAt(signedAt: Date, { expiration }: AwsCredentials): Date {
  const ownEnd = signedAt.getTime() + lifetimeMs;
  return new Date(Math.min(ownEnd, expiration?.getTime() ?? ownEnd));
}

/** RFC 3986, as signature version 4 wants it. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
