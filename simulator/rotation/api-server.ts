import * as z from 'zod';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import type { KubernetesAnswer } from '../../functions/rotation/ports.ts';
import { selects } from '../../functions/workloads/selectors.ts';
import { type ApiPath, objectsAt, parsePath } from './api-paths.ts';
import { isThere, type LiveCluster, touch } from './cluster.ts';
import { mergePatch } from './merge-patch.ts';
import { groupOfNode } from './nodes.ts';
import { type KubernetesObject, nameOf } from './objects.ts';
import { finalize } from './pods.ts';
import { patchOfScale, scaledAt, scaleOf } from './scale.ts';
import { answerOf, conflict, forbidden, notFound } from './statuses.ts';

/** Whether RBAC lets the caller do it. */
export function mayDo({ denied }: LiveCluster, verb: string, resource: string): boolean {
  return !denied.has(`${verb} ${resource}`) && !denied.has(`${verb} *`);
}

/** GET of one object, of the scale of one, or of `/version`.
 *  @throws CollectionError NotFound, Forbidden */
export function getAt(cluster: LiveCluster, path: string): unknown {
  if (path === '/version') return { major: '1', minor: cluster.version.split('.')[1], gitVersion: `v${cluster.version}.4-eks-1234567` };
  const parts = readable(cluster, path, 'get');
  if (parts.subresource !== undefined) {
    const scaled = parts.subresource === 'scale' && scaledAt(cluster, parts.resource, keyOf(parts));
    return scaled ? scaleOf(scaled) : missing(path);
  }
  const object = objectsAt(cluster, parts.list)?.get(keyOf(parts));
  return object ?? missing(path);
}

/** Items of a list: of all namespaces or one, with the field selectors `spec.nodeName` and `metadata.name`, and label selectors of equalities.
 *  @throws CollectionError NotFound, Forbidden */
export function listAt(cluster: LiveCluster, path: string, metadataOnly: boolean): unknown[] {
  const parts = readable(cluster, path, 'list');
  const objects = objectsAt(cluster, parts.list);
  if (!objects) missing(path);
  const wanted = [...objects.values()].filter((object) => isWanted(object, parts));
  return metadataOnly ? wanted.map(({ metadata }) => ({ metadata })) : wanted;
}

function readable(cluster: LiveCluster, path: string, verb: string): ApiPath {
  const parts = parsePath(path) ?? missing(path);
  const resource = resourceOf(parts);
  if (mayDo(cluster, verb, resource)) return parts;
  throw new CollectionError('Forbidden', `GET ${path} of cluster ${cluster.name}: answered 403: cannot ${verb} resource "${resource}"`);
}

/** As RBAC names it. */
function resourceOf({ resource, subresource }: ApiPath): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

function isWanted(object: KubernetesObject, { namespace, query }: ApiPath): boolean {
  if (namespace !== undefined && object.metadata.namespace !== namespace) return false;
  const labels = equalities(query.get('labelSelector'));
  if (labels.length > 0 && !selects({ matchLabels: Object.fromEntries(labels) }, object.metadata.labels)) return false;
  return equalities(query.get('fieldSelector')).every(([field, value]) => {
    if (field === 'metadata.name') return object.metadata.name === value;
    const spec: { readonly nodeName?: unknown } = object.spec ?? {};
    return field === 'spec.nodeName' && (spec.nodeName ?? '') === value;
  });
}

function equalities(selector: string | null): [string, string][] {
  return (selector ?? '').split(',').flatMap((one): [string, string][] => {
    const [key, value] = one.split(/==?/);
    return key && value !== undefined ? [[key, value]] : [];
  });
}

function keyOf({ namespace, name }: ApiPath): string {
  return namespace === undefined ? `${name}` : `${namespace}/${name}`;
}

function missing(path: string): never {
  throw new CollectionError('NotFound', `GET ${path}: answered 404: the server could not find the requested resource`);
}

/** Fields of an object that a patch may name; the rest of it is left alone. */
const patchSchema = z.looseObject({
  metadata: z
    .looseObject({
      resourceVersion: z.string().optional(),
      labels: z.record(z.string(), z.string().nullable()).nullish(),
      annotations: z.record(z.string(), z.string().nullable()).nullish(),
      finalizers: z.array(z.string()).nullish(),
    })
    .optional(),
  spec: z.record(z.string(), z.unknown()).optional(),
});
const strings = z.record(z.string(), z.string());

