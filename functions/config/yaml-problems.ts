import { type Document, isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';

/** Keys and list positions from the top of the file. */
export type Path = readonly PropertyKey[];

/** What is wrong with the text before anybody looks at its meaning. */
export interface SourceProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly path: Path;
  readonly expectation: string;
  /** Whether the text has no meaning because of it. */
  readonly fatal: boolean;
}

type LineAt = (offset: number) => number;

/** What the parser refuses, and everything but exactly one document with something in it. Tags count as errors: none is known here, and the
 *  parser would only warn and drop them. */
export function syntaxProblems(documents: readonly Document.Parsed[], lineAt: LineAt): readonly SourceProblem[] {
  const problem = (offset: number, expectation: string) => ({ line: lineAt(offset), path: [], expectation, fatal: true });
  const [first, second] = documents;
  if (second !== undefined) return [problem(second.range[0], `expected one YAML document, found ${documents.length}`)];
  const errors = [...(first?.errors ?? []), ...(first?.warnings ?? [])];
  if (errors.length > 0) return errors.map(({ pos, message }) => problem(pos[0], `not valid YAML: ${message.split('\n', 1)[0]}`));
  return isEmpty(first?.contents) ? [problem(0, 'the file is empty; expected at least the key accounts')] : [];
}

function isEmpty(contents: unknown): boolean {
  return !isNode(contents) || (isScalar(contents) && contents.value === null);
}

/** What the parser lets pass, though a reader of the file would take it for something else: of keys given twice it keeps the last, keys that
 *  are lists or mappings it prints in its own words, and aliases without an anchor it meets only when it is too late for a line number. */
export function structureProblems(document: Document, lineAt: LineAt): readonly SourceProblem[] {
  const problem = (node: unknown, path: Path, expectation: string, fatal: boolean) => ({
    line: lineAt(offsetOf(node) ?? 0),
    path,
    expectation,
    fatal,
  });
  const inside = (node: unknown, path: Path): SourceProblem[] => {
    if (isSeq(node)) return node.items.flatMap((item, index) => inside(item, [...path, index]));
    if (isAlias(node)) {
      return node.resolve(document) === undefined ? [problem(node, path, `no anchor &${node.source} stands before this alias`, true)] : [];
    }
    if (!isMap(node)) return [];
    const lines = new Map<string, number>();
    return node.items.flatMap(({ key, value }) => {
      const name = keyText(key);
      if (name === undefined) return [problem(key, path, 'expected every key to be plain text', true)];
      const below = [...path, name];
      // The one key that cannot be told from what every object has.
      if (name === '__proto__') return [problem(key, below, 'unknown key', true)];
      const earlier = lines.get(name);
      lines.set(name, earlier ?? lineAt(offsetOf(key) ?? 0));
      const repeated = earlier === undefined ? [] : [problem(key, below, `key given twice; line ${earlier} has it already`, false)];
      return [...repeated, ...inside(value, below)];
    });
  };
  return inside(document.contents, []);
}

/** A key as text; undefined for keys that are a list, a mapping or nothing. */
export function keyText(key: unknown): string | undefined {
  return isScalar(key) && key.value !== null ? String(key.value) : undefined;
}

/** Where a node starts, in characters from the start of the text. */
export function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
