import type { z } from 'zod';
import type { CollectContext } from './define-evidence.ts';
import { CollectionError } from './error-codes.ts';
import { customResourceDefinitions } from './evidence/kubernetes-custom-resource-definitions.ts';
import { listCollector } from './listing.ts';

export interface CustomResource {
  readonly group: string;
  /** Plural, as in the path. */
  readonly resource: string;
  /** Those whose objects fit the schema, the preferred one first. */
  readonly versions: readonly string[];
}

/** A collector for a kind that not every cluster has: none where it is not defined, and no request where that is known already. The first
 *  version that is served is read, as all of them hold the same objects.
 *  @throws CollectionError NotFound when it is defined in other versions only */
export function customResourceCollector<S extends z.ZodType>({ group, resource, versions }: CustomResource, item: S) {
  const lists = new Map(versions.map((version) => [version, listCollector(`/apis/${group}/${version}/${resource}`, item)]));
  return async (context: CollectContext): Promise<z.output<S>[]> => {
    const served = await servedVersions(context, `${resource}.${group}`);
    const known = served === undefined ? versions : versions.filter((version) => served.includes(version));
    if (known.length === 0 && served && served.length > 0)
      throw new CollectionError(
        'NotFound',
        `GET /apis/${group}: ${resource} are served as ${served.join(', ')}, which this release cannot read (it reads ${versions.join(', ')})`,
      );
    for (const version of known) {
      const objects = await lists.get(version)?.(context).catch(noneIfNotFound);
      if (objects) return objects;
    }
    return [];
  };
}

/** Versions that the definition says are served, none without a definition; undefined when the definitions cannot be read. */
async function servedVersions(context: CollectContext, name: string): Promise<readonly string[] | undefined> {
  const definitions = await context.evidence(customResourceDefinitions).catch(() => undefined);
  if (!definitions) return undefined;
  const definition = definitions.find(({ metadata }) => metadata.name === name);
  if (!definition) return [];
  return definition.spec?.versions?.filter(({ served }) => served).map((version) => version.name);
}

/** Not there is an answer; not allowed to look is none. */
function noneIfNotFound(error: unknown): undefined {
  if (error instanceof CollectionError && error.code === 'NotFound') return undefined;
  throw error;
}
