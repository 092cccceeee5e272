import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CollectionError, messageOf } from '../../inventory/error-codes.ts';
import type { ClusterEndpoint, KubernetesPort } from '../../inventory/ports.ts';
import { type TokenSource, tokenSource } from './token-source.ts';

/** How a pod finds the API server of its own cluster, and who it is there.
 *  @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
export interface PodPlace {
  /** KUBERNETES_SERVICE_HOST: a name or an address; IPv6 without brackets. */
  readonly host: string;
  /** KUBERNETES_SERVICE_PORT */
  readonly port: string;
  /** Folder with the files `token` and `ca.crt` of the service account. */
  readonly serviceAccountFolder: string;
}

/** The kubelet replaces the file long before a token ends; client-go reads it once a minute as well. */
const rereadMs = 60_000;

/** The API server as the pod sees it.
 *  @throws CollectionError NotFound when no service account is mounted */
export async function podEndpoint(name: string, { host, port, serviceAccountFolder }: PodPlace): Promise<ClusterEndpoint> {
  const certificateAuthority = await readMounted(serviceAccountFolder, 'ca.crt');
  return {
    name,
    endpoint: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    certificateAuthorityData: Buffer.from(certificateAuthority).toString('base64'),
  };
}

/** The token of the service account, read again every minute and whenever the server refuses it. */
export function serviceAccountTokens(folder: string, clock: () => Date = () => new Date()): TokenSource {
  const read = async () => {
    const token = (await readMounted(folder, 'token')).trim();
    if (token === '')
      throw new CollectionError('Unauthorized', `reading the token of the service account: ${join(folder, 'token')} is empty`);
    return { token, renewAt: new Date(clock().getTime() + rereadMs) };
  };
  return tokenSource(read, clock);
}

async function readMounted(folder: string, file: string): Promise<string> {
  const path = join(folder, file);
  return readFile(path, 'utf8').catch((error: unknown) => {
    const why = `reading the service account of this pod: ${messageOf(error)}`;
    throw new CollectionError('NotFound', `${why}; --in-cluster works in a pod that mounts its service account, see deploy/in-cluster`, {
      cause: error,
    });
  });
}

/** The same port, whose refusals say what to do about a service account: access entries are for IAM principals. */
export function askedByServiceAccount(port: KubernetesPort): KubernetesPort {
  return {
    get: (path) => port.get(path).catch(rethrow),
    list: (path, options) => rethrown(port.list(path, options)),
    lines: (path) => rethrown(port.lines(path)),
  };
}

async function* rethrown<T>(parts: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* parts;
  } catch (error) {
    rethrow(error);
  }
}

function rethrow(error: unknown): never {
  throw error instanceof CollectionError ? translated(error) : error;
}

function translated(error: CollectionError): CollectionError {
  const because = { cause: error };
  if (error.code === 'AccessNotConfigured') {
    const what = error.message.split(';', 1)[0];
    return new CollectionError(
      'Unauthorized',
      `${what}; the API server does not accept the token of this pod's service account: is it of another cluster, or was it deleted?`,
      because,
    );
  }
  if (error.code === 'Forbidden')
    return new CollectionError('Forbidden', `${error.message}, for the in-cluster collector the ClusterRole of deploy/in-cluster`, because);
  return error;
}
