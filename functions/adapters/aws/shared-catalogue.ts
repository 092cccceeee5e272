import * as z from 'zod';
import { listItems } from '../../inventory/listing.ts';
import type { CataloguePort, EksPort } from '../../inventory/ports.ts';
import { firstSuccess } from './first-success.ts';

/** The operations of EKS that the catalogue comes from. */
type CatalogueApi = Pick<EksPort, 'describeClusterVersions' | 'describeAddonVersions'>;

/** The catalogues of one run. */
export interface SharedCatalogue {
  /** The catalogue of a region, as one of its clusters asks for it: fetched through `eks` unless another cluster's account did, or does. */
  of(region: string, eks: CatalogueApi): CataloguePort;
}

/** One fetch per region however many clusters ask at once. A failed fetch is not remembered: each cluster that waited tries with its
 *  own account, one after the other. */
export function sharedCatalogue(): SharedCatalogue {
  const shared = firstSuccess<unknown[]>();
  return {
    of: (region, eks) => ({
      clusterVersions: () =>
        shared(`${region} cluster versions`, () =>
          listItems(eks.describeClusterVersions({ includeAll: true }), 'clusterVersions', z.unknown(), 'eks:DescribeClusterVersions'),
        ),
      addonVersions: () =>
        shared(`${region} add-on versions`, () =>
          listItems(eks.describeAddonVersions({}), 'addons', z.unknown(), 'eks:DescribeAddonVersions'),
        ),
    }),
  };
}
