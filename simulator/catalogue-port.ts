import * as z from 'zod';
import { listItems } from '../functions/inventory/listing.ts';
import type { CataloguePort, EksPort } from '../functions/inventory/ports.ts';

/** The catalogue of a region, asked once however many clusters want it; again only after a failure. */
export function simulatedCatalogue(eks: EksPort): CataloguePort {
  return {
    clusterVersions: once(() =>
      listItems(eks.describeClusterVersions({ includeAll: true }), 'clusterVersions', z.unknown(), 'eks:DescribeClusterVersions'),
    ),
    addonVersions: once(() => listItems(eks.describeAddonVersions({}), 'addons', z.unknown(), 'eks:DescribeAddonVersions')),
  };
}

/** One piece of work however often it is asked for; again only after a failure. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= work().catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}
