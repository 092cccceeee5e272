import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { messageOf } from '../../inventory/error-codes.ts';
import { type Inventory, parseInventory } from '../../inventory/inventory.ts';
import { inventoryJson } from '../../inventory/serialize.ts';

/** An inventory file that cannot be read; the message names the file, the place in it, and what was expected. */
class InventoryUnreadable extends Error {
  override readonly name = 'InventoryUnreadable';
}

export interface InventoryFile {
  readonly inventory: Inventory;
  /** SHA-256 over the JSON text, compressed or not. */
  readonly hash: string;
}

/** Reads an inventory, gzip-compressed or plain, whatever the file is called; `-` reads standard input. */
export async function readInventoryFile(path: string): Promise<InventoryFile> {
  const text = await readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, `expected JSON: ${messageOf(error)}; write inventories with "greenlight collect"`);
  }
  try {
    return { inventory: parseInventory(value), hash: createHash('sha256').update(text).digest('hex') };
  } catch (error) {
    throw unreadable(path, `not an inventory: ${messageOf(error)}`);
  }
}

async function readText(path: string): Promise<string> {
  let body: Uint8Array;
  try {
    body = path === '-' ? await buffer(process.stdin) : await readFile(path);
  } catch (error) {
    throw unreadable(path, messageOf(error));
  }
  if (body[0] !== 0x1f || body[1] !== 0x8b) return new TextDecoder().decode(body);
  try {
    return new TextDecoder().decode(gunzipSync(body));
  } catch (error) {
    throw unreadable(path, `expected a whole gzip file: ${messageOf(error)}`);
  }
}

/** Writes an inventory as a stream: compressed when the name ends in `.gz`, plain JSON otherwise, to standard output for `-`. */
export async function writeInventoryFile(path: string, inventory: Inventory): Promise<void> {
  const json = Readable.from(inventoryJson(inventory));
  if (path === '-') return pipeline(json, process.stdout, { end: false });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await (path.endsWith('.gz')
      ? pipeline(json, createGzip(), createWriteStream(temporary))
      : pipeline(json, createWriteStream(temporary)));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function unreadable(path: string, why: string): InventoryUnreadable {
  return new InventoryUnreadable(`cannot read the inventory ${path === '-' ? 'on standard input' : path}: ${why}`);
}
