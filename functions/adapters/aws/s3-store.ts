import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { CollectionError } from '../../inventory/error-codes.ts';
import { type ObjectStore, ObjectTooLarge, type StoredObject } from '../../store/object-store.ts';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { s3Error } from './s3-errors.ts';

export interface S3StoreOptions {
  readonly bucket: string;
  /** Where S3 is asked first; the bucket may be in another region of the partition. @default that of the environment */
  readonly region?: string | undefined;
  /** @default those of the environment */
  readonly credentials?: CredentialProvider | undefined;
}

/** When a conditional put is written. */
type Condition = Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch'>;

/** A bucket as the store. Conditional puts are S3's own: `If-None-Match` and `If-Match`. S3 lists in the order of UTF-8, which for the keys
 *  of layout.ts, all ASCII, is that of code units.
 *  @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function s3Store({ bucket, region, credentials }: S3StoreOptions): ObjectStore {
  const client = openClient({ region, credentials });
  const target = (key: string) => `s3://${bucket}/${key}`;
  const get = async (key: string, maxBytes = Number.POSITIVE_INFINITY): Promise<StoredObject | undefined> => {
    try {
      const { Body, ETag, ContentLength = 0 } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (ContentLength > maxBytes) {
        if (Body instanceof Readable) Body.destroy();
        throw new ObjectTooLarge(target(key), ContentLength, maxBytes);
      }
      if (!ETag) throw new CollectionError('InvalidResponse', `s3:GetObject of ${target(key)}: answered without an ETag`);
      return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), version: ETag };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      if (error instanceof ObjectTooLarge) throw error;
      throw s3Error(error, 's3:GetObject', target(key));
    }
  };
  // Bytes have a length that the SDK knows beforehand, an empty text has none.
  const put = (key: string, body: Uint8Array | string, condition: Condition = {}) =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body), ContentType: contentType(key), ...condition }));
  /** @param stillHolds whether what is there now would let the put through */
  const putIf = async (
    key: string,
    body: Uint8Array | string,
    condition: Condition,
    stillHolds: (present: StoredObject | undefined) => boolean,
  ): Promise<boolean> => {
    try {
      await put(key, body, condition);
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw s3Error(error, 's3:PutObject', target(key));
      if (isFirstAnswer(error)) return false;
      const present = await get(key);
      // The SDK tried again after an answer was lost, and what stood in the way was the object of its own first try.
      if (present && Buffer.from(present.body).equals(Buffer.from(body))) return true;
      if (isConflict(error) && stillHolds(present)) throw s3Error(error, 's3:PutObject', target(key));
      return false;
    }
  };
  return {
    get,
    async put(key, body) {
      await put(key, body).catch((error: unknown) => {
        throw s3Error(error, 's3:PutObject', target(key));
      });
    },
    putIfAbsent: (key, body) => putIf(key, body, { IfNoneMatch: '*' }, (present) => present === undefined),
    // An empty `If-Match` would be no condition at all.
    putIfUnchanged: async (key, body, version) =>
      version !== '' && putIf(key, body, { IfMatch: version }, (present) => present?.version === version),
    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })).catch((error: unknown) => {
        throw s3Error(error, 's3:DeleteObject', target(key));
      });
    },
    async *list(prefix) {
      try {
        // The console of S3 makes folders: empty objects whose keys end in a slash.
        for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
          for (const { Key } of page.Contents ?? []) if (Key !== undefined && !Key.endsWith('/')) yield Key;
      } catch (error) {
        throw s3Error(error, 's3:ListBucket', target(prefix));
      }
    },
  };
}

function openClient({ region, credentials }: Omit<S3StoreOptions, 'bucket'>): S3Client {
  const client = new S3Client({
    ...clientSettings,
    // The name of the bucket stands in the path, which every endpoint understands: S3 in all regions, names with dots under TLS, and any
    // endpoint of AWS_ENDPOINT_URL, which seldom has a DNS name for each bucket. The AWS CLI does the same where an endpoint is configured.
    // Directory buckets and access points, which cannot be addressed so, are no stores.
    // https://aws.amazon.com/blogs/aws/amazon-s3-path-deprecation-plan-the-rest-of-the-story/
    forcePathStyle: true,
    followRegionRedirects: true,
    ...(region ? { region } : {}),
    ...(credentials ? { credentials } : {}),
  });
  // A conflict decides nothing, S3 asks for another try: the SDK, which by itself would give up, makes it with its own delays.
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (error instanceof S3ServiceException && isConflict(error)) error.$retryable = {};
        throw error;
      }
    },
    { step: 'deserialize', priority: 'high', name: 'retryConflicts' },
  );
  return client;
}

/** 412: the condition does not hold. 404: `If-Match` on what is no longer there. */
function isRefusal(error: unknown): error is S3ServiceException {
  if (!(error instanceof S3ServiceException)) return false;
  return isConflict(error) || error.$metadata.httpStatusCode === 412 || error.name === 'NoSuchKey';
}

/** Another put or a deletion of the same key was going on. */
function isConflict({ name }: S3ServiceException): boolean {
  return name === 'ConditionalRequestConflict' || name === 'OperationAborted';
}

/** Then no earlier try of this put can have been carried out. */
function isFirstAnswer(error: S3ServiceException): boolean {
  return error.$metadata.attempts === 1 && !isConflict(error);
}

const contentTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  gz: 'application/gzip',
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};

function contentType(key: string): string {
  return contentTypes[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
