import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generatedFiles, generatedFolders } from '../../scripts/reference/files.ts';

const files = await generatedFiles();

it.each([...files])('%s is what the code says; else run npm run generate', (path, text) => {
  expect(existsSync(path) ? readFileSync(path, 'utf8') : 'no such file').toBe(text);
});

it('nothing else lies in the generated folders; else run npm run generate', () => {
  const onDisk = generatedFolders.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`));
  const inFolders = [...files.keys()].filter((path) => generatedFolders.some((folder) => path.startsWith(`${folder}/`)));
  expect(onDisk.sort()).toEqual(inFolders.sort());
});

it('generates the same again', async () => {
  expect(await generatedFiles()).toEqual(files);
});
