import { CollectionError } from '../functions/inventory/error-codes.ts';
import type { KubernetesPort } from '../functions/inventory/ports.ts';
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
    get: (path) => request(path, () => (path === '/version' ? server.version : objectAt(server, path))),
    list: (path, { limit, metadataOnly = false }) =>
      pagesOf({
        items: () => listAt(server, path),
        size: limit,
        request: (respond) => request(path, respond),
        answer: (page) => ({ items: metadataOnly ? page.map(({ metadata }) => ({ metadata })) : page }),
      }),
  };
}

function listAt(server: SimulatedApiServer, path: string): readonly KubernetesObject[] {
  return server.objects[path] ?? notFound(path);
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
