import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';

/** Which objects a principal may read, write and list: patterns of keys, where `*` is any text, slashes included. */
export interface KeyPatterns {
  /** @default none */
  readonly get?: readonly string[];
  /** @default none */
  readonly put?: readonly string[];
  /** Prefixes of lists. A key that is read but may be missing belongs here too: S3 compares it as if it were the prefix of a list, and
   *  answers 403 instead of 404 to those who may not list it.
   *  @default none */
  readonly list?: readonly string[];
  /** Markers that say that something is under way; what is kept is never removed.
   *  @default none */
  readonly remove?: readonly string[];
}

/** Lets a role reach exactly these keys of the bucket, and use the key that encrypts them. What is removed leaves
 *  its versions, which nobody may delete. */
export function grantKeys(bucket: IBucket, role: IRole, { get = [], put = [], list = [], remove = [] }: KeyPatterns): void {
  const allow = (action: string, resources: string[], conditions = {}) => {
    if (resources.length > 0) role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources, conditions }));
  };
  const objects = (patterns: readonly string[]) => patterns.map((pattern) => bucket.arnForObjects(pattern));
  allow('s3:GetObject', objects(get));
  allow('s3:PutObject', objects(put));
  allow('s3:DeleteObject', objects(remove));
  if (list.length > 0) allow('s3:ListBucket', [bucket.bucketArn], { StringLike: { 's3:prefix': list } });
  // Writing in parts decrypts too, so whoever writes has both.
  const actions = put.length > 0 ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
  bucket.encryptionKey?.grant(role, ...actions);
  acknowledgeWildcards(
    role,
    objects([...get, ...put, ...remove]),
    'Keys hold ids of runs, accounts, regions and clusters, known only when a scan is at work.',
  );
}
