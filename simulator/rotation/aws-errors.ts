import { CollectionError, type ErrorCode } from '../../functions/inventory/error-codes.ts';

/** What the adapters make of errors of the AWS APIs, by the beginning of their names. */
const codes: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^(Throttl|TooManyRequests|RequestLimitExceeded)/, 'Throttled'],
  [/^AccessDenied/, 'AccessDenied'],
  [/^(ResourceNotFound|NotFound)/, 'NotFound'],
  [/^Expired/, 'Unauthorized'],
];

/** An error as an adapter throws it: `eks:UpdateNodegroupConfig of node group a: ResourceInUseException: …` */
export function awsFailure(action: string, target: string, name: string, message: string): CollectionError {
  const code = codes.find(([names]) => names.test(name))?.[1] ?? 'Internal';
  return new CollectionError(code, `${action} of ${target}: ${name}: ${message}`);
}
