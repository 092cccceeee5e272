import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, vi } from 'vitest';
import { s3Store } from '../../functions/adapters/aws/s3-store.ts';
import { objectStoreContract } from '../contract/object-store.ts';
import { asRoot, root } from './aws-client.ts';
import { HUB } from './fleet.ts';
import { environment } from './world.ts';

/** The store on an S3 that is not ours: conditional puts of many at once, pages, keys as they are. */

beforeAll(() => {
  vi.stubEnv('AWS_ENDPOINT_URL_S3', environment().AWS_ENDPOINT_URL_S3);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

let buckets = 0;
objectStoreContract('S3 of the local stack', async () => {
  buckets += 1;
  const bucket = `contract-${buckets}`;
  await new S3Client({ ...asRoot(HUB, 'S3'), forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: bucket }));
  return s3Store({ bucket, region: 'us-east-1', credentials: async () => root(HUB) });
});
