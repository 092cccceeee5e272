import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readManifest, readManifestNames } from '../../functions/inventory/manifest.ts';

const named = (text: string) => readManifest(text).objects.map(({ apiVersion, kind, name, line }) => [apiVersion, kind, name, line]);

describe('a manifest', () => {
  it('is one object a document, with the line of its apiVersion', () => {
    const text =
      '# shop\n\nkind: PodDisruptionBudget\napiVersion: policy/v1beta1\nmetadata:\n  namespace: shop\n  name: web\n---\napiVersion: v1\nkind: Pod\n';
    expect(readManifest(text)).toEqual({
      objects: [
        { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', namespace: 'shop', name: 'web', line: 4 },
        { apiVersion: 'v1', kind: 'Pod', namespace: null, name: null, line: 9 },
      ],
      problems: [],
    });
  });

  it.each([
    ['with line ends of Windows', 'apiVersion: v1\r\nkind: Pod\r\n---\r\napiVersion: v1\r\nkind: Service\r\n', [1, 4]],
    ['with empty documents and comments between', '---\n---\n# nothing\n---\napiVersion: v1\nkind: Pod\n---\n', [5]],
    ['with a comment at the marker', '--- # Source: web.yaml\napiVersion: v1\nkind: Pod\n', [2]],
    ['that ends its documents', 'apiVersion: v1\nkind: Pod\n...\n---\napiVersion: v1\nkind: Pod\n...\n', [1, 5]],
    ['with a directive', '%YAML 1.2\n---\napiVersion: v1\nkind: Pod\n', [3]],
    ['with a byte order mark', '\uFEFFapiVersion: v1\nkind: Pod\n', [1]],
    ['with a marker inside of a text', 'apiVersion: v1\nkind: Pod\nx: |\n  ---\n  apiVersion: v2\n', [1]],
  ])('%s', (_, text, lines) => {
    const { objects, problems } = readManifest(text);
    expect({ lines: objects.map(({ line }) => line), problems }).toEqual({ lines, problems: [] });
  });

  it('may be JSON', () => {
    expect(named('{\n  "kind": "Pod",\n  "apiVersion": "v1",\n\t"metadata": {"name": "a"}\n}\n')).toEqual([['v1', 'Pod', 'a', 3]]);
  });

  it('opens lists, and lists in them', () => {
    expect(
      named(
        'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n- apiVersion: v1\n  kind: List\n  items:\n  - kind: Job\n    apiVersion: batch/v1\n',
      ),
    ).toEqual([
      ['v1', 'Pod', null, 4],
      ['batch/v1', 'Job', null, 10],
    ]);
  });

  it('opens typed lists, whose items need not repeat what they are', () => {
    expect(
      named('apiVersion: batch/v1beta1\nkind: CronJobList\nitems:\n- metadata: {name: a}\n- {apiVersion: batch/v1, kind: CronJob}\n'),
    ).toEqual([
      ['batch/v1beta1', 'CronJob', 'a', 4],
      ['batch/v1', 'CronJob', null, 5],
    ]);
  });

  it('takes a kind that ends in List and has no items for an object', () => {
    expect(named('apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: a}\n')).toEqual([['example.com/v1', 'AllowList', 'a', 1]]);
  });

  it('leaves out what is no object', () => {
    expect(readManifest('replicas: 3\n---\n- a\n---\njust text\n---\napiVersion: v1\n---\nkind: Pod\n')).toEqual({
      objects: [],
      problems: [],
    });
  });

  it('resolves aliases of names without expanding anything', () => {
    expect(named('x: &v v1\napiVersion: *v\nkind: Pod\nmetadata: &m {name: a}\nother: *m\n')).toEqual([['v1', 'Pod', 'a', 2]]);
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghij'.split('').map((key, index) => `${key}: &${key} [${`*${'abcdefghi'[index]},`.repeat(9).slice(0, -1)}]`),
    ];
    expect(named(`apiVersion: v1\nkind: Pod\n${bomb.join('\n')}\n`)).toHaveLength(1);
  });

  it('names the document and the line that cannot be read, and reads the others', () => {
    const text = 'apiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: B\ndata:\n  x: "unclosed\n---\napiVersion: v1\nkind: C\n';
    const { objects, problems } = readManifest(text);
    expect(objects.map(({ kind, line }) => [kind, line])).toEqual([
      ['A', 1],
      ['C', 9],
    ]);
    expect(problems).toEqual([{ document: 2, line: 7, message: 'no YAML, a quote, a bracket, a colon or a space is missing' }]);
  });

  it('tells a template from other mistakes, and never quotes', () => {
    const [template] = readManifest('apiVersion: v1\nkind: {{ .Values.kind }}\n{{- if .Values.PLANTED }}\n  x: y\n').problems;
    expect(template?.message).toContain('render it first, e.g. with helm template');
    const [tab] = readManifest('apiVersion: v1\nkind: Pod\nPLANTED:\n\tx: y\n').problems;
    expect(tab?.message).toBe('no YAML, it is indented with a tab');
    expect(JSON.stringify([template, tab])).not.toContain('PLANTED');
  });

  it.each(['apiVersion: 1\nkind: Pod\n', 'apiVersion: [v1]\nkind: Pod\n', 'apiVersion: v1\nkind:\n'])(
    'says what is odd about %j',
    (text) => {
      expect(readManifest(text)).toEqual({
        objects: [],
        problems: [{ document: 1, line: 1, message: 'apiVersion and kind of an object must be strings' }],
      });
    },
  );

  it('follows lists four deep and no deeper', () => {
    const nested = (depth: number): object =>
      depth === 0 ? { apiVersion: 'v1', kind: 'Pod' } : { apiVersion: 'v1', kind: 'List', items: [nested(depth - 1)] };
    expect(readManifest(JSON.stringify(nested(4)))).toMatchObject({ objects: [{ kind: 'Pod' }], problems: [] });
    expect(readManifest(JSON.stringify(nested(5)))).toMatchObject({ objects: [], problems: [{ document: 1 }] });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void readManifest(text)));
    const pieces = fc.constantFrom(
      'apiVersion: v1',
      'kind: List',
      'items:',
      '- ',
      '---',
      '{',
      '}',
      '"',
      '&a',
      '*a',
      '  ',
      '\t',
      '|',
      '%',
      '...',
    );
    fc.assert(fc.property(fc.array(pieces), (lines) => void readManifest(lines.join('\n'))));
  });
});

