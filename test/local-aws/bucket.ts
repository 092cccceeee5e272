import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { HUB } from './pipeline-world.ts';

/** An object of a bucket of the tooling account, as text; for programs outside of vitest. */
export async function readBucketObject(environment: Readonly<Record<string, string>>, Bucket: string, Key: string): Promise<string> {
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: environment.AWS_ENDPOINT_URL ?? '',
    forcePathStyle: true,
    credentials: { accessKeyId: HUB, secretAccessKey: 'test' },
    requestHandler: { httpsAgent: new Agent({ ca: readFileSync(environment.AWS_CA_BUNDLE ?? '') }) },
  });
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}
