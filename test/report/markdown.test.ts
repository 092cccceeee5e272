import fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { code, runMarkdown, text } from '../../functions/report/markdown.ts';
import { createFinding } from '../analysis/builders.ts';
import { createReport, createRun } from './text/builders.ts';

const html = (markdown: string) => marked.parse(markdown, { async: false });
const unescaped = (given: string) =>
  given.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

describe('a run as Markdown', () => {
  const finding = createFinding({
    severity: 'required',
    message: 'web | shop <b>breaks</b>',
    remediation: 'kubectl get `x`',
    owner: 'team-a',
    hop: '1.35',
  });
  const page = html(runMarkdown(createRun([createReport({ verdict: 'NOT_READY', findings: [finding] })])));

  it('shows the fleet as a table, the worst first', () => {
    const both = runMarkdown(
      createRun([
        createReport({ verdict: 'READY' }, { name: 'a' }),
        createReport({ verdict: 'NOT_READY', findings: [finding] }, { name: 'b' }),
      ]),
    );
    const rows = [...html(both).matchAll(/<tr>\s*<td>(.*?)<\/td>\s*<td>(.*?)<\/td>/g)].map(([, verdict, name]) => [verdict, name]);
    expect(rows.map(([, name]) => name)).toEqual(['b', 'a']);
  });

  it('lists the findings as boxes to tick, with the command as it is', () => {
    expect(page).toContain('<input');
    expect(unescaped(page)).toContain('web | shop <b>breaks</b>');
    expect(page).not.toContain('<b>');
    expect(unescaped(page)).toMatch(/<pre><code>kubectl get `x`\n<\/code><\/pre>/);
    expect(page).toContain('counts from 1.35, owner team-a');
  });

  it('says what could not be judged, what is suppressed and what was not scanned', () => {
    const failed = {
      accountId: '2',
      region: 'us-east-1',
      status: 'failed',
      code: 'AssumeRoleDenied',
      message: 'no role',
      reason: null,
    } as const;
    const missing = [{ evidence: 'kubernetes.nodes', code: 'Forbidden', message: 'x' } as const];
    const suppression = { reason: 'later', owner: null, expires: '2027-01-01' };
    const report = createReport({
      verdict: 'CANNOT_DETERMINE',
      checks: [{ check: 'kubelet-version-skew', status: 'unknown', findings: 0, missing }],
      suppressed: [{ ...createFinding({ message: 'hidden' }), suppression }],
    });
    const shown = html(runMarkdown(createRun([report], { targets: [failed] })));
    expect(shown).toContain('<code>kubelet-version-skew</code>: kubernetes.nodes (Forbidden)');
    expect(shown).toContain('hidden (until 2027-01-01: later)');
    expect(shown).toContain('2 us-east-1: failed, AssumeRoleDenied, no role');
  });

  it('means by every text what it says', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (given) => {
        const plain = given.replaceAll(/\s+/g, ' ').trim();
        fc.pre(/^[a-z]/i.test(plain) && !/www\.|https?:|@/.test(plain));
        expect(unescaped(html(`a ${text(plain)}`))).toBe(`<p>a ${plain}</p>\n`);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps code as it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (given) => {
        const plain = given.replaceAll(/\s+/g, ' ').trim();
        fc.pre(plain !== '');
        expect(unescaped(html(`a ${code(plain)}`))).toBe(`<p>a <code>${plain}</code></p>\n`);
      }),
    );
  });
});
