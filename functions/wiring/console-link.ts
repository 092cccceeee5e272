import { partitionOf } from '../inventory/partition.ts';

/** Consoles that this program knows; in isolated partitions the address of the object itself has to do. */
const consoles: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** Where a person sees an object of the bucket: the page of the S3 console, or else its s3:// address. */
export function consoleLink(region: string, bucket: string, key: string): string {
  const host = consoles[partitionOf(region)];
  const query = new URLSearchParams({ region, prefix: key });
  return host === undefined ? `s3://${bucket}/${key}` : `https://${host}/s3/object/${bucket}?${query}`;
}
