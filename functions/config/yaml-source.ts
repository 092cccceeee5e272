import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import { keyText, offsetOf, type Path, type SourceProblem, structureProblems, syntaxProblems } from './yaml-problems.ts';

/** A YAML file that remembers where everything stands. */
export interface YamlSource {
  /** The plain value. */
  readonly data: unknown;
  /** What is wrong with the text, while its meaning can still be looked at. */
  readonly problems: readonly SourceProblem[];
  /** Line of a key or list entry, counted from 1; of the nearest thing around it when it is missing. */
  lineOf(path: Path): number;
  /** What stands at a path, as the file has it, shortened; undefined when nothing does. */
  textAt(path: Path): string | undefined;
}

/** A text so broken that a look at its meaning would only add noise. */
interface UnreadableYaml {
  readonly problems: readonly SourceProblem[];
}

/** Reads one YAML 1.2 document (or JSON, which is YAML). The core schema has neither dates nor `yes` and `off` as truth values, whatever a
 *  `%YAML 1.1` line says. */
export function readYaml(text: string): YamlSource | UnreadableYaml {
  const lines = new LineCounter();
  // Keys given twice are left to structureProblems, which knows their path.
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, schema: 'core', merge: false, uniqueKeys: false });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const syntax = syntaxProblems(documents, lineAt);
  const [document] = documents;
  if (document === undefined || syntax.length > 0) return { problems: syntax };
  const structure = structureProblems(document, lineAt);
  if (structure.some(({ fatal }) => fatal)) return { problems: structure };
  const plain = plainValue(document);
  if (plain.problem !== undefined) return { problems: [plain.problem] };
  return {
    data: plain.data,
    problems: structure,
    lineOf: (path) => lineAt(locate(document, path).offset),
    textAt: (path) => valueText(resolved(document, locate(document, path).node)),
  };
}

/** Aliases that contain themselves or that multiply beyond reason are found only when the value is built. */
function plainValue(document: Document): { readonly data: unknown; readonly problem?: SourceProblem } {
  try {
    return { data: document.toJS() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { data: null, problem: { line: 1, path: [], expectation: `not valid YAML: ${reason.split('\n', 1)[0]}`, fatal: true } };
  }
}

interface Located {
  readonly node: unknown;
  readonly offset: number;
}

function locate(document: Document, path: Path): Located {
  let located: Located = { node: document.contents, offset: offsetOf(document.contents) ?? 0 };
  for (const segment of path) {
    const next = child(resolved(document, located.node), segment);
    // What is missing is reported where it should have been.
    if (next === undefined) return { node: undefined, offset: located.offset };
    located = { node: next.node, offset: offsetOf(next.place) ?? located.offset };
  }
  return located;
}

function child(parent: unknown, segment: PropertyKey): { readonly node: unknown; readonly place: unknown } | undefined {
  if (isSeq(parent)) {
    const item = parent.items[Number(segment)];
    return item === undefined ? undefined : { node: item, place: item };
  }
  // Of a key given twice the last counts, as in the plain value.
  const pair = isMap(parent) ? parent.items.findLast(({ key }) => keyText(key) === String(segment)) : undefined;
  return pair === undefined ? undefined : { node: pair.value, place: pair.key };
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** Characters of a value that a message shows. */
const longest = 60;

function valueText(node: unknown): string | undefined {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return node.items.length === 0 ? 'an empty list' : 'a list';
  if (!isScalar(node)) return undefined;
  if (typeof node.value !== 'string') return node.source ?? String(node.value);
  // The address of an incoming webhook is itself a secret, and problems end up in build logs.
  if (/^https?:\/\//i.test(node.value)) return 'a web address (not shown)';
  return JSON.stringify(node.value.length > longest ? `${node.value.slice(0, longest)}…` : node.value);
}
