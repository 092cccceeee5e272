/** Codes of Node.js that mean: no connection to the server came about, or it was lost. */
const connectionCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EPROTO',
]);

/** Codes that OpenSSL and Node.js give when a certificate is not trusted, has expired or names another host.
 *  @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const trustCode = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|ERR_TLS_|ERR_SSL_)/;

/** `code` of an error of Node.js, or of the first of an `AggregateError` (several addresses tried). */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? systemCodeOf(error.errors[0]) : undefined;
}

/** One phrase if the error means that the endpoint cannot be reached, else undefined. */
export function unreachableReason(error: unknown): string | undefined {
  const code = systemCodeOf(error);
  if (code === undefined) return undefined;
  const text = error instanceof Error && error.message !== '' ? `${code}: ${error.message}` : code;
  if (trustCode.test(code)) return `the certificate of the server is not trusted (${text})`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host name does not resolve (${text})`;
  if (code === 'ECONNREFUSED') return `the connection was refused (${text})`;
  return connectionCodes.has(code) ? `the connection failed (${text})` : undefined;
}
