import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type ParsedNode, parseAllDocuments, type YAMLMap } from 'yaml';

/** One object of a manifest, no more of it than its name. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  /** null for one that gets its name from the API server. */
  readonly name: string | null;
  /** 1-based line of its apiVersion. */
  readonly line: number;
}

/** A document of a manifest that cannot be read. */
export interface ManifestProblem {
  /** 1-based number of the document. */
  readonly document: number;
  /** 1-based */
  readonly line: number;
  /** Never quotes the document. */
  readonly message: string;
}

export interface Manifest {
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly ManifestProblem[];
}

/** Lists within lists are odd, deeper ones an attack. */
const deepestList = 4;

/** The Kubernetes objects of a YAML stream or a JSON document, those inside of a `List` too. A document that is none, such as the values of a
 *  chart, is left out; one that cannot be parsed is a problem, and the others are read. Aliases are not expanded. */
export function readManifest(text: string): Manifest {
  const objects: ManifestObject[] = [];
  const problems: ManifestProblem[] = [];
  for (const [index, { firstLine, body }] of documentsIn(text).entries()) {
    const lines = new LineCounter();
    const lineOf = (offset: number) => firstLine + Math.max(1, lines.linePos(offset).line) - 1;
    const problem = (offset: number, message: string) => problems.push({ document: index + 1, line: lineOf(offset), message });
    const parsed = parseAllDocuments(body, { lineCounter: lines, uniqueKeys: false, logLevel: 'silent', prettyErrors: false });
    for (const document of 'empty' in parsed ? [] : parsed) {
      const [error] = document.errors;
      if (error) {
        problem(error.pos[0], `no YAML, ${reasons[error.code] ?? error.code}${body.includes('{{') ? hintAtTemplates : ''}`);
        break;
      }
      collectObjects(document, document.contents, {
        depth: 0,
        inherited: undefined,
        found: (object, offset) => objects.push({ ...object, line: lineOf(offset) }),
        odd: problem,
      });
    }
  }
  return { objects, problems };
}

/** The documents of a stream. Cut at their markers first, so that an open quote in one does not swallow the next; a marker ends a document
 *  even inside of a quote.
 *  @see https://yaml.org/spec/1.2.2/#912-document-markers */
function documentsIn(text: string): { readonly firstLine: number; readonly body: string }[] {
  const bodies: { firstLine: number; lines: string[] }[] = [{ firstLine: 1, lines: [] }];
  for (const [index, line] of text.split('\n').entries()) {
    if (startsDocument.test(line)) bodies.push({ firstLine: index + 1, lines: [line] });
    else bodies.at(-1)?.lines.push(line);
  }
  return bodies
    .filter(({ lines }) => lines.some((line) => !saysNothing.test(line)))
    .map(({ firstLine, lines }) => ({ firstLine, body: lines.join('\n').trimEnd() }));
}

const startsDocument = /^\uFEFF?---(?:\s|$)/;
/** Blank lines, comments, directives, and markers alone. */
const saysNothing = /^\uFEFF?\s*(?:#.*|%.*|---\s*(?:#.*)?|\.\.\.\s*)?$/;

/** What went wrong, without a word of the document, which may hold secrets. */
const reasons: Readonly<Record<string, string>> = {
  BAD_INDENT: 'it is indented wrongly',
  BLOCK_AS_IMPLICIT_KEY: 'there is a mapping or list where none can be, mostly because of its indentation',
  MISSING_CHAR: 'a quote, a bracket, a colon or a space is missing',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines, mostly because a colon is missing',
  TAB_AS_INDENT: 'it is indented with a tab',
  UNEXPECTED_TOKEN: 'there is something that does not belong there',
};

/** The same for text that a machine wrote, such as the manifest of a Helm release, and about a hundred times faster: what cannot hold a name is
 *  not parsed, so an error there is not seen either. */
export function readManifestNames(text: string): Manifest {
  const names = namesOnly(text);
  // What was cut off may hold the anchor.
  if (alias.test(names)) return readManifest(text);
  const manifest = readManifest(names);
  return manifest.problems.length === 0 ? manifest : readManifest(text);
}

const alias = /[:,[{-]\s*\*[^\s,\]}]/;

/** A key of a mapping in block style that is not indented. Nothing else stands at the beginning of a line but markers of documents, comments,
 *  items of a sequence, and documents in flow style such as JSON. */
const topLevelKey = /^(?:(["'])(?<quoted>[^"']*)\1|(?<plain>[A-Za-z_][\w.-]*))\s*:(?:\s|$)/;
const documentMarker = /^(?:---|\.\.\.)(?:\s|$)/;
const sectionsWithNames: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'items']);

/** The text with an empty line for each that belongs to another part of a document: lines keep their numbers. */
function namesOnly(text: string): string {
  let kept = true;
  const lines = text.split('\n').map((line) => {
    if (documentMarker.test(line)) kept = true;
    else {
      const { quoted, plain } = topLevelKey.exec(line)?.groups ?? {};
      const key = quoted ?? plain;
      if (key !== undefined) kept = sectionsWithNames.has(key);
    }
    return kept ? line : '';
  });
  return lines.join('\n');
}

const hintAtTemplates = '; it looks like a template: render it first, e.g. with helm template';

interface Visit {
  readonly depth: number;
  /** What the items of a typed list need not repeat. */
  readonly inherited: { readonly apiVersion: string; readonly kind: string } | undefined;
  readonly found: (object: Omit<ManifestObject, 'line'>, offset: number) => void;
  readonly odd: (offset: number, message: string) => void;
}

function collectObjects(document: Document.Parsed, contents: ParsedNode | null, visit: Visit): void {
  if (!isMap(contents)) return;
  const given = { apiVersion: valueAt(document, contents, 'apiVersion'), kind: valueAt(document, contents, 'kind') };
  if (visit.inherited === undefined && (given.apiVersion === undefined || given.kind === undefined)) return;
  const apiVersion = given.apiVersion ?? visit.inherited?.apiVersion;
  const kind = given.kind ?? visit.inherited?.kind;
  const at = offsetOf(contents, 'apiVersion') ?? contents.range[0];
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    visit.odd(at, 'apiVersion and kind of an object must be strings');
    return;
  }
  const items = resolved(document, contents.get('items', true));
  if (kind.endsWith('List') && isSeq(items)) {
    if (visit.depth === deepestList) visit.odd(at, `lists in lists, more than ${deepestList} deep`);
    const inherited = kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -'List'.length) };
    if (visit.depth < deepestList)
      for (const item of items.items) collectObjects(document, item as ParsedNode, { ...visit, depth: visit.depth + 1, inherited });
    return;
  }
  const metadata = resolved(document, contents.get('metadata', true));
  const text = (key: string) => {
    const value = isMap(metadata) ? valueAt(document, metadata, key) : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  };
  visit.found({ apiVersion, kind, namespace: text('namespace'), name: text('name') }, at);
}

/** Value of a scalar member; undefined where there is none, null for what is no scalar. */
function valueAt(document: Document.Parsed, map: YAMLMap, key: string): unknown {
  if (!map.has(key)) return undefined;
  const node = resolved(document, map.get(key, true));
  return isScalar(node) ? node.value : null;
}

function resolved(document: Document.Parsed, node: unknown): unknown {
  return isNode(node) && 'resolve' in node ? node.resolve(document) : node;
}

function offsetOf(map: YAMLMap, key: string): number | undefined {
  const node = map.get(key, true);
  return isNode(node) ? node.range?.[0] : undefined;
}
