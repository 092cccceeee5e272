/** Why a piece of evidence, a cluster or a target could not be read: a closed list. Additions are documented
 *  in docs/reference/error-codes.md. State machines match on the name of an error, so every class carries its code as `name`. */
export const errorCodes = [
  'AssumeRoleDenied',
  'AccessDenied',
  'AccessNotConfigured',
  'RegionDisabled',
  'AccountNotActive',
  'Throttled',
  'EndpointUnreachable',
  'Unauthorized',
  'Forbidden',
  'NotFound',
  'Timeout',
  'InvalidResponse',
  'NotYetAvailable',
  'NotRequested',
  'TargetNotOffered',
  'Internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Thrown by adapters and collectors. The message says what was attempted, on what, and what came back. */
export class CollectionError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = code;
    this.code = code;
  }
}

/** The code of anything thrown: what an error of ours carries as its name, `Internal` for what nobody expected. */
export function errorCodeOf(error: unknown): ErrorCode {
  const name = error instanceof Error ? error.name : undefined;
  return errorCodes.find((code) => code === name) ?? 'Internal';
}

/** What anything thrown says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
