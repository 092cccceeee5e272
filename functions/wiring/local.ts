import { readInventoryFile } from '../adapters/local/inventory-file.ts';
import { readManifestFiles } from '../adapters/local/manifest-files.ts';

/** What commands read on the machine they run on; what they write may go into a bucket too, see stores.ts. */
export const readInventory = readInventoryFile;
export const readManifests = readManifestFiles;
