import { folderStore } from '../adapters/local/folder-store.ts';
import { readInventoryFile, writeInventoryFile } from '../adapters/local/inventory-file.ts';

/** What commands read and write on the machine they run on. */
export const openFolderStore = folderStore;
export const readInventory = readInventoryFile;
export const writeInventory = writeInventoryFile;
