import * as z from 'zod';
import { CollectionError, type ErrorCode } from '../../inventory/error-codes.ts';
import type { Answer } from './api-server.ts';

/** `Status` of the Kubernetes API, the body of every error.
 *  @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
const status = z.object({
  kind: z.literal('Status'),
  message: z.string().nullish(),
  metadata: z.object({ continue: z.string().nullish() }).nullish(),
});

/** The body as JSON.
 *  @throws CollectionError InvalidResponse when it is something else, e.g. the page of a proxy */
export function jsonOf({ body, headers }: Answer, what: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const type = headers['content-type'] ?? 'no content type';
    const hint = type.includes('html') ? '; is there a proxy between here and the API server?' : '';
    throw new CollectionError('InvalidResponse', `${what}: answered ${body.length} characters (${type}) that are not JSON${hint}`, {
      cause: error,
    });
  }
}

/** An answer that is not 200 as an error. 401 depends on what came before, see `unauthorized`. */
export function errorOf(answer: Answer, what: string): CollectionError {
  const { code, advice } = meaningOf(answer.status);
  return new CollectionError(code, `${what}: ${describe(answer)}${advice}`);
}

function meaningOf(httpStatus: number): { readonly code: ErrorCode; readonly advice: string } {
  if (httpStatus === 403) return { code: 'Forbidden', advice: '; apply docs/reference/cluster-role.yaml' };
  if (httpStatus === 404) return { code: 'NotFound', advice: '' };
  if (httpStatus === 410)
    return { code: 'InvalidResponse', advice: '; the list took longer than the API server keeps it, scan again or with a larger pageSize' };
  if (httpStatus === 429) return { code: 'Throttled', advice: '; scan again when the API server has less to do' };
  // Whoever answers these in front of an API server that does not.
  if (httpStatus >= 502 && httpStatus <= 504) return { code: 'EndpointUnreachable', advice: '; scan again when the API server is healthy' };
  if (httpStatus >= 300 && httpStatus < 400)
    return { code: 'InvalidResponse', advice: '; an API server does not redirect, is this a proxy?' };
  return { code: 'Internal', advice: '' };
}

export interface Unauthorized {
  readonly clusterName: string;
  /** @default the reader's own */
  readonly region?: string | undefined;
  /** ARN of the IAM role or user of the token. */
  readonly principalArn: string;
  /** A request of this connection was answered with something else than 401. */
  readonly letInBefore: boolean;
  readonly now: Date;
}

/** Tokens are refused when the clocks differ by more than their 15 minutes; from here on, the clock is the likely reason. */
const tolerableSkewMs = 10 * 60_000;

/** 401 to a fresh token. EKS says so to a valid principal that has no access entry and no line in aws-auth, which is the usual reason. */
export function unauthorized(
  answer: Answer,
  what: string,
  { clusterName, region, principalArn, letInBefore, now }: Unauthorized,
): CollectionError {
  const refused = `${what}: ${describe(answer)} to a fresh token`;
  const serverTime = Date.parse(answer.headers.date ?? '');
  const skewMs = Number.isNaN(serverTime) ? 0 : Math.abs(now.getTime() - serverTime);
  if (skewMs > tolerableSkewMs)
    return new CollectionError(
      'Unauthorized',
      `${refused}; the clock of this machine is ${Math.round(skewMs / 60_000)} minutes off, set it`,
    );
  if (letInBefore)
    return new CollectionError('Unauthorized', `${refused}, although one was accepted before; was the access entry removed?`);
  const place = region === undefined ? '' : `--region ${region} `;
  return new CollectionError(
    'AccessNotConfigured',
    `${refused}; ${principalArn} has no access to the cluster. Where the authentication mode has API: aws eks create-access-entry ` +
      `${place}--cluster-name ${clusterName} --principal-arn ${principalArn} --kubernetes-groups eks-greenlight:scan; where it is CONFIG_MAP: ` +
      'a line in aws-auth. An administrator does all of it, the ClusterRole too, with ' +
      `greenlight access apply ${place}--cluster ${clusterName} --principal-arn ${principalArn}; docs/guide/first-cluster.md shows it step by step`,
  );
}

/** The continue token that comes with 410, with which the list goes on behind the last key that was read. */
export function inconsistentContinue(answer: Answer): string | undefined {
  return statusOf(answer)?.metadata?.continue || undefined;
}

/** What came back, in the words of the API server. */
export function describe(answer: Answer): string {
  const message = statusOf(answer)?.message;
  return message ? `answered ${answer.status}: ${message}` : `answered ${answer.status}`;
}

function statusOf({ body }: Answer): z.output<typeof status> | undefined {
  try {
    return status.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
