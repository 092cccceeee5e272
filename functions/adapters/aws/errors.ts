import { CollectionError, type ErrorCode } from '../../inventory/error-codes.ts';
import { unreachableReason } from '../network-errors.ts';

/** One call, as an error message names it. */
export interface AwsCall {
  /** IAM action, e.g. `eks:DescribeCluster`. */
  readonly action: string;
  /** What was asked for, e.g. `cluster payments in eu-west-1`. */
  readonly target: string;
  readonly deadline?: AbortSignal | undefined;
}

interface Meaning {
  /** Names of errors, as the services and the SDK give them. */
  readonly names: RegExp;
  /** And what they say, where a name has several meanings. @default anything */
  readonly says?: RegExp;
  readonly code: ErrorCode;
  /** What to do. */
  readonly advice: string;
}

const login =
  'sign in again (aws sso login, with --profile if you use one), or check AWS_PROFILE and the AWS_* variables with aws sts get-caller-identity';

const lookUp = 'check name, account and region';

/** What the errors of the services mean. First match counts. */
const meanings: readonly Meaning[] = [
  {
    names: /^(Throttl\w*|TooManyRequests\w*|RequestLimitExceeded|RequestThrottled\w*|EC2ThrottledException|SlowDown)$/,
    code: 'Throttled',
    advice: 'scan fewer clusters at once (concurrency in greenlight.yaml) or at another time',
  },
  {
    names: /^(AccessDenied\w*|UnauthorizedOperation)$/,
    code: 'AccessDenied',
    advice: 'allow the action: docs/reference/permissions.md has the policy',
  },
  {
    // Not too many requests, but one too early: the same request is right once what is under way has ended.
    names:
      /^(ResourceInUseException|ResourceConflictException|((ScalingActivity|InstanceRefresh|IdempotentCall)InProgress|ResourceContention|ResourceInUse)(Fault)?)$/,
    code: 'Throttled',
    advice: 'it is there already, or another change of it is under way: look again later',
  },
  {
    names: /^Invalid(Request|Parameter)Exception$/,
    says: /not in (an? )?active state|update.* in progress/i,
    code: 'Throttled',
    advice: 'another change of it is under way: look again later',
  },
  { names: /^(ResourceNotFoundException|NotFoundException|NoSuchResourceException)$/, code: 'NotFound', advice: lookUp },
  { names: /^(TargetGroup|LoadBalancer)NotFound(Exception)?$/, code: 'NotFound', advice: lookUp },
  { names: /^InvalidLaunchTemplate(Id\.NotFound|Name\.NotFoundException)$/, code: 'NotFound', advice: lookUp },
  // Auto Scaling has no name of its own for what does not exist.
  { names: /^ValidationError$/, says: /\bnot found\b/i, code: 'NotFound', advice: lookUp },
  {
    names: /^(RegionDisabledException|OptInRequired)$/,
    code: 'RegionDisabled',
    advice: 'enable the region for the account or leave it out of regions in greenlight.yaml',
  },
  {
    names: /^(ExpiredToken\w*|RequestExpired|CredentialsProviderError|TokenProviderError|TokenRefreshRequired)$/,
    code: 'Unauthorized',
    advice: login,
  },
  {
    names: /^(SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature\w*|RequestTimeTooSkewed|MissingAuthentication\w*)$/,
    code: 'Unauthorized',
    advice: `check the clock of this machine and the secret key, or ${login}`,
  },
  {
    names: /^(Validation\w*|InvalidParameter\w*|InvalidRequest\w*|BadRequest\w*)$/,
    code: 'Internal',
    advice: 'this is a defect unless the name is misspelt: report it with this message',
  },
];

/** The token is unknown where it was used. STS, where every scan begins, thereby says that the credentials are bad; a region that answers
 *  so later, when STS accepted them, is not enabled for the account.
 *  @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html */
const unknownToken = /^(UnrecognizedClientException|InvalidClientTokenId|AuthFailure)$/;

function meaningOf({ name, message }: Error, action: string): Omit<Meaning, 'names'> {
  if (unknownToken.test(name))
    return action.startsWith('sts:')
      ? { code: 'Unauthorized', advice: login }
      : { code: 'RegionDisabled', advice: 'enable the region for the account or leave it out of regions in greenlight.yaml' };
  return meanings.find(({ names, says }) => names.test(name) && (says?.test(message) ?? true)) ?? { code: 'Internal', advice: '' };
}

/** Anything thrown by an SDK call as a `CollectionError`: what was attempted, on what, what came back, what to do. */
export function awsError(error: unknown, call: AwsCall): CollectionError {
  if (error instanceof CollectionError) return error;
  const attempt = `${call.action} of ${call.target}`;
  const fail = (code: ErrorCode, outcome: string) => new CollectionError(code, `${attempt}: ${outcome}`, { cause: error });
  if (call.deadline?.aborted) return fail('Timeout', 'not answered before the deadline');
  if (!(error instanceof Error)) return fail('Internal', String(error));
  const unreachable = unreachableReason(error);
  if (unreachable) return fail('EndpointUnreachable', `${unreachable}; check network, proxy and region`);
  if (error.name === 'TimeoutError') return timeout(error, fail);
  if (/^Region is missing/.test(error.message)) return fail('Internal', 'no region is configured; give --region or set AWS_REGION');
  const { code, advice } = meaningOf(error, call.action);
  const answer = `${error.name}: ${firstLine(error.message)}`;
  return fail(code, advice === '' ? answer : `${answer}; ${advice}`);
}

/** The SDK has one name for two things: no connection within the time allowed, and no answer. */
function timeout(error: Error, fail: (code: ErrorCode, outcome: string) => CollectionError): CollectionError {
  return error.message.includes('did not establish a connection')
    ? fail('EndpointUnreachable', 'no connection within the time allowed; check network, proxy and region')
    : fail('Timeout', 'connected, but no answer within the time allowed');
}

/** The SDK adds hints for programmers in further lines. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim().replace(/\.$/, '') ?? '';
}
