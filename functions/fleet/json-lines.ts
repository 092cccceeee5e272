import * as z from 'zod';
import type { ObjectStore } from '../store/object-store.ts';

/** Objects, one a line: the form of work lists and of findings. Empty text for none. */
export function jsonLines(items: readonly unknown[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}

/** Every line of an object of the store; undefined when there is no such object.
 *  @throws Error that names the key and the line, when one does not fit the schema */
export async function readJsonLines<S extends z.ZodType>(store: ObjectStore, key: string, schema: S): Promise<z.output<S>[] | undefined> {
  const object = await store.get(key);
  if (!object) return undefined;
  const lines = new TextDecoder().decode(object.body).split('\n');
  return lines.flatMap((line, index) => (line === '' ? [] : [parsed(line, schema, `${key}, line ${index + 1}`)]));
}

/** A JSON object of the store; undefined when there is none.
 *  @throws Error that names the key, when it does not fit the schema */
export async function readJson<S extends z.ZodType>(store: ObjectStore, key: string, schema: S): Promise<z.output<S> | undefined> {
  const object = await store.get(key);
  return object && parsed(new TextDecoder().decode(object.body), schema, key);
}

function parsed<S extends z.ZodType>(text: string, schema: S, where: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`cannot read ${where} of the store: ${reason}`, { cause: error });
  }
}
