import type { Comparison, Reported, Severity, Subject } from './comparison.ts';
import type { Tool } from './peers.ts';

/** How another tool stands to us over one subject: it says nothing, something milder or harsher, something of what is fine, or the same. */
export type Relation = `${Tool} ${'silent' | 'milder' | 'harsher' | 'alarm' | 'agrees'} ${string}`;

const rank: Readonly<Record<Severity, number>> = { info: 1, recommended: 2, required: 3 };
const worst = (severities: readonly Severity[]) => Math.max(0, ...severities.map((severity) => rank[severity]));

/** The one check of ours that pluto and kubent have an opinion on. */
const onApis = 'removed-api-in-manifests';

/** @throws Error if a tool reports something that is neither wrong nor known to be fine: the comparison would hide it */
function relationsOf(tool: Tool, subjects: readonly Subject[], reported: readonly Reported[]): Relation[] {
  const stray = reported.filter(({ name }) => !subjects.some((subject) => subject.name === name));
  if (stray.length > 0) throw new Error(`${tool} reports what nobody put there: ${JSON.stringify(stray)}`);
  return subjects.flatMap(({ name, findings }): Relation[] => {
    const theirs = worst(reported.filter((one) => one.name === name).map(({ severity }) => severity));
    const ours = worst(findings.map(({ severity }) => severity));
    if (ours === theirs) return ours === 0 ? [] : [`${tool} agrees ${name}`];
    if (ours === 0) return [`${tool} alarm ${name}`];
    if (theirs === 0) return tool === 'eksup' || findings.some(({ check }) => check === onApis) ? [`${tool} silent ${name}`] : [];
    return [`${tool} ${theirs < ours ? 'milder' : 'harsher'} ${name}`];
  });
}

/** Every relation that a comparison shows. */
export function allRelations({ cluster, files }: Comparison): Relation[] {
  return [
    ...relationsOf('eksup', cluster.subjects, cluster.reported.eksup),
    ...relationsOf('pluto', cluster.subjects, cluster.reported.pluto),
    ...relationsOf('kubent', cluster.subjects, cluster.reported.kubent),
    ...relationsOf('pluto', files.subjects, files.reported.pluto),
    ...relationsOf('kubent', files.subjects, files.reported.kubent),
  ];
}

/** What is wrong with a table of reasons, one sentence each: every difference needs one reason, and every reason must still be so. */
export function unexplained(relations: readonly Relation[], reasons: readonly { readonly of: readonly Relation[] }[]): string[] {
  const known = reasons.flatMap(({ of }) => of);
  const differences = relations.filter((relation) => !relation.includes(' agrees '));
  return [
    ...differences.filter((relation) => !known.includes(relation)).map((relation) => `"${relation}" has no reason`),
    ...known.filter((relation) => !relations.includes(relation)).map((relation) => `"${relation}" is no longer so`),
    ...known.filter((relation, index) => known.indexOf(relation) !== index).map((relation) => `"${relation}" has two reasons`),
  ];
}
