import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { environment } from './world.ts';

/** Settings of an SDK client in this process: region, the world's endpoint of a service, named as in AWS_ENDPOINT_URL_<SERVICE>, and trust
 *  in the world's certificate. One attempt, so that a test sees each answer. */
export const client = (service: string, region = 'us-east-1') => ({
  region,
  endpoint: environment()[`AWS_ENDPOINT_URL_${service}`] ?? environment().AWS_ENDPOINT_URL ?? '',
  maxAttempts: 1,
  requestHandler: { httpsAgent: new Agent({ ca: readFileSync(environment().AWS_CA_BUNDLE ?? ''), keepAlive: true }) },
});

/** The root of an account: in the stack, a 12-digit access key is the account. */
export const root = (account: string) => ({ accessKeyId: account, secretAccessKey: 'test' });

/** Settings of a client that acts as the root of an account. */
export const asRoot = (account: string, service: string, region?: string) => ({ ...client(service, region), credentials: root(account) });
