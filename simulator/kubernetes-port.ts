import * as z from 'zod';
import { CollectionError } from '../functions/inventory/error-codes.ts';
import type { KubernetesPort } from '../functions/inventory/ports.ts';
import { builtInLists, groupList } from './built-in-lists.ts';
import { hasFields, hasLabels } from './list-selectors.ts';
import { pagesOf, type Wire } from './wire.ts';
import type { KubernetesObject, SimulatedApiServer } from './world.ts';

/** An API server of the world, reached through `endpoint` (https URL).
 *  @param onHang called when a request was made that never ends: nothing more will happen there */
export function simulatedKubernetes(
  server: SimulatedApiServer,
  endpoint: string,
  wire: Wire,
  onHang: () => void = () => {},
): KubernetesPort {
  const request = (path: string, respond: () => unknown) =>
    wire.request('kubernetes', `GET ${path}`, () => {
      if (server.endpoint === 'unreachable')
        throw new CollectionError('EndpointUnreachable', `GET ${endpoint}${path}: connect ETIMEDOUT; no route from here to the API server`);
      if (server.endpoint === 'reachable') return respond();
      onHang();
      return new Promise(() => {});
    });
  return {
    get: (path) => request(path, () => documents[path]?.(server) ?? objectAt(server, path)),
    list: (path, { limit, metadataOnly = false, labelSelector = '', fieldSelector = '' }) =>
      pagesOf({
        items: () =>
          listAt(server, path).filter(
            (object) => hasLabels(object.metadata.labels ?? {}, labelSelector) && hasFields(object, fieldSelector),
          ),
        size: limit,
        request: (respond) => request(path, respond),
        answer: (page) => ({ items: metadataOnly ? page.map(({ metadata }) => ({ metadata })) : page }),
      }),
    async *lines(path) {
      yield* linesOf(z.string().parse(await request(path, () => server.texts?.[path] ?? notFound(path))));
    },
  };
}

/** What is no object. */
const documents: Readonly<Record<string, (server: SimulatedApiServer) => unknown>> = {
  '/version': ({ version }) => version,
  '/apis': ({ objects }) => groupList([...builtInLists, ...Object.keys(objects)]),
};

/** The last line may do without its line break. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** Of all namespaces, or of one. */
function listAt(server: SimulatedApiServer, path: string): readonly KubernetesObject[] {
  const { list = path, namespace } = placeOf(path);
  const all = server.objects[list] ?? (builtInLists.has(list) ? [] : notFound(path));
  return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
}

/** `/apis/apps/v1/namespaces/shop/replicasets` is what `/apis/apps/v1/replicasets` lists, of namespace `shop`. */
function placeOf(path: string): { readonly list?: string; readonly namespace?: string } {
  const parts = /^(?<group>.+?)\/namespaces\/(?<namespace>[^/]+)\/(?<resource>[^/]+)$/.exec(path)?.groups;
  return parts ? { list: `${parts.group}/${parts.resource}`, namespace: parts.namespace } : {};
}

/** `/apis/apps/v1/namespaces/shop/replicasets/web` is `web` of namespace `shop` in the list `/apis/apps/v1/replicasets`. */
function objectAt(server: SimulatedApiServer, path: string): KubernetesObject {
  const parts = /^(?<group>.+?)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<resource>[^/]+)\/(?<name>[^/]+)$/.exec(path)?.groups;
  const objects = server.objects[`${parts?.group}/${parts?.resource}`] ?? [];
  const found = objects.find(({ metadata }) => metadata.name === parts?.name && (metadata.namespace ?? undefined) === parts?.namespace);
  return found ?? notFound(path);
}

function notFound(path: string): never {
  throw new CollectionError('NotFound', `GET ${path}: 404 the server could not find the requested resource`);
}
