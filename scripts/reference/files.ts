import { browserScriptFile } from '../browser-script.ts';
import { checksReference } from './checks.ts';
import { commandsReference } from './commands.ts';
import { costPage } from './cost.ts';
import { differencesReference } from './differences.ts';
import { errorCodesReference } from './error-codes.ts';
import { evidenceReference } from './evidence.ts';
import { inClusterFiles, inClusterFolders } from './in-cluster.ts';
import { clusterRole, permissionsReference, rotateClusterRole, rotatePolicy, scanPolicy } from './permissions.ts';
import { reportPicture } from './picture.ts';
import { jsonSchemas } from './schemas.ts';
import { silentProgram } from './silent-program.ts';

/** Folders in which every file is generated. */
export const generatedFolders = ['docs/reference', 'docs/schema', 'docs/images', ...inClusterFolders];

/** Every generated file: path from the root of the repository → content. Reads and writes no file. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const schemas = Object.entries(jsonSchemas()).map(([name, text]) => [`docs/schema/${name}`, text] as const);
  return new Map([
    ['docs/reference/checks.md', checksReference()],
    ['docs/reference/differences.md', differencesReference()],
    ['docs/reference/evidence.md', evidenceReference()],
    ['docs/reference/permissions.md', permissionsReference()],
    ['docs/reference/scan-policy.json', scanPolicy()],
    ['docs/reference/cluster-role.yaml', clusterRole()],
    ['docs/reference/rotate-policy.json', rotatePolicy()],
    ['docs/reference/rotate-cluster-role.yaml', rotateClusterRole()],
    ['docs/reference/commands.md', commandsReference(silentProgram())],
    ['docs/reference/error-codes.md', errorCodesReference()],
    ['docs/guide/cost.md', costPage()],
    ['docs/images/report.svg', await reportPicture()],
    ['functions/report/html/script.generated.ts', await browserScriptFile()],
    ...schemas,
    ...inClusterFiles(),
  ]);
}
