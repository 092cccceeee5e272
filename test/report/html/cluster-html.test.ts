import { describe, expect, it } from 'vitest';
import { verdicts } from '../../../functions/analysis/cluster-report.ts';
import { verdictOf } from '../../../functions/analysis/verdict.ts';
import { severities } from '../../../functions/checks/finding.ts';
import { clusterHtml } from '../../../functions/report/html/cluster-html.ts';
import { clusterView } from '../../../functions/report/html/cluster-view.ts';
import { createFinding } from '../../analysis/builders.ts';
import { contentOf } from './documents.ts';
import { fullReport, reportOf, unknownCheck } from './fleets.ts';

const page = (report = fullReport()) => contentOf(clusterHtml(report));

describe('the page of a cluster', () => {
  it('shows what a reader looks for', () => {
    for (const text of [
      'payments <span class="muted">1.34 → 1.35</span>',
      'NOT READY',
      '1 blocks, 2 warnings, 1 good to know, 2 checks unknown',
      'shop (111111111111), eu-west-1',
      'standard support until 2026-12-02 (11 days)',
      '365 USD a month from 2026-12-02, if nobody upgrades',
      'team=payments',
      'removed-apis is of 2026-03-01, 265 days old',
      'vpc-cni is wrong',
      'counts from 1.35',
      'owner team-payments',
      'PodDisruptionBudget shop/web',
      'href="https://example.com/check"',
      'node-1, node-2, node-3, node-4',
      'good to know this',
      'EndpointUnreachable: no route to the API server',
      'kubernetes.nodes (EndpointUnreachable)',
      'Suppressed until <strong>2027-03-01</strong>: accepted for now (ask platform)',
      'Without suppressions it would be',
      'href="../../../report.html"',
    ])
      expect(page()).toContain(text);
  });

  it('has what blocks before warnings before what is good to know before what is unknown, each with its checks', () => {
    const places = [
      '</span> Blocks',
      'vpc-cni is wrong',
      '</span> Warnings',
      'budget shop/web',
      '</span> Good to know',
      'good to know this',
      '</span> Not known',
      '<h3>Drain forecast',
      'Suppressed <',
      'Behind the verdict',
    ].map((text) => page().indexOf(text));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('has unknown checks by reason, and what was not asked for is the lesser one', () => {
    const missing = [
      { evidence: 'kubernetes.pods', code: 'NotRequested' as const, message: 'left out' },
      { evidence: 'kubernetes.nodes', code: 'Timeout' as const, message: 'too slow' },
    ];
    const checks = [unknownCheck('a', true, 'one reason'), unknownCheck('b', true, 'one reason'), { ...unknownCheck('c', true), missing }];
    const unknown = page(reportOf('one', { verdict: 'CANNOT_DETERMINE', checks }));
    expect(unknown.match(/<h4>EndpointUnreachable: one reason<\/h4>/g)).toHaveLength(1);
    expect(unknown).toContain('<h4>Timeout: too slow</h4>');
    expect(unknown).toContain('The answer did not come');
    expect(unknown).toContain('without kubernetes.pods (NotRequested), kubernetes.nodes (Timeout)');
  });

  it('has commands on lines of their own, with a button', () => {
    expect(page()).toContain('<code>kubectl get pdb web -n shop -o yaml</code>');
    expect(page()).toContain('data-copy');
  });

  it('says a remediation that all findings of a check share once', () => {
    const findings = ['a', 'b', 'c'].map((name) =>
      createFinding({ message: name, remediation: 'kubectl do-it', subject: { kind: 'Pod', namespace: 'x', name, arn: null } }),
    );
    expect(page(reportOf('one', { findings })).match(/kubectl do-it/g)).toHaveLength(1);
    expect(
      page(reportOf('one', { findings: [...findings, createFinding({ message: 'd', remediation: 'kubectl other' })] })).match(
        /kubectl do-it/g,
      ),
    ).toHaveLength(3);
  });

  it('folds what is beyond eight findings of a check, and keeps it', () => {
    const findings = (number: number) =>
      Array.from({ length: number }, (_, index) =>
        createFinding({ message: `finding ${index}.`, subject: { kind: 'Pod', namespace: 'x', name: String(index), arn: null } }),
      );
    expect(page(reportOf('one', { findings: findings(8) }))).not.toContain('class="more"');
    const folded = page(reportOf('one', { findings: findings(10) }));
    expect(folded).toContain('<summary>2 more of');
    for (let index = 0; index < 10; index++) expect(folded).toContain(`>finding ${index}.<`);
  });

  it('names facts only where the message has no room for them', () => {
    const withFacts = (facts: Record<string, string | number | string[]>) =>
      page(reportOf('one', { findings: [createFinding({ facts })] }));
    expect(withFacts({ count: 3, nodes: ['a', 'b', 'c'] })).not.toContain('All names and numbers');
    expect(withFacts({ count: 4, nodes: ['a', 'b', 'c', 'd'] })).toContain('<dd>a, b, c, d</dd>');
  });

  it('one that is fine says so', () => {
    const fine = page(reportOf('fine', { verdict: 'READY', findings: [], suppressed: [] }));
    expect(fine).toContain('READY');
    expect(fine).toContain('No finding.');
    for (const text of ['Verdict preview', 'Not known', 'Suppressed', 'Drain forecast']) expect(fine).not.toContain(text);
  });

  it('links to no address but https and http', () => {
    const findings = ['javascript:alert(1)', 'data:text/html,x', '//example.com'].map((documentation) =>
      createFinding({ documentation, subject: { kind: 'Pod', namespace: null, name: documentation, arn: null } }),
    );
    expect(page(reportOf('one', { findings })).match(/href="[^"]*"/g)).toEqual(['href="#main"', 'href="../../../report.html"']);
  });
});

describe('what the preview begins with', () => {
  const unknowns = [[], [true], [false], [true, false]];
  const cases = unknowns.flatMap((essentials) =>
    [[], ...severities.map((one) => [one]), [...severities]].map((severity) => ({ essentials, severity })),
  );

  it.each(cases)('$severity findings, essential unknown $essentials: is the verdict of the analysis', ({ essentials, severity }) => {
    const findings = severity.map((one) => createFinding({ severity: one, message: one }));
    const checks = essentials.map((essential, index) => unknownCheck(`check-${index}`, essential));
    const verdict = verdictOf(findings, checks);
    const view = clusterView(reportOf('one', { findings, checks, verdict }));
    expect(view.preview).toBe(true);
    expect(
      verdictOf(
        view.findings,
        view.checks.filter(({ status }) => status === 'unknown'),
      ),
    ).toBe(verdict);
  });

  it('a report that does not say which checks decide is taken at its word', () => {
    const old = { check: 'a', status: 'unknown' as const, findings: 0, missing: [] };
    const essentialIn = (verdict: (typeof verdicts)[number]) =>
      clusterView(reportOf('one', { verdict, checks: [old] })).checks[0]?.essential;
    expect(Object.fromEntries(verdicts.map((one) => [one, essentialIn(one)]))).toEqual({
      READY: false,
      READY_WITH_WARNINGS: false,
      NOT_READY: true,
      CANNOT_DETERMINE: true,
    });
  });

  it('is not offered where the findings are not all of them, or do not make the verdict', () => {
    expect(clusterView(fullReport()).preview).toBe(true);
    expect(clusterView(fullReport(), { owner: 'team-payments' }).preview).toBe(false);
    expect(clusterView(reportOf('one', { verdict: 'NOT_READY', findings: [] })).preview).toBe(false);
    expect(page(reportOf('one', { verdict: 'NOT_READY', findings: [createFinding({ severity: 'info' })] }))).not.toContain(
      'type="checkbox"',
    );
  });
});
