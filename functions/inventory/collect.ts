import type { z } from 'zod';
import { isoSeconds } from '../versions/days.ts';
import { appliedVersionsNotebook } from './applied-versions.ts';
import type { CollectContext, Evidence } from './define-evidence.ts';
import { CollectionError, errorCodeOf, messageOf } from './error-codes.ts';
import { type Cluster, eksCluster } from './evidence/eks-cluster.ts';
import { evidenceList } from './evidence/list.ts';
import type { ClusterIdentity, Collection, Inventory } from './inventory.ts';
import type { ClusterEndpoint, ClusterSources } from './ports.ts';

export interface CollectOptions {
  readonly cluster: ClusterIdentity;
  readonly sources: ClusterSources;
  /** Objects per page of a Kubernetes list. */
  readonly pageSize: number;
  /** Ends the collection: what was not read by then is `unavailable(Timeout)`. */
  readonly deadline: AbortSignal;
  /** Kinds of evidence to leave out, as `NotRequested`: all Kubernetes keys of an AWS-only cluster, pods, opt-ins that are off. */
  readonly isRequested: (evidence: Pick<AnyEvidence, 'key' | 'optIn'>, cluster: () => Promise<Cluster>) => boolean | Promise<boolean>;
  readonly clock: () => Date;
  /** What the scan cost so far; read at the end. */
  readonly cost: () => Omit<Collection, 'durationMs'>;
  /** Called with each key that is done, for a progress line. */
  readonly onProgress?: (key: string, status: 'collected' | 'unavailable') => void;
}

/** A key that no check reads yet is left out of the inventory, which counts as `NotRequested`. */
const collectable: readonly AnyEvidence[] = evidenceList.filter((kind) => kind.collect);

type Entry = Inventory['evidence'][string];
type AnyEvidence = Evidence<string, z.ZodType>;

/** Collects everything that was requested of one cluster. Never throws for a source: each ends as `collected` or `unavailable`. */
export async function collectInventory(options: CollectOptions): Promise<Inventory> {
  const startedAt = options.clock();
  const collectOne = memoizedCollector(options, startedAt);
  const evidence = await Promise.all(
    collectable.map(async (kind): Promise<[string, Entry]> => {
      const entry = await settle(kind, collectOne);
      if (entry.status === 'collected' || entry.code !== 'NotRequested') options.onProgress?.(kind.key, entry.status);
      return [kind.key, entry];
    }),
  );
  return {
    schemaVersion: '1',
    collectedAt: isoSeconds(startedAt),
    cluster: options.cluster,
    evidence: Object.fromEntries(evidence),
    collection: { durationMs: options.clock().getTime() - startedAt.getTime(), ...options.cost() },
  };
}

async function settle(kind: AnyEvidence, collectOne: (kind: AnyEvidence) => Promise<unknown>): Promise<Entry> {
  try {
    return { status: 'collected', data: await collectOne(kind) };
  } catch (error) {
    return { status: 'unavailable', code: errorCodeOf(error), message: messageOf(error) };
  }
}

/** Each key is collected at most once, whoever asks; the deadline ends the waiting even where a port does not notice it. */
function memoizedCollector(options: CollectOptions, now: Date): (kind: AnyEvidence) => Promise<unknown> {
  const running = new Map<string, Promise<unknown>>();
  const context = collectContext(options, now, (kind) => beforeDeadline(options.deadline, kind.key, collectOne(kind)));
  const collectOne = (kind: AnyEvidence): Promise<unknown> => {
    const known = running.get(kind.key);
    if (known) return known;
    const started = start(kind);
    running.set(kind.key, started);
    return started;
  };
  const start = async (kind: AnyEvidence) => {
    const requested = await options.isRequested(kind, () => context.evidence(eksCluster));
    if (!kind.collect || !requested) throw new CollectionError('NotRequested', 'left out by the configuration');
    return beforeDeadline(options.deadline, kind.key, kind.collect(context), lastWord);
  };
  return collectOne;
}

/** Answers to the first request that no other request will improve on; a mere `Forbidden` on /version says nothing about the lists. */
const hopeless: ReadonlySet<string> = new Set(['EndpointUnreachable', 'Timeout', 'Unauthorized', 'AccessNotConfigured']);

function collectContext(options: CollectOptions, now: Date, collectOne: (kind: AnyEvidence) => Promise<unknown>): CollectContext {
  const { sources, cluster, pageSize } = options;
  const appliedVersions = appliedVersionsNotebook();
  const connect = async () => {
    const endpoint = sources.endpoint ?? endpointOf(cluster.name, await context.evidence(eksCluster));
    const kubernetes = appliedVersions.watch(await sources.connectKubernetes(endpoint));
    const [version] = await Promise.allSettled([kubernetes.get('/version')]);
    if (version.status === 'rejected' && hopeless.has(errorCodeOf(version.reason))) throw version.reason;
    return { kubernetes, version };
  };
  let connection: ReturnType<typeof connect> | undefined;
  const connected = () => {
    connection ??= connect();
    return connection;
  };
  const context: CollectContext = {
    clusterName: cluster.name,
    now,
    sources,
    pageSize,
    appliedVersions,
    evidence: <S extends z.ZodType>(other: Evidence<string, S>) => collectOne(other) as Promise<z.output<S>>,
    kubernetes: async () => (await connected()).kubernetes,
    kubernetesVersion: async () => {
      const { version } = await connected();
      if (version.status === 'rejected') throw version.reason;
      return version.value;
    },
  };
  return context;
}

function endpointOf(name: string, { status, endpoint, certificateAuthority }: Cluster): ClusterEndpoint {
  if (endpoint && certificateAuthority?.data) return { name, endpoint, certificateAuthorityData: certificateAuthority.data };
  throw new CollectionError('NotYetAvailable', `cluster ${name} is ${status} and has no endpoint yet; scan it again when it is ACTIVE`);
}

/** A collector that waited for another key hears first that it did not come in time: it may still give what it has. */
const lastWord = (end: () => void): void => void setImmediate(end);

function beforeDeadline<T>(
  deadline: AbortSignal,
  key: string,
  work: Promise<T>,
  whenItPasses = (end: () => void): void => end(),
): Promise<T> {
  const timeout = () => new CollectionError('Timeout', `${key} was not read before the deadline`);
  return new Promise((resolve, reject) => {
    const onAbort = () => whenItPasses(() => reject(timeout()));
    if (deadline.aborted) reject(timeout());
    deadline.addEventListener('abort', onAbort, { once: true });
    // What fails after the deadline fails because of it, whatever it says.
    work
      .then(resolve, (error) => reject(deadline.aborted ? timeout() : error))
      .finally(() => deadline.removeEventListener('abort', onAbort));
  });
}
