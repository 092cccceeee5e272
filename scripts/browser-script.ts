import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const entry = fileURLToPath(import.meta.resolve('../functions/report/html/browser/main.ts'));

/** The script of the HTML report as one text in a TypeScript file: what runs from sources cannot bundle when it makes a report. Writes nothing. */
export async function browserScriptFile(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: ['chrome111', 'firefox113', 'safari16.4'],
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const script = outputFiles[0]?.text.trimEnd() ?? '';
  if (/<\/script|<!--/i.test(script)) throw new Error(`${entry}: the script would end itself inside of an HTML document`);
  const literal = script.replaceAll(/[\\`]|\$\{/g, (one) => `\\${one}`);
  return `/** Made by \`npm run generate\` from browser/main.ts; do not edit. */\nexport const browserScript: string = \`${literal}\`;\n`;
}
