import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type LifecycleRule, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Days after which the objects below a prefix expire. What is not named (configuration, state, rotations) is kept. A catalogue is read on
 *  its day only, what an in-cluster collector wrote for 36 hours. */
const RETENTION_DAYS = { 'inventory/': 90, 'runs/': 400, 'findings/': 400, 'catalog/': 90, 'inbox/': 30 };

export interface FindingsStoreProps {
  /** Accounts, or the organization, whose in-cluster collectors may write: each account below `inbox/<its id>/` and nowhere else.
   *  @default no other account reaches the bucket */
  readonly inboxWriters?: readonly IPrincipal[];
}

/** The only store of the product: one bucket, and the key that encrypts it. Both outlive the stack, because a bucket without its key is
 *  unreadable. */
export class FindingsStore extends Construct {
  readonly bucket: Bucket;
  readonly encryptionKey: Key;

  constructor(scope: Construct, id: string, { inboxWriters = [] }: FindingsStoreProps = {}) {
    super(scope, id);
    this.encryptionKey = new Key(this, 'Key', {
      description: 'EKS Greenlight: findings, inventories, notifications',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.encryptionKey,
      // One data key for many objects: a scan of a large fleet would otherwise pay a KMS request for each of its puts.
      bucketKeyEnabled: true,
      versioned: true,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [...Object.entries(RETENTION_DAYS).map(([prefix, days]) => expiry(prefix, days)), housekeeping],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Server access logs are delivered on a best-effort basis and need a second bucket that cannot have a customer managed key. ' +
        'Whoever has to audit reads enables CloudTrail data events for this bucket, which name the principal of every request.',
    });
    if (inboxWriters.length > 0) this.openInbox(inboxWriters);
  }

  /** Collectors write and never read, not even what they wrote: a data key is enough for one put, Decrypt stays with this account. */
  private openInbox(principals: readonly IPrincipal[]): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AccountsWriteTheirOwnInbox',
        principals: [...principals],
        actions: ['s3:PutObject'],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, which IAM fills in with the account of the caller.
        resources: [this.bucket.arnForObjects('inbox/${aws:PrincipalAccount}/*')],
      }),
    );
    this.encryptionKey.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AccountsEncryptForTheirInbox',
        principals: [...principals],
        actions: ['kms:GenerateDataKey'],
        // In a key policy "*" is the key that carries it.
        resources: ['*'],
        // The name of the bucket would make a circle, since the bucket names its key: the policy of the bucket says which objects.
        conditions: { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
      }),
    );
  }
}

const expiry = (prefix: string, days: number): LifecycleRule => ({
  id: `expire-${prefix.slice(0, -1)}`,
  prefix,
  expiration: Duration.days(days),
});

/** For the whole bucket: what expired or was overwritten stays 30 days more, then nothing of it is left, delete markers included. */
const housekeeping: LifecycleRule = {
  id: 'housekeeping',
  noncurrentVersionExpiration: Duration.days(30),
  expiredObjectDeleteMarker: true,
  abortIncompleteMultipartUploadAfter: Duration.days(7),
};
