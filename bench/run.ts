import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { benchAnalysis } from './analysis.ts';
import { benchColdStart } from './cold-start.ts';
import { benchFleet } from './fleet.ts';
import { benchLargeCluster } from './large-cluster.ts';
import { type Section, sectionMarkdown } from './report.ts';
import { benchRotation } from './rotation.ts';
import { benchClassify } from './rotation-classify.ts';

/** `npm run bench [-- analysis fleet cold large classify rotation]`: all benchmarks, or those that are named; writes docs/benchmarks.md when all ran; fails when a goal is missed. */
const progress = (text: string) => process.stderr.write(`bench: ${text}\n`);

const benchmarks: Readonly<Record<string, () => Section | Promise<Section>>> = {
  analysis: benchAnalysis,
  fleet: benchFleet,
  cold: benchColdStart,
  large: () => benchLargeCluster(progress),
  classify: benchClassify,
  rotation: () => benchRotation(progress),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  process.stderr.write(`bench: no benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}\n`);
  process.exit(1);
}

const sections: Section[] = [];
for (const [name, run] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  progress(name);
  sections.push(await run());
}
const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
const text = `# Benchmarks\n\nWritten by \`npm run bench\`: ${machine}.\n\n${sections.map(sectionMarkdown).join('\n\n')}\n`;
process.stdout.write(text);
if (wanted.length === 0) writeFileSync(join(import.meta.dirname, '../docs/benchmarks.md'), text);

const missed = sections.flatMap(({ figures }) => figures).filter(({ met }) => met === false);
for (const { what, value, goal } of missed) progress(`goal missed: ${what} is ${value}, goal ${goal}`);
process.exitCode = missed.some(({ fails = true }) => fails) ? 1 : 0;
