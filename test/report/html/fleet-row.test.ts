import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdicts } from '../../../functions/analysis/cluster-report.ts';
import {
  columns,
  type Filters,
  type FleetRow,
  filterRows,
  initialSorting,
  rowHtml,
  sortRows,
  supportCell,
} from '../../../functions/report/html/fleet-row.ts';

function createRow(overrides: Partial<FleetRow> = {}): FleetRow {
  return {
    accountId: '111111111111',
    accountName: 'shop',
    region: 'eu-west-1',
    name: 'payments',
    version: '1.34',
    path: '1.34 → 1.35',
    verdict: 'READY',
    support: 'standard, 11 days',
    days: 11,
    required: 0,
    recommended: 0,
    unknown: 0,
    usd: 0,
    owners: [],
    link: '#/1',
    at: [0, 0],
    ...overrides,
  };
}

const nothing: Filters = { text: '', verdict: '', account: '', region: '', version: '', owner: '' };
const names = (rows: readonly FleetRow[]) => rows.map(({ name }) => name);

describe('filters of the fleet', () => {
  const rows = [
    createRow({ name: 'a', verdict: 'NOT_READY', owners: ['team-a'] }),
    createRow({ name: 'b', accountId: '222222222222', accountName: 'Retail', region: 'us-east-1' }),
    createRow({ name: 'c', version: null, path: 'version unknown' }),
  ];

  it.each<[Partial<Filters>, string[]]>([
    [{}, ['a', 'b', 'c']],
    [{ verdict: 'NOT_READY' }, ['a']],
    [{ account: '222222222222' }, ['b']],
    [{ region: 'eu-west-1' }, ['a', 'c']],
    [{ version: 'unknown' }, ['c']],
    [{ version: '1.34' }, ['a', 'b']],
    [{ owner: 'team-a' }, ['a']],
    [{ owner: 'team' }, []],
    [{ text: 'retail US' }, ['b']],
    [{ text: '  team-a ' }, ['a']],
    [{ text: '2222' }, ['b']],
    [{ text: 'a', region: 'us-east-1' }, ['b']],
    [{ text: 'nowhere' }, []],
  ])('%j', (filters, expected) => {
    expect(names(filterRows(rows, { ...nothing, ...filters }))).toEqual(expected);
  });
});

describe('sorting of the fleet', () => {
  it('begins with the worst, of two with the one that has more in the way', () => {
    const rows = [
      createRow({ name: 'ready' }),
      createRow({ name: 'one', verdict: 'NOT_READY', required: 1, recommended: 50 }),
      createRow({ name: 'unknown', verdict: 'CANNOT_DETERMINE' }),
      createRow({ name: 'two', verdict: 'NOT_READY', required: 2 }),
      createRow({ name: 'more warnings', verdict: 'NOT_READY', required: 2, recommended: 1 }),
    ];
    expect(names(sortRows(rows, initialSorting))).toEqual(['more warnings', 'two', 'one', 'unknown', 'ready']);
  });

  it('knows that 1.9 is older than 1.31, and puts what nobody knows last either way', () => {
    const rows = [null, '1.31', '1.9'].map((version) => createRow({ name: String(version), version }));
    expect(names(sortRows(rows, { column: 'version', direction: 'ascending' }))).toEqual(['1.9', '1.31', 'null']);
    expect(names(sortRows(rows, { column: 'version', direction: 'descending' }))).toEqual(['1.31', '1.9', 'null']);
  });

  it('keeps every row, and is its own reverse where all keys differ', () => {
    const row = fc
      .record({
        required: fc.nat(),
        recommended: fc.nat(),
        usd: fc.nat(),
        name: fc.string(),
        verdict: fc.constantFrom(...verdicts),
        days: fc.option(fc.integer()),
        unknown: fc.option(fc.nat()),
      })
      .map(createRow);
    const sorting = fc.record({
      column: fc.constantFrom(...columns.map(({ id }) => id)),
      direction: fc.constantFrom('ascending' as const, 'descending' as const),
    });
    fc.assert(
      fc.property(fc.array(row), sorting, (rows, one) => {
        const sorted = sortRows(rows, one);
        expect(new Set(sorted)).toEqual(new Set(rows));
        expect(sortRows(sorted, one)).toEqual(sorted);
      }),
    );
    const distinct = fc.uniqueArray(fc.nat()).map((numbers) => numbers.map((usd) => createRow({ usd })));
    fc.assert(
      fc.property(distinct, (rows) => {
        const ascending = sortRows(rows, { column: 'usd', direction: 'ascending' });
        expect(sortRows(rows, { column: 'usd', direction: 'descending' })).toEqual(ascending.reverse());
      }),
    );
  });
});

it('a row says its verdict in words, and is as wide as the head of the table', () => {
  const row = rowHtml(createRow({ verdict: 'CANNOT_DETERMINE', unknown: null, usd: 1460 })).html;
  expect(row).toContain('CANNOT DETERMINE');
  expect(row).toContain('+1,460');
  expect(row.match(/<t[hd]\b/g)).toHaveLength(columns.length);
});

it('says how long support lasts, where that is known', () => {
  expect([supportCell('standard', 1), supportCell('extended', 12), supportCell('unsupported', -5), supportCell('unknown', null)]).toEqual([
    'standard, 1 day',
    'extended, 12 days',
    'unsupported',
    'unknown',
  ]);
});
