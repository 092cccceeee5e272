import type { PodPlace } from '../functions/wiring/in-cluster.ts';

/** The only place of the command line that reads the process environment. */
export interface Environment {
  readonly columns: number;
  /** Colour on standard output, as NO_COLOR, FORCE_COLOR and the terminal say. */
  readonly color: boolean;
  /** Whether standard error is a terminal that can show a progress line. */
  readonly interactive: boolean;
  /** Standard output as a screen, on which a frame can be drawn over the one before. @default none: a file, a pipe, a dumb terminal */
  readonly screen?: { readonly rows: number } | undefined;
  readonly region: string | undefined;
  readonly user: string;
  /** Where the API server of the surrounding cluster and the service account are; absent outside of a pod. */
  readonly pod?: PodPlace | undefined;
}

/** Where the kubelet mounts it.
 *  @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

const narrowest = 60;
const plainWidth = 120;
const plainHeight = 24;

export function readEnvironment(): Environment {
  const { NO_COLOR, FORCE_COLOR, AWS_REGION, AWS_DEFAULT_REGION, USER, TERM } = process.env;
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== '';
  const allowed = (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
  return {
    columns: Math.max(narrowest, process.stdout.columns ?? plainWidth),
    color: forced || (allowed && process.stdout.isTTY === true),
    interactive: process.stderr.isTTY === true && TERM !== 'dumb',
    screen: process.stdout.isTTY === true && TERM !== 'dumb' ? { rows: process.stdout.rows || plainHeight } : undefined,
    region: AWS_REGION || AWS_DEFAULT_REGION,
    user: USER || 'unknown',
    pod: host && port ? { host, port, serviceAccountFolder } : undefined,
  };
}
