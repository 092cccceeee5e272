import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { client, type root } from './aws-client.ts';
import type { SessionCredentials } from './scan-role.ts';

/** A service whose client is not installed. */
export interface Service {
  /** As AWS_ENDPOINT_URL_<SERVICE> names it. */
  readonly endpoint: string;
  /** Its name in signatures. */
  readonly name: string;
}

export type Identity = ReturnType<typeof root> | SessionCredentials;

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One signed request. */
export async function awsRequest({ endpoint, name }: Service, credentials: Identity, call: Call): Promise<Answer> {
  const { endpoint: address, region, requestHandler } = client(endpoint);
  const { sha256 } = new STSClient(client('STS')).config;
  const { hostname, host, port, protocol } = new URL(address);
  const signer = new SignatureV4({ credentials, region, service: name, sha256 });
  const { method, path, headers } = await signer.sign({ ...call, protocol, hostname, headers: { ...call.headers, host } });
  const options = { hostname, port, method, path, headers };
  return new Promise((resolve, reject) => {
    // The proxy of the world speaks plain HTTP.
    const sent = protocol === 'https:' ? request({ ...options, agent: requestHandler.httpsAgent }) : plainRequest(options);
    sent.once('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.once('error', reject);
    sent.end(call.body);
  });
}

/** A call in the Query protocol. */
export function awsQuery(service: Service, credentials: Identity, parameters: Readonly<Record<string, string>>): Promise<Answer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return awsRequest(service, credentials, { method: 'POST', path: '/', headers, body: new URLSearchParams(parameters).toString() });
}

/** A call in the JSON protocol.
 *  @param target `<service>.<operation>` */
export function awsJson(service: Service, credentials: Identity, target: string, input: unknown = {}): Promise<Answer> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  return awsRequest(service, credentials, { method: 'POST', path: '/', headers, body: JSON.stringify(input) });
}
