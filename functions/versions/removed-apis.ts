import * as z from 'zod';
import removedApisFacts from './facts/removed-apis.json' with { type: 'json' };
import { compareVersions, type KubernetesVersion, minorsBetween, parseVersion } from './kubernetes-version.ts';

/** One (apiVersion, kind) that Kubernetes has removed or will remove. */
export interface RemovedApi {
  /** `policy/v1beta1` */
  readonly apiVersion: string;
  readonly kind: string;
  /** The first minor that no longer serves it. */
  readonly removedIn: KubernetesVersion;
  /** The apiVersion to use instead; null where there is none, or none yet. */
  readonly replacement: string | null;
}

const facts = z
  .object({
    source: z.string().min(1),
    asOf: z.iso.date(),
    removed: z
      .array(
        z.object({
          apiVersion: z.string().regex(/^[a-z0-9.-]+\/v\d+(?:(?:alpha|beta)\d+)?$/),
          kind: z.string().regex(/^[A-Z][A-Za-z]+$/),
          removedIn: z.string().transform((text, context) => {
            const version = parseVersion(text);
            if (!version) context.addIssue('expected a version such as 1.22');
            return version ?? z.NEVER;
          }),
          replacement: z.string().nullable(),
          note: z.string().optional(),
        }),
      )
      .min(1),
  })
  .parse(removedApisFacts);

/** The day on which the table was last read from its source. */
export const removedApisAsOf: string = facts.asOf;

/** The table, in the order of the file. */
export const removedApis: readonly RemovedApi[] = facts.removed.map(({ apiVersion, kind, removedIn, replacement }) => ({
  apiVersion,
  kind,
  removedIn,
  replacement,
}));

const byName: ReadonlyMap<string, RemovedApi> = new Map(removedApis.map((api) => [`${api.apiVersion} ${api.kind}`, api]));

/** What the table knows of an object by the apiVersion and kind of its manifest; undefined for what is not to be removed. */
export function removedApiOf(apiVersion: string, kind: string): RemovedApi | undefined {
  return byName.get(`${apiVersion} ${kind}`);
}

/** What the table knows of a request, by the names of its URL and of metrics.
 *  @param resource plural, e.g. `poddisruptionbudgets`; for a subresource see `subresource`
 *  @param subresource e.g. `eviction` of `pods`, which is a kind of its own */
export function removedApiOfResource(apiVersion: string, resource: string, subresource?: string | null): RemovedApi | undefined {
  const ofItsOwn = subresource ? subresourceKinds.get(subresource) : undefined;
  if (ofItsOwn !== undefined) return removedApiOf(apiVersion, ofItsOwn);
  return removedApis.find((api) => api.apiVersion === apiVersion && resourceOf(api.kind) === resource);
}

/** Subresources whose body is another kind than that of the resource. */
const subresourceKinds: ReadonlyMap<string, string> = new Map([
  ['scale', 'Scale'],
  ['eviction', 'Eviction'],
  ['rollback', 'DeploymentRollback'],
]);

/** Kinds that are sent and answered and never stored: there is nothing to list. */
const neverStored: ReadonlySet<string> = new Set([
  ...subresourceKinds.values(),
  'JobTemplate',
  'TokenReview',
  'LocalSubjectAccessReview',
  'SelfSubjectAccessReview',
  'SelfSubjectRulesReview',
  'SelfSubjectReview',
  'SubjectAccessReview',
  'AdmissionReview',
  'APIGroupDiscovery',
]);

export function isStored({ kind }: Pick<RemovedApi, 'kind'>): boolean {
  return !neverStored.has(kind);
}

/** The plural under which Kubernetes serves a kind of its own: lower case, with the endings of English. It holds for every kind of the table.
 *  @see https://github.com/kubernetes/apimachinery/blob/master/pkg/api/meta/restmapper.go UnsafeGuessKindToResource */
export function resourceOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith('s')) return `${singular}es`;
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}

/** The kind that a collection path lists, e.g. `Ingress` for `/apis/networking.k8s.io/v1/ingresses`, if the table knows any version of that
 *  kind, be it in another group: `extensions/v1beta1` was where several began. */
export function listedKindOf(path: string): string | undefined {
  const parts = /^\/apis\/(?<group>[^/]+)\/[^/]+\/(?:namespaces\/[^/]+\/)?(?<resource>[^/?]+)$/.exec(path)?.groups;
  const kinds = parts?.group === undefined ? undefined : kindsByGroup.get(parts.group);
  return parts?.resource === undefined ? undefined : kinds?.get(parts.resource);
}

/** Kind by group and resource, for the groups of the rows and those of their replacements. */
const kindsByGroup: ReadonlyMap<string, ReadonlyMap<string, string>> = (() => {
  const groups = new Map<string, Map<string, string>>();
  for (const { apiVersion, kind, replacement } of removedApis.filter(isStored)) {
    for (const version of [apiVersion, ...(replacement === null ? [] : [replacement])]) {
      const group = groupOf(version);
      groups.set(group, (groups.get(group) ?? new Map<string, string>()).set(resourceOf(kind), kind));
    }
  }
  return groups;
})();

/** `networking.k8s.io` of `networking.k8s.io/v1`. */
export function groupOf(apiVersion: string): string {
  return apiVersion.split('/')[0] ?? '';
}

/** Betas are deprecated three minors before they are removed.
 *  @see https://kubernetes.io/docs/reference/using-api/deprecation-policy/ rule 4a */
const minorsFromDeprecationToRemoval = 3;

/** The versions through which a kind can be listed without using a deprecated API, the best first: what replaces it and is not to be removed,
 *  then betas that are not yet deprecated. A version that the server does not serve answers 404, and the next one is it.
 *  @param controlPlane undefined when nobody knows it: then no beta is sure not to be deprecated */
export function cleanVersionsOf(kind: string, controlPlane: KubernetesVersion | undefined): string[] {
  const rows = removedApis.filter((api) => api.kind === kind);
  const lasting = rows.flatMap(({ replacement }) =>
    replacement !== null && removedApiOf(replacement, kind) === undefined ? [replacement] : [],
  );
  const betas = rows
    .filter(({ apiVersion }) => /beta\d+$/.test(apiVersion))
    .filter(({ removedIn }) => controlPlane && minorsBetween(controlPlane, removedIn) > minorsFromDeprecationToRemoval)
    .sort((a, b) => compareVersions(b.removedIn, a.removedIn));
  return [...new Set([...lasting, ...betas.map(({ apiVersion }) => apiVersion)])];
}
