import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type LifecycleRule, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Days after which the objects below a prefix expire. What is not named (configuration, state, rotations) is kept. */
const RETENTION_DAYS = { 'inventory/': 90, 'runs/': 400, 'findings/': 400 };

/** The only store of the product: one bucket, and the key that encrypts it. Both outlive the stack, because a bucket without its key is
 *  unreadable. */
export class FindingsStore extends Construct {
  readonly bucket: Bucket;
  readonly encryptionKey: Key;

  constructor(scope: Construct, id: string) {
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
