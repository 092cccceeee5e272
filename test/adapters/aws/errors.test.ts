import { describe, expect, it } from 'vitest';
import { awsError } from '../../../functions/adapters/aws/errors.ts';
import { CollectionError } from '../../../functions/inventory/error-codes.ts';

const named = (name: string, message = 'x', more: object = {}) => Object.assign(new Error(message), { name, ...more });
const codeOf = (error: unknown, action = 'eks:ListClusters', deadline?: AbortSignal) =>
  awsError(error, { action, target: 'clusters in eu-west-1', deadline }).code;

describe('errors of AWS', () => {
  it.each([
    ['ThrottlingException', 'Throttled'],
    ['TooManyRequestsException', 'Throttled'],
    ['RequestLimitExceeded', 'Throttled'],
    ['AccessDeniedException', 'AccessDenied'],
    ['AccessDenied', 'AccessDenied'],
    ['UnauthorizedOperation', 'AccessDenied'],
    ['ResourceNotFoundException', 'NotFound'],
    ['OptInRequired', 'RegionDisabled'],
    ['RegionDisabledException', 'RegionDisabled'],
    ['UnrecognizedClientException', 'RegionDisabled'],
    ['AuthFailure', 'RegionDisabled'],
    ['ExpiredTokenException', 'Unauthorized'],
    ['ExpiredToken', 'Unauthorized'],
    ['RequestExpired', 'Unauthorized'],
    ['CredentialsProviderError', 'Unauthorized'],
    ['TokenProviderError', 'Unauthorized'],
    ['InvalidSignatureException', 'Unauthorized'],
    ['ResourceInUseException', 'Throttled'],
    ['ScalingActivityInProgressFault', 'Throttled'],
    ['ResourceContentionFault', 'Throttled'],
    ['ResourceContention', 'Throttled'],
    ['ResourceInUseFault', 'Throttled'],
    ['InstanceRefreshInProgressFault', 'Throttled'],
    ['NoSuchResourceException', 'NotFound'],
    ['TargetGroupNotFoundException', 'NotFound'],
    ['InvalidParameterException', 'Internal'],
    ['ValidationError', 'Internal'],
    ['ServerException', 'Internal'],
  ])('%s is %s', (name, code) => {
    expect(codeOf(named(name))).toBe(code);
  });

  it.each(['InvalidClientTokenId', 'UnrecognizedClientException'])(
    '%s of STS is Unauthorized: nothing proved the credentials yet',
    (name) => {
      expect(codeOf(named(name), 'sts:GetCallerIdentity')).toBe('Unauthorized');
    },
  );

  it.each([
    ['InvalidRequestException', 'Nodegroup cannot be updated as it is currently not in Active State', 'Throttled'],
    ['InvalidRequestException', 'The request is invalid', 'Internal'],
    ['InvalidParameterException', 'The parameter maxSize is not in range', 'Internal'],
    ['ValidationError', 'AutoScalingGroup name not found - AutoScalingGroup x not found', 'NotFound'],
    ['ValidationError', 'Desired capacity:5 must be between the specified min size:1 and max size:3', 'Internal'],
  ])('%s that says "%s" is %s', (name, message, code) => {
    expect(codeOf(named(name, message), 'autoscaling:UpdateAutoScalingGroup')).toBe(code);
  });

  it('tells a connection that does not come about from an answer that does not come', () => {
    // The SDK calls all of these TimeoutError.
    expect(codeOf(named('TimeoutError', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }))).toBe('EndpointUnreachable');
    expect(codeOf(named('TimeoutError', 'the request socket did not establish a connection with the server'))).toBe('EndpointUnreachable');
    expect(codeOf(named('TimeoutError', 'exceeded the configured 30000 ms requestTimeout', { code: 'ETIMEDOUT' }))).toBe('Timeout');
    expect(codeOf(named('Error', 'getaddrinfo', { code: 'ENOTFOUND' }))).toBe('EndpointUnreachable');
    expect(codeOf(named('Error', 'self-signed', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }))).toBe('EndpointUnreachable');
  });

  it('is Timeout once the deadline has passed, whatever the SDK made of it', () => {
    expect(codeOf(named('AbortError'), 'eks:ListClusters', AbortSignal.abort())).toBe('Timeout');
    expect(codeOf(named('ThrottlingException'), 'eks:ListClusters', AbortSignal.abort())).toBe('Timeout');
  });

  it('passes on what is a CollectionError already, e.g. of the credentials', () => {
    const denied = new CollectionError('AssumeRoleDenied', 'no');
    expect(awsError(denied, { action: 'eks:ListClusters', target: 'x' })).toBe(denied);
  });

  it('says what was attempted, what came back, and how to sign in', () => {
    const { message } = awsError(named('ExpiredTokenException', 'The security token included in the request is expired.\n  hint'), {
      action: 'eks:ListClusters',
      target: 'clusters in eu-west-1',
    });
    expect(message).toMatch(
      /^eks:ListClusters of clusters in eu-west-1: ExpiredTokenException: The security token .* is expired; sign in again \(aws sso login/,
    );
    expect(message).not.toContain('hint');
  });
});
