import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { ObjectStore } from '../../store/object-store.ts';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { awsError } from './errors.ts';

export interface S3StoreOptions {
  readonly bucket: string;
  readonly region?: string | undefined;
  /** @default those of the environment */
  readonly credentials?: CredentialProvider | undefined;
}

/** A bucket as the store. Conditional puts are S3's own: `If-None-Match` and `If-Match`.
 *  @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function s3Store({ bucket, region, credentials }: S3StoreOptions): ObjectStore {
  const client = new S3Client({ ...clientSettings, ...(region ? { region } : {}), ...(credentials ? { credentials } : {}) });
  const target = (key: string) => `s3://${bucket}/${key}`;
  const put = async (key: string, body: Uint8Array | string, condition: Partial<PutObjectCommandInput> = {}): Promise<boolean> => {
    try {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...contentOf(key), ...condition }));
      return true;
    } catch (error) {
      if (isRefusedCondition(error)) return false;
      throw awsError(error, { action: 's3:PutObject', target: target(key) });
    }
  };
  return {
    async get(key) {
      try {
        const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), version: ETag ?? '' };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw awsError(error, { action: 's3:GetObject', target: target(key) });
      }
    },
    async put(key, body) {
      await put(key, body);
    },
    putIfAbsent: (key, body) => put(key, body, { IfNoneMatch: '*' }),
    putIfUnchanged: (key, body, version) => put(key, body, { IfMatch: version }),
    async *list(prefix) {
      try {
        for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
          for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
      } catch (error) {
        throw awsError(error, { action: 's3:ListBucket', target: target(prefix) });
      }
    },
  };
}

/** 412: the condition does not hold. 409: another conditional put of the same key was faster. 404: `If-Match` on what is no longer there. */
function isRefusedCondition(error: unknown): boolean {
  return (
    error instanceof S3ServiceException && [404, 409, 412].includes(error.$metadata.httpStatusCode ?? 0) && error.name !== 'NoSuchBucket'
  );
}

function contentOf(key: string): Pick<PutObjectCommandInput, 'ContentType'> {
  if (key.endsWith('.json.gz')) return { ContentType: 'application/gzip' };
  if (key.endsWith('.jsonl')) return { ContentType: 'application/x-ndjson' };
  return { ContentType: key.endsWith('.html') ? 'text/html; charset=utf-8' : 'application/json' };
}
