import { consoleHost } from './consoles.ts';

/** Where a person sees an object of the bucket: the page of the S3 console, or else its s3:// address. */
export function consoleLink(region: string, bucket: string, key: string): string {
  const host = consoleHost(region);
  const query = new URLSearchParams({ region, prefix: key });
  return host === undefined ? `s3://${bucket}/${key}` : `https://${host}/s3/object/${bucket}?${query}`;
}
