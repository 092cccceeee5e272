import * as z from 'zod';
import { listedKindOf, removedApiOf } from '../versions/removed-apis.ts';
import type { KubernetesPort } from './ports.ts';

/** An object that somebody applied through an API version of the table of removed APIs. */
export interface AppliedVersion {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly manager: string | null;
  readonly source: 'managedFields' | 'last-applied';
}

/** Notes, while lists are read for other evidence, through which API versions their objects were applied: without a request of its own, and
 *  before an object is trimmed to what its evidence keeps. */
export interface AppliedVersions {
  /** The same port; the objects of its lists are noted as their pages pass by. */
  watch(port: KubernetesPort): KubernetesPort;
  /** What was noted so far, in no particular order, each once. */
  seen(): AppliedVersion[];
}

export function appliedVersionsNotebook(): AppliedVersions {
  const noted = new Map<string, AppliedVersion>();
  async function* noting(pages: AsyncIterable<unknown>, kind: string): AsyncIterable<unknown> {
    for await (const page of pages) {
      for (const row of rowsOf(page, kind)) noted.set(JSON.stringify(row), row);
      yield page;
    }
  }
  return {
    watch: (port) => ({
      get: (path) => port.get(path),
      lines: (path) => port.lines(path),
      list: (path, options) => {
        const kind = listedKindOf(path);
        return kind === undefined ? port.list(path, options) : noting(port.list(path, options), kind);
      },
    }),
    seen: () => [...noted.values()],
  };
}

const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';
const clientSideApply = 'kubectl-client-side-apply';

/** Read loosely: what does not look like the metadata of an object is the business of the evidence that the list is read for. */
const entry = z.object({
  manager: z.string().catch(''),
  operation: z.string().catch(''),
  apiVersion: z.string().catch(''),
  time: z.string().nullish().catch(null),
  subresource: z.string().nullish().catch(null),
});
type Entry = z.output<typeof entry>;

const object = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().nullish().catch(null),
    annotations: z
      .object({ [lastAppliedAnnotation]: z.string().optional().catch(undefined) })
      .nullish()
      .catch(null),
    managedFields: z.array(entry.nullable().catch(null)).nullish().catch(null),
  }),
});

type Metadata = z.output<typeof object>['metadata'];

function rowsOf(page: unknown, kind: string): AppliedVersion[] {
  const items = member(page, 'items');
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown) => {
    const parsed = mentionsRemoved(member(item, 'metadata'), kind) ? object.safeParse(item) : undefined;
    return parsed?.success ? rowsOfObject(parsed.data.metadata, kind) : [];
  });
}

/** Almost no object does, and there may be ten thousand: most need not be parsed, which would take longer than reading the page. */
function mentionsRemoved(metadata: unknown, kind: string): boolean {
  const entries = member(metadata, 'managedFields');
  const versions = Array.isArray(entries) ? entries.map((one: unknown) => member(one, 'apiVersion')) : [];
  const lastApplied = member(member(metadata, 'annotations'), lastAppliedAnnotation);
  if (typeof lastApplied === 'string') versions.push(apiVersionOf(lastApplied));
  return versions.some((version) => typeof version === 'string' && removedApiOf(version, kind) !== undefined);
}

function member(of: unknown, key: string): unknown {
  return typeof of === 'object' && of !== null && Object.hasOwn(of, key) ? Reflect.get(of, key) : undefined;
}

/** Managers that are a part of the control plane. AWS upgrades them with it, and nobody else can.
 *  @see https://kubernetes.io/docs/concepts/cluster-administration/flow-control/ for the first */
export function isControlPlaneManager(manager: string): boolean {
  return manager.startsWith('api-priority-and-fairness-config-') || controlPlane.has(manager);
}

const controlPlane: ReadonlySet<string> = new Set(['eks-internal', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']);

/** What still holds of the versions through which one object was applied. Of one manager the newest entry counts: fields that a later update
 *  did not touch keep an older entry alive. What `kubectl apply` left, its entry and its annotation, is stale once somebody applied the object
 *  server-side after it. */
function rowsOfObject({ name, namespace, annotations, managedFields }: Metadata, kind: string): AppliedVersion[] {
  const entries = (managedFields ?? []).filter(
    (one): one is Entry => one !== null && one.apiVersion !== '' && !isControlPlaneManager(one.manager),
  );
  const newestOf = new Map<string, Entry>();
  for (const one of entries) {
    const known = newestOf.get(actorOf(one));
    if (!known || timeOf(one) > timeOf(known)) newestOf.set(actorOf(one), one);
  }
  const current = [...newestOf.values()];
  const lastServerSide = Math.max(...current.filter(({ operation }) => operation === 'Apply').map(timeOf), Number.NEGATIVE_INFINITY);
  const byClient = current.filter(({ manager, operation }) => manager === clientSideApply && operation !== 'Apply');
  // Without an entry nobody knows when the annotation was written: any server-side apply then speaks for the object.
  const stale = lastServerSide > Math.max(...byClient.map(timeOf), Number.NEGATIVE_INFINITY);

  const what = { kind, namespace: namespace ?? null, name };
  const rows = current
    .filter((one) => !(stale && byClient.includes(one)) && removedApiOf(one.apiVersion, kind))
    .map(({ apiVersion, manager }): AppliedVersion => ({ apiVersion, ...what, manager, source: 'managedFields' }));
  const text = annotations?.[lastAppliedAnnotation];
  const lastApplied = stale || text === undefined ? undefined : apiVersionOf(text);
  if (lastApplied === undefined || !removedApiOf(lastApplied, kind) || rows.some(({ apiVersion }) => apiVersion === lastApplied))
    return rows;
  return [...rows, { apiVersion: lastApplied, ...what, manager: byClient[0]?.manager ?? null, source: 'last-applied' }];
}

/** One manager that writes the object in one way. */
function actorOf({ manager, operation, subresource }: Entry): string {
  return JSON.stringify([manager, operation, subresource ?? '']);
}

/** Milliseconds; an entry without a time that can be read is older than any other. */
function timeOf({ time }: Entry): number {
  const milliseconds = Date.parse(time ?? '');
  return Number.isNaN(milliseconds) ? Number.NEGATIVE_INFINITY : milliseconds;
}

/** kubectl writes JSON with sorted keys, so the apiVersion stands first and the rest need not be parsed. */
const beginsWithApiVersion = /^\{"apiVersion":"([^"\\]+)"/;
const withApiVersion = z.object({ apiVersion: z.string() });

/** The apiVersion of a last-applied configuration. Nothing else of it is looked at: it may hold secrets. */
function apiVersionOf(text: string): string | undefined {
  const first = beginsWithApiVersion.exec(text)?.[1];
  if (first !== undefined) return first;
  try {
    return withApiVersion.safeParse(JSON.parse(text)).data?.apiVersion;
  } catch {
    return undefined;
  }
}
