/** The oldest Node.js that has what this program uses; `engines` of package.json says the same. */
const oldest = [22, 19] as const;

/** Why the program cannot run on this version of Node.js, if so.
 *  @param version as `process.versions.node` */
export function tooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
  return `greenlight needs Node.js ${oldest.join('.')} or newer, and this is ${version}: install a newer one, or run it with npx -p node@24 greenlight`;
}

// Here rather than in the program: imported first, it speaks before anything meets what an old version lacks.
const problem = tooOld(process.versions.node);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
