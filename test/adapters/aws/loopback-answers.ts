import type { IncomingMessage } from 'node:http';
import { pageSize } from '../../contract/fixture.ts';

/** One request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Parameters of the query protocol (EC2, STS). */
  readonly form: URLSearchParams;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export function eksError(status: number, code: string, message: string): WireAnswer {
  return { status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': code }, body: JSON.stringify({ message }) };
}

export function queryError(status: number, code: string, message: string): WireAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: xml, body: `<ErrorResponse>${error}<RequestId>r-1</RequestId></ErrorResponse>` };
}

export function ec2Error(status: number, code: string, message: string): WireAnswer {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: xml, body: `<Response><Errors>${error}</Errors><RequestID>r-1</RequestID></Response>` };
}

export const xml = { 'content-type': 'text/xml' };

/** One page of a list, and where the next one starts. */
export function page<T>(items: readonly T[], token: string | null): { readonly items: readonly T[]; readonly next: number | undefined } {
  const start = Number(token ?? 0);
  const end = start + pageSize;
  return { items: items.slice(start, end), next: end < items.length ? end : undefined };
}

export const pageToken = (start: number): string => String(start);