describe('the fast way', () => {
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.constant('---\nkind: Trap\n'),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
  );
  const document = fc
    .record({
      apiVersion: fc.constantFrom('v1', 'policy/v1beta1'),
      kind: fc.constantFrom('Pod', 'List', 'X'),
      spec: value,
      data: value,
      name: fc.string(),
    })
    .map(({ apiVersion, kind, spec, data, name }) => ({
      spec,
      apiVersion,
      data,
      kind,
      metadata: { labels: { a: name }, name },
      ...(kind === 'List' ? { items: [{ apiVersion, kind: 'Job', spec }] } : {}),
      status: data,
    }));

  it('finds the same in what a machine wrote', () => {
    fc.assert(
      fc.property(
        fc.array(document, { maxLength: 4 }),
        fc.constantFrom<object>({}, { indentSeq: false }, { lineWidth: 0 }),
        (documents, options) => {
          const text = documents.map((one) => stringify(one, options)).join('---\n');
          expect(readManifestNames(text)).toEqual(readManifest(text));
        },
      ),
    );
  });

  it('does not see an error where no name can be, and sees one elsewhere', () => {
    const broken = 'apiVersion: v1\nkind: Pod\nspec:\n  x: "unclosed\n';
    expect(readManifest(broken).problems).toHaveLength(1);
    expect(readManifestNames(broken)).toMatchObject({ objects: [{ kind: 'Pod', line: 1 }], problems: [] });
    expect(readManifestNames('apiVersion: v1\nkind: "Pod\n').problems).toHaveLength(1);
  });

  it('looks at everything again when something is missing', () => {
    expect(readManifestNames('spec:\n  x: &n web\napiVersion: v1\nkind: Pod\nmetadata:\n  name: *n\n')).toMatchObject({
      objects: [{ name: 'web' }],
      problems: [],
    });
  });
});