/** JSON merge patch of one object, or of the scale of a Deployment or StatefulSet. What changes nothing is no write. */
export function patchAt(cluster: LiveCluster, path: string, given: Readonly<Record<string, unknown>>, principal: string): KubernetesAnswer {
  const parts = parsePath(path);
  if (!parts?.name) return answerOf(404, 'the server could not find the requested resource');
  const resource = resourceOf(parts);
  if (!mayDo(cluster, 'patch', resource)) return forbidden(parts.qualified, parts.name, `User cannot patch resource "${resource}"`);
  const object = objectsAt(cluster, parts.list)?.get(keyOf(parts));
  if (!object) return notFound(parts.qualified, parts.name);
  const patch = patchSchema.safeParse(given);
  if (!patch.success) return answerOf(422, `${parts.qualified} "${parts.name}" is invalid: ${patch.error.issues[0]?.message}`);
  const { metadata = {}, spec } = patch.data;
  if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== object.metadata.resourceVersion) {
    return conflict(
      parts.qualified,
      parts.name,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
  }
  if (parts.subresource !== undefined) return patchScale(cluster, parts, spec);
  const wasCordoned = isCordoned(object);
  const changed = [
    replace(object.metadata.labels, strings.parse(mergePatch(object.metadata.labels, metadata.labels ?? {}))),
    replace(object.metadata.annotations, strings.parse(mergePatch(object.metadata.annotations, metadata.annotations ?? {}))),
    metadata.finalizers !== undefined && setFinalizers(object, metadata.finalizers ?? []),
    spec !== undefined && changeSpec(object, spec),
  ];
  if (changed.some(Boolean)) touch(cluster, object);
  if (parts.resource === 'nodes' && isCordoned(object) !== wasCordoned) {
    const node = object.metadata.name;
    const group = groupOfNode(cluster, node);
    cluster.world.audit.cordoned({
      principal,
      cluster: cluster.name,
      node,
      group: group?.nodegroupName ?? group?.name ?? null,
      unschedulable: !wasCordoned,
    });
  }
  if (parts.resource === 'pods') finalizePod(cluster, object);
  return { status: 200, body: structuredClone(object) };
}

/** Through the scale of an object nothing but its replicas can be written. */
function patchScale(cluster: LiveCluster, parts: ApiPath, spec: Readonly<Record<string, unknown>> | undefined): KubernetesAnswer {
  const scaled = parts.subresource === 'scale' ? scaledAt(cluster, parts.resource, keyOf(parts)) : undefined;
  if (!scaled) return answerOf(404, 'the server could not find the requested resource');
  const wanted = patchOfScale(spec);
  if (!wanted) return answerOf(422, `${parts.qualified} "${parts.name}" is invalid: spec.replicas`);
  if (changeSpec(scaled, wanted)) touch(cluster, scaled);
  return { status: 200, body: scaleOf(scaled) };
}

function isCordoned({ spec }: KubernetesObject): boolean {
  const fields: { readonly unschedulable?: unknown } = spec ?? {};
  return fields.unschedulable === true;
}

function changeSpec(object: KubernetesObject, patch: Readonly<Record<string, unknown>>): boolean {
  if (!object.spec || !replace(object.spec, mergePatch(object.spec, patch))) return false;
  object.metadata.generation += 1;
  return true;
}

function setFinalizers(object: KubernetesObject, finalizers: string[]): boolean {
  if (JSON.stringify(object.metadata.finalizers ?? []) === JSON.stringify(finalizers)) return false;
  object.metadata.finalizers = finalizers;
  return true;
}

function finalizePod(cluster: LiveCluster, object: KubernetesObject): void {
  const pod = cluster.objects.pods.get(nameOf(object));
  if (pod && isThere(cluster, pod)) finalize(cluster, pod);
}

/** Gives an object the fields of another.
 *  @returns whether it did not have them */
function replace(target: object, next: Readonly<Record<string, unknown>>): boolean {
  if (JSON.stringify(target) === JSON.stringify(next)) return false;
  for (const key of Object.keys(target)) if (!(key in next)) Reflect.deleteProperty(target, key);
  Object.assign(target, next);
  return true;
}
