import { request } from 'node:https';
import { AssumeRoleCommand, type Credentials, STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { client } from './aws-client.ts';
import { EXTERNAL_ID, SCAN_ROLE } from './fleet.ts';
import { environment } from './world.ts';

export { client, root } from './aws-client.ts';

/** What is needed of assumed credentials. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const callerCredentials = () => ({
  accessKeyId: environment().AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: environment().AWS_SECRET_ACCESS_KEY ?? '',
});

/** The scan role of an account, assumed as the laptop's identity would; `externalId` null leaves it out. */
export async function assumeScanRole(account: string, externalId: string | null = EXTERNAL_ID): Promise<SessionCredentials> {
  const sts = new STSClient({ ...client('STS', 'us-east-1'), credentials: callerCredentials() });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${account}:role/${SCAN_ROLE}`,
      RoleSessionName: 'witness',
      ...(externalId === null ? {} : { ExternalId: externalId }),
    }),
  );
  return session(Credentials);
}

function session(credentials: Credentials | undefined): SessionCredentials {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = credentials ?? {};
  if (!accessKeyId || !secretAccessKey || !sessionToken) throw new Error('AssumeRole answered without credentials');
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** An EKS token as `aws eks get-token` makes it, written independently of the product.
 *  @see https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster */
export async function clusterToken(credentials: SessionCredentials, region: string, cluster: string): Promise<string> {
  const { sha256 } = new STSClient(client('STS', region)).config;
  const signer = new SignatureV4({ credentials, region, service: 'sts', sha256 });
  const host = `sts.${region}.amazonaws.com`;
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname: host,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host, 'x-k8s-aws-id': cluster },
    },
    { expiresIn: 60, unhoistableHeaders: new Set(['x-k8s-aws-id']), unsignableHeaders: new Set(['x-amz-content-sha256']) },
  );
  const query = Object.entries(signed.query ?? {}).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`);
  return `k8s-aws-v1.${Buffer.from(`https://${host}/?${query.join('&')}`).toString('base64url')}`;
}

/** One request to an API server; resolves with the status code. */
export function kubernetesStatus(
  server: { readonly endpoint: string; readonly certificateAuthority: string; readonly token: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${server.endpoint}${path}`,
      {
        method,
        ca: Buffer.from(server.certificateAuthority, 'base64'),
        headers: {
          authorization: `Bearer ${server.token}`,
          'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        },
        timeout: 2000,
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.once('timeout', () => sent.destroy(Object.assign(new Error('no answer within 2 s'), { code: 'ETIMEDOUT' })));
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
