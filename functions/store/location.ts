/** A place in a bucket, as `s3://bucket[/key]` names it. */
export interface BucketPlace {
  readonly bucket: string;
  /** Of an object, or the prefix of several, without slashes at its ends; empty for the whole bucket. */
  readonly key: string;
}

/** Names of general purpose buckets; ARNs of access points are none.
 *  @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketUrl = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<key>.*?)\/?)?$/s;

/** Whether a location names a bucket, rightly or wrongly, and no path of this machine. */
export function isBucketUrl(location: string): boolean {
  return /^s3:\/\//i.test(location);
}

/** The bucket and key of a URL; undefined when it has not the shape `s3://bucket[/key]`. */
export function bucketPlace(url: string): BucketPlace | undefined {
  const { bucket, key = '' } = bucketUrl.exec(url)?.groups ?? {};
  if (bucket === undefined) return undefined;
  // S3 would take these segments; a folder with the same keys could not, and two slashes are a slip of the pen.
  const isOdd = key !== '' && key.split('/').some((segment) => ['', '.', '..'].includes(segment));
  return isOdd ? undefined : { bucket, key };
}
