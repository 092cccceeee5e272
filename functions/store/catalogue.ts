import * as z from 'zod';
import { addonVersions, clusterVersions } from '../inventory/evidence/eks-catalogue.ts';
import { keys } from './layout.ts';
import type { ObjectStore } from './object-store.ts';

const catalogueSchema = z.object({ clusterVersions: clusterVersions.schema, addonVersions: addonVersions.schema });
/** What EKS offers in a region, trimmed to what the checks read. */
export type Catalogue = z.output<typeof catalogueSchema>;

/** The catalogue of a region and UTC day ('YYYY-MM-DD'); undefined when nobody has fetched it, or what is there cannot be read. */
export async function readCatalogue(store: ObjectStore, region: string, day: string): Promise<Catalogue | undefined> {
  const object = await store.get(keys.catalogue(region, day));
  if (!object) return undefined;
  try {
    return catalogueSchema.parse(JSON.parse(new TextDecoder().decode(object.body)));
  } catch {
    // A cache: what is broken is fetched again by whoever needs it.
    return undefined;
  }
}

/** Keeps a catalogue unless another scan of that day was faster.
 *  @param catalogue as EKS answered it */
export async function saveCatalogue(
  store: ObjectStore,
  region: string,
  day: string,
  catalogue: { readonly clusterVersions: unknown; readonly addonVersions: unknown },
): Promise<void> {
  await store.putIfAbsent(keys.catalogue(region, day), `${JSON.stringify(catalogueSchema.parse(catalogue))}\n`);
}
