/// <reference lib="dom" />

/** Reads a block of data of this document: base64 of gzip-compressed JSON.
 *  @throws when there is no such block; its text is ours, so that its shape is the one that was written */
export async function readBlock<T>(id: string): Promise<T> {
  const text = document.getElementById(id)?.textContent;
  if (text === undefined || text === null) throw new Error(`this document has no data ${id}: it is not complete`);
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text()) as T;
}
