import { S3ServiceException } from '@aws-sdk/client-s3';
import { CollectionError, type ErrorCode } from '../../inventory/error-codes.ts';
import { awsError } from './errors.ts';

interface Meaning {
  readonly names: RegExp;
  readonly code: ErrorCode;
  /** What to do. */
  readonly advice: string;
}

/** What only S3 says. First match counts.
 *  @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const meanings: readonly Meaning[] = [
  {
    names: /^NoSuchBucket$/,
    code: 'NotFound',
    advice: 'check the name: the bucket of a deployment is the output FindingsBucketName of its stack EksGreenlight',
  },
  {
    names: /^InvalidAccessKeyId$/,
    code: 'Unauthorized',
    advice: 'the key does not exist any more: sign in again, or check AWS_PROFILE and the AWS_* variables with aws sts get-caller-identity',
  },
  {
    names: /^(PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)$/,
    code: 'NotFound',
    advice: 'set AWS_REGION to the region of the bucket',
  },
  {
    names: /^(ConditionalRequestConflict|OperationAborted)$/,
    code: 'Throttled',
    advice: 'others kept writing this object at the same time; try again',
  },
];

/** Without `s3:ListBucket`, S3 does not say that an object is missing. */
const missingLooksDenied = 'allow it, and s3:ListBucket, without which S3 also answers so where there is no such object';

/** Anything thrown by a call to S3 as a `CollectionError`.
 *  @param action IAM action, e.g. `s3:PutObject`
 *  @param target `s3://bucket/key` */
export function s3Error(error: unknown, action: string, target: string): CollectionError {
  if (!(error instanceof S3ServiceException)) return awsError(error, { action, target });
  const say = (code: ErrorCode, advice: string) =>
    new CollectionError(code, `${action} of ${target}: ${error.name}: ${error.message.replace(/\.$/, '')}; ${advice}`, { cause: error });
  if (error.name === 'AccessDenied' && action === 's3:GetObject') return say('AccessDenied', missingLooksDenied);
  const known = meanings.find(({ names }) => names.test(error.name));
  return known ? say(known.code, known.advice) : awsError(error, { action, target });
}
