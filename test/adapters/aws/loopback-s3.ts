import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { listening } from '../../loopback.ts';

export interface SeenS3Request {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** What happens instead of, or after, the work: an error is answered and nothing is done; `lose-answer` does it and hangs up; `half-body`
 *  hangs up in the middle of the answer; `no-etag` leaves it out. */
export type S3Fault =
  | { readonly status: number; readonly code: string; readonly message?: string }
  | 'lose-answer'
  | 'half-body'
  | 'no-etag';

export interface LoopbackS3 {
  readonly url: string;
  readonly requests: SeenS3Request[];
  /** Objects by `bucket/key`. */
  readonly objects: Map<string, StoredFile>;
  /** Variables that lead the SDK to this server, whatever is configured on the machine; undefined ones must not be set. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  close(): Promise<void>;
}

interface StoredFile {
  readonly body: Buffer;
  readonly contentType: string | undefined;
}

export interface LoopbackS3Options {
  readonly buckets?: readonly string[];
  /** @default 'eu-west-1' */
  readonly region?: string;
  /** @param nth of the requests so far, from 1 */
  readonly fault?: (request: SeenS3Request, nth: number) => S3Fault | undefined;
}

const noFile = join(tmpdir(), 'greenlight-no-such-file');

/** Keys of a ListObjectsV2 a page. */
const pageSize = 2;

/** Takes the part of S3 that the store uses, on a free port of 127.0.0.1: GetObject, PutObject with its conditions, ListObjectsV2.
 *  Buckets stand in the path. Who signs for another region is sent to the right one. */
export async function loopbackS3({ buckets = ['greenlight'], region = 'eu-west-1', fault }: LoopbackS3Options = {}): Promise<LoopbackS3> {
  const objects = new Map<string, StoredFile>();
  const requests: SeenS3Request[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://loopback');
    const [, bucket = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
    const seen: SeenS3Request = {
      method: request.method ?? '',
      bucket,
      key: rest.join('/'),
      query: url.searchParams,
      headers: request.headers,
    };
    requests.push(seen);
    const wrong = fault?.(seen, requests.length);
    // The whole body first: what breaks off on the way is not stored.
    const body = await buffer(request);
    const reply = typeof wrong === 'object' ? s3Error(wrong.status, wrong.code, wrong.message) : answerOf(seen, body);
    if (wrong === 'lose-answer') return void request.socket.destroy();
    response.writeHead(reply.status, { 'content-length': reply.body.length, ...(wrong === 'no-etag' ? {} : reply.headers) });
    if (wrong !== 'half-body') return void response.end(reply.body);
    response.write(reply.body.subarray(0, reply.body.length / 2), () => request.socket.destroy());
  };
  const answerOf = (request: SeenS3Request, body: Buffer): Answer => {
    const signedFor = /Credential=[^/]+\/\d{8}\/([^/]+)\/s3\//.exec(request.headers.authorization ?? '')?.[1];
    if (signedFor === undefined) return s3Error(403, 'AccessDenied', 'Access Denied.');
    if (signedFor !== region)
      return { ...s3Error(301, 'PermanentRedirect', 'Use another endpoint.'), headers: { 'x-amz-bucket-region': region } };
    if (!buckets.includes(request.bucket)) return s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
    if (request.method === 'PUT') return put(objects, request, body);
    return request.key === '' ? list(objects, request) : get(objects, request);
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  const { port, close } = await listening(server);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    requests,
    objects,
    environment: {
      AWS_ENDPOINT_URL_S3: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: undefined,
      AWS_PROFILE: undefined,
      AWS_CONFIG_FILE: noFile,
      AWS_SHARED_CREDENTIALS_FILE: noFile,
    },
    close,
  };
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;

function get(objects: ReadonlyMap<string, StoredFile>, { bucket, key }: SeenS3Request): Answer {
  const found = objects.get(`${bucket}/${key}`);
  if (!found) return s3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  return { status: 200, headers: { etag: etagOf(found.body) }, body: found.body };
}

function put(objects: Map<string, StoredFile>, { bucket, key, headers }: SeenS3Request, body: Buffer): Answer {
  const present = objects.get(`${bucket}/${key}`);
  if (headers['if-none-match'] === '*' && present) return preconditionFailed;
  const match = headers['if-match'];
  if (match !== undefined && !present) return s3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  if (match !== undefined && present && etagOf(present.body) !== match) return preconditionFailed;
  objects.set(`${bucket}/${key}`, { body, contentType: headers['content-type'] });
  return { status: 200, headers: { etag: etagOf(body) }, body: Buffer.alloc(0) };
}

function list(objects: ReadonlyMap<string, StoredFile>, { bucket, query }: SeenS3Request): Answer {
  const prefix = `${bucket}/${query.get('prefix') ?? ''}`;
  const keys = [...objects.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(bucket.length + 1));
  keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const start = Number(query.get('continuation-token') ?? 0);
  const page = keys.slice(start, start + pageSize);
  const next = start + pageSize < keys.length ? `<NextContinuationToken>${start + pageSize}</NextContinuationToken>` : '';
  const contents = page.map((key) => `<Contents><Key>${escaped(key)}</Key></Contents>`).join('');
  return xml(
    200,
    `<ListBucketResult><IsTruncated>${next !== ''}</IsTruncated><KeyCount>${page.length}</KeyCount>${contents}${next}</ListBucketResult>`,
  );
}

function s3Error(status: number, code: string, message = 'x'): Answer {
  return xml(status, `<Error><Code>${code}</Code><Message>${escaped(message)}</Message><RequestId>r-1</RequestId></Error>`);
}

function xml(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`) };
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const preconditionFailed = s3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
