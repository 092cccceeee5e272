import { type Comparison, comparisonSchema, type Load, type Reported, type Subject } from '../../bench/compare/comparison.ts';
import type { Relation } from '../../bench/compare/relations.ts';
import { differenceReasons } from './difference-reasons.ts';
import otherTools from './facts/other-tools.json' with { type: 'json' };
import { document, heading, table } from './markdown.ts';

/** docs/reference/differences.md: the comparison that `npm run compare` recorded last. */
export function differencesReference(comparison: Comparison = comparisonSchema.parse(otherTools)): string {
  const { cluster, files, load, versions, controlPlane, target } = comparison;
  const wrong = cluster.subjects.filter(({ findings }) => findings.length > 0);
  const fine = cluster.subjects.filter(({ findings }) => findings.length === 0);
  const { eksup, pluto, kubent } = cluster.reported;
  const row = (subject: Subject) => [
    `\`${subject.name}\`: ${subject.what}`,
    oursText(subject),
    ...[eksup, pluto, kubent].map((reported) => theirsText(subject, reported)),
  ];
  const titles = ['', 'EKS Greenlight', 'eksup', 'pluto', 'kubent'];
  return document([
    ...heading('Differences from other tools', 'scripts/reference/facts/other-tools.json, which "npm run compare" records,'),
    `One cluster on a real Kubernetes control plane, with ${wrong.length} things wrong, read by four tools on the way from Kubernetes ${controlPlane} to ${target}: EKS Greenlight, ` +
      `eksup ${versions.eksup}, pluto ${versions.pluto}, and kubent from its main branch. Everything else of the cluster is in order. What is wrong is in \`test/local-aws/trouble/\`; ` +
      '`test/local-aws/trouble.test.ts` holds EKS Greenlight to exactly these findings, and to none before.',
    '',
    'Severities are ours. What eksup calls Required and Recommended has the same words here. pluto and kubent look at API versions alone. A dash is silence.',
    '',
    '## What is wrong',
    '',
    ...table(titles, wrong.map(row)),
    '',
    '## What is fine',
    '',
    'At a second look. Reporting these is a false alarm.',
    '',
    ...table(titles, fine.map(row)),
    '',
    '## Manifests before they are applied',
    '',
    '`greenlight analyze --manifests`, `pluto detect-files`, `kubent -f`; eksup reads no files.',
    '',
    ...table(
      ['', 'EKS Greenlight', 'pluto', 'kubent'],
      files.subjects.map((subject) => [
        `\`${subject.name}\`: ${subject.what}`,
        oursText(subject),
        theirsText(subject, files.reported.pluto),
        theirsText(subject, files.reported.kubent),
      ]),
    ),
    '',
    '## What reading it takes',
    '',
    'LIST requests and their bytes as the API server counts them, calls as AWS would see them. EKS Greenlight reads pods too, and so can forecast drains.',
    '',
    ...table(
      ['', 'AWS calls', 'LIST requests', 'MB sent'],
      [took('EKS Greenlight', load.greenlight), took('eksup', load.eksup), took('pluto', load.pluto), took('kubent', load.kubent)],
    ),
    '',
    '## Why',
    '',
    ...differenceReasons.flatMap(({ title, text, of }) => [`### ${title}`, '', text, '', listOf(of), '']),
  ]);
}

function took(name: string, { awsCalls, lists, megabytes }: Load): string[] {
  return [name, String(awsCalls), String(lists), megabytes.toFixed(2)];
}

/** Each check with the worst that it says. Findings come with the worst first. */
function oursText({ findings }: Subject): string {
  const checks = [...new Set(findings.map(({ check }) => check))];
  const severityOf = (check: string) => findings.find((finding) => finding.check === check)?.severity;
  return checks.map((check) => `${severityOf(check)} [\`${check}\`](checks.md#${check})`).join('<br>') || '–';
}

function theirsText({ name }: Subject, reported: readonly Reported[]): string {
  const texts = reported.filter((one) => one.name === name).map(({ severity, code }) => `${severity} ${code}`);
  return [...new Set(texts)].join('<br>') || '–';
}

const words: Readonly<Record<string, string>> = {
  silent: 'says nothing of',
  milder: 'is milder about',
  harsher: 'is harsher about',
  alarm: 'reports',
  agrees: 'says the same of',
};

/** eksup says nothing of `frozen`, `twice`; kubent reports `ancient`. */
function listOf(relations: readonly Relation[]): string {
  const parts = relations.map((relation) => relation.split(' '));
  const groups = Map.groupBy(parts, ([tool, kind = '']) => `${tool} ${words[kind]}`);
  return `${[...groups].map(([what, members]) => `${what} ${members.map(([, , name]) => `\`${name}\``).join(', ')}`).join('; ')}.`;
}
