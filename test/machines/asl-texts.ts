import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../state-machines/', import.meta.url);
const suffix = '.asl.json';

/** The workflows of the product, by name. */
export const machineNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));

/** A workflow as it stands in its file, substitutions not filled in. */
export const aslText = (name: string): string => readFileSync(new URL(`${name}${suffix}`, folder), 'utf8');
