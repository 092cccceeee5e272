import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generatedFiles, generatedFolders } from './reference/files.ts';

/** `npm run generate`: writes reference, schemas, permissions and the picture of the report, and removes what is no longer generated. */
const files = await generatedFiles();
for (const [path, text] of files) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
for (const folder of generatedFolders) {
  for (const name of await readdir(folder)) if (!files.has(`${folder}/${name}`)) await rm(`${folder}/${name}`);
}
console.log(`${files.size} files written in ${generatedFolders.join(', ')}`);
