import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomes } from '../../functions/rotation/phases.ts';
import { duration, outcomeWords } from '../../functions/rotation/report-html/words.ts';
import { renderReport } from '../../functions/rotation/report-html.ts';
import type { RotationReport } from '../../functions/rotation/rotation-report.ts';
import { sampleReport } from './reports.ts';

/** Puts one text wherever a report has one that is not of a closed list. */
function replaceTexts(report: RotationReport, text: string): RotationReport {
  const closed = new Set(['name', 'phase', 'from', 'kind', 'verdict', 'severity', 'tool', 'side', 'schemaVersion']);
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return closed.has(key) && !(key === 'name' && value !== report.outcome.name) ? value : text;
    if (Array.isArray(value)) return value.map((one) => walk(one, key));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, name)]));
    return value;
  };
  const walked = walk(report, '');
  // The shapes are the same: only texts differ.
  return { ...report, ...Object(walked) };
}

describe('the HTML report', () => {
  it('shows what a reader looks for', () => {
    const page = renderReport(sampleReport());
    for (const text of [
      'Rotation of the nodes of payments',
      'Succeeded: green serves',
      'green serves 2 nodes, and blue is a standby of 0',
      'arn:aws:eks:eu-west-1:111111111111:cluster/payments',
      '1 h 30 min',
      'workers-b (made by the rotation)',
      '1 / 2 / 5',
      'approved by anna',
      'node group workers-b was created',
      'everything is as it must be',
      'Terraform, node group workers-a:',
      'Deployment shop/web',
      '1 of 3 workloads had all their replicas Ready',
      'Pod shop/debug on node-a2: it has no controller',
      'single-replica',
      'block (waived)',
      'evicted from node-a1',
    ])
      expect(page).toContain(text);
  });

  it.each(outcomes)('names outcome %s in words', (name) => {
    expect(renderReport(sampleReport({}, { name }))).toContain(outcomeWords[name].title);
  });

  it('says first what needs attention', () => {
    const revert = {
      cause: 'alarm',
      from: 'drain' as const,
      since: '2026-11-21T12:30:00.000Z',
      starts: 2,
      notBefore: '',
      left: ['blue is short of one node'],
    };
    const page = renderReport(sampleReport({ revert }, { name: 'hold-both-up' }));
    expect(page.indexOf('blue is short of one node')).toBeGreaterThan(0);
    expect(page.indexOf('blue is short of one node')).toBeLessThan(page.indexOf('Node groups'));
    expect(page).toContain('from drain, 2 starts: alarm');
  });

  it('does not claim what was not read', () => {
    const page = renderReport(sampleReport({ notes: {} }));
    expect(page).toContain('not read at the end');
    expect(page).toContain('Whether all of it was taken back was not read at the end.');
  });

  it('loads nothing and runs nothing', () => {
    const page = renderReport(sampleReport());
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|form|base)\b|@import|url\(|\son\w+=|https?:/i);
    expect(page).toContain("default-src 'none'");
  });

  it('is read aloud in order: language, one heading of the first level, a caption for each table, headings for its columns', () => {
    const page = renderReport(sampleReport());
    expect(page).toContain('<html lang="en">');
    expect(page.match(/<h1/g)).toHaveLength(1);
    expect(page.match(/<caption>/g)?.length).toBe(page.match(/<table>/g)?.length);
    expect(page).not.toMatch(/<th(?! scope="col")[ >]/);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/aria-labelledby="([^"]+)"/g)) expect(ids).toContain(id);
  });

  const tags = (page: string) =>
    [...page.matchAll(/<\/?[a-z][^>]*>/g)].map(([tag]) => tag.replaceAll(/(datetime|aria-label)="[^"]*"/g, ''));

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</title></style></details><h1>',
    '&lt;b&gt;',
    '\u202egnp.exe',
    '<!--',
  ])('has the same tags whatever names are: %s', (hostile) => {
    const expected = tags(renderReport(replaceTexts(sampleReport(), 'x')));
    const page = renderReport(replaceTexts(sampleReport(), hostile));
    expect(tags(page)).toEqual(expected);
    expect(page).not.toContain('\u202e');
    if (/[<>"]/.test(hostile)) expect(page).not.toContain(hostile);
  });

  it('has the same tags for any text', () => {
    const expected = tags(renderReport(replaceTexts(sampleReport(), 'x')));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        expect(tags(renderReport(replaceTexts(sampleReport(), text)))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('writes durations as people do', () => {
    expect([0, 45, 60, 750, 3600, 3840, 90_000].map(duration)).toEqual(['0 s', '45 s', '1 min', '12 min 30 s', '1 h', '1 h 4 min', '25 h']);
  });
});
