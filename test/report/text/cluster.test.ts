import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterReport } from '../../../functions/analysis/cluster-report.ts';
import type { Finding } from '../../../functions/checks/finding.ts';
import { clusterText, supportLine, versionPath } from '../../../functions/report/text/cluster.ts';
import { createFinding } from '../../analysis/builders.ts';
import { createReport } from './builders.ts';

const plain = { columns: 80, color: false, detail: 'full' } as { columns: number; color: boolean; detail: 'full' | 'fleet' };
const text = (report: ClusterReport, options: Partial<typeof plain> = {}) => clusterText(report, { ...plain, ...options });

const long =
  'vpc-cni v1.12.0 does not support Kubernetes 1.35, the next version that EKS offers, and neither does any version of its minor before v1.21.1-eksbuild.3';
const finding = (overrides: Partial<Finding> = {}) =>
  createFinding({ message: long, remediation: `${createFinding().remediation} ${'--option value '.repeat(9)}`, ...overrides });
const troubled = createReport({
  verdict: 'NOT_READY',
  findings: [finding(), finding({ severity: 'recommended', discriminator: 'w' }), finding({ severity: 'info', discriminator: 'i' })],
  checks: [
    { check: 'sample-check', status: 'failed', findings: 3, missing: [] },
    {
      check: 'a',
      status: 'unknown',
      findings: 0,
      missing: [{ evidence: 'kubernetes.nodes', code: 'Forbidden', message: 'nodes is forbidden' }],
    },
    {
      check: 'b',
      status: 'unknown',
      findings: 0,
      missing: [{ evidence: 'kubernetes.nodes', code: 'Forbidden', message: 'nodes is forbidden' }],
    },
    {
      check: 'c',
      status: 'unknown',
      findings: 0,
      missing: [
        { evidence: 'eks.insights', code: 'NotRequested', message: 'left out' },
        { evidence: 'eks.addons', code: 'InvalidResponse', message: 'evidence.eks.addons.data[3].addonName: expected string' },
      ],
    },
    { check: 'd', status: 'skipped', findings: 0, missing: [{ evidence: 'kubernetes.pods', code: 'NotRequested', message: '' }] },
  ],
});

describe('a healthy cluster', () => {
  it('is one line with all that fits', () => {
    expect(text(createReport(), { columns: 120 })).toEqual([
      '✓ READY  payments  1.34 → 1.35  111111111111 eu-west-1  standard support until 2026-12-02 (11 days)  2 checks passed',
    ]);
    expect(text(createReport(), { columns: 80 })).toEqual(['✓ READY  payments  1.34 → 1.35  standard support until 2026-12-02 (11 days)']);
    expect(text(createReport(), { columns: 60 })).toEqual(['✓ READY  payments  1.34 → 1.35  111111111111 eu-west-1']);
  });

  it.each([60, 80, 120])('is one line of at most %i columns', (columns) => {
    for (const name of ['a', 'payments-production-eu']) {
      const lines = text(createReport({}, { name, accountName: 'a long account name' }), { columns });
      expect(lines).toHaveLength(1);
      expect(lines[0]?.length).toBeLessThanOrEqual(columns);
      expect(lines[0]).toContain(`✓ READY  ${name}`);
    }
  });

  it('is one line even with a name that is longer than the terminal', () => {
    expect(text(createReport({}, { name: 'n'.repeat(100) }), { columns: 60 })).toHaveLength(1);
  });
});

describe('a cluster with problems', () => {
  it('has verdict, support, what blocks with what to do, warnings, notes, what is not known, what was left out', () => {
    expect(text(troubled, { columns: 120 })).toEqual([
      '✗ NOT READY  payments  1.34 → 1.35  111111111111 eu-west-1',
      '  standard support until 2026-12-02 (11 days)',
      '',
      '  Blocks (1)',
      '  ✗ vpc-cni v1.12.0 does not support Kubernetes 1.35, the next version that EKS offers, and neither does any version of',
      '    its minor before v1.21.1-eksbuild.3',
      expect.stringMatching(/^ {4}→ aws eks update-addon/),
      expect.stringMatching(/^ {6}--option|^ {6}value/),
      '',
      '  Warnings (1)',
      expect.stringMatching(/^ {2}! vpc-cni/),
      expect.any(String),
      expect.stringMatching(/^ {4}→ aws/),
      expect.any(String),
      '',
      '  Good to know (1)',
      expect.stringMatching(/^ {2}· vpc-cni/),
      expect.any(String),
      '',
      '  Not known (3 checks)',
      '  ? Forbidden: nodes is forbidden',
      '    without kubernetes.nodes: a, b',
      '  ? InvalidResponse: evidence.eks.addons.data[3].addonName: expected string',
      '    without eks.addons: c',
      '',
      '  1 check skipped, evidence was not asked for: d',
    ]);
  });

  it('says that evidence came from inside the cluster, and since when it stands', () => {
    const seen = { status: 'collected' as const, items: 3, code: null, message: null };
    const report = {
      ...troubled,
      evidence: {
        'kubernetes.nodes': { ...seen, collectedAt: '2026-11-20T19:13:00Z' },
        'kubernetes.pods': { ...seen, collectedAt: '2026-11-20T19:12:00Z' },
        'eks.cluster': seen,
      },
    };
    expect(text(report, { columns: 120 }).join('\n')).toContain(
      '2 kinds of evidence from the in-cluster collector, seen 2026-11-20T19:12:00Z',
    );
  });

  it('says what suppressions did', () => {
    const suppression = { reason: 'why', owner: null, expires: '2027-01-01' };
    const suppressed = [{ ...finding(), suppression }];
    expect(text(createReport({ suppressed, verdictWithoutSuppressions: 'NOT_READY' })).at(-1)).toBe(
      '  1 finding suppressed; without that it would be NOT READY',
    );
    expect(text(createReport({ suppressed: [...suppressed, ...suppressed] })).at(-1)).toBe('  2 findings suppressed');
  });

  it('shows what blocks in a fleet, the first five of it, and counts the rest', () => {
    const findings = [
      ...Array.from({ length: 7 }, (_, index) => finding({ discriminator: String(index), message: `number ${index}` })),
      ...Array.from({ length: 2 }, (_, index) =>
        finding({ severity: 'recommended', check: 'replicas-minimum', discriminator: `w${index}` }),
      ),
      finding({ severity: 'recommended', check: 'support-ending' }),
      finding({ severity: 'info', check: 'amazon-linux-2' }),
    ];
    const lines = text(createReport({ verdict: 'NOT_READY', findings }), { detail: 'fleet' });
    expect(lines.filter((line) => line.startsWith('  ✗ '))).toHaveLength(5);
    expect(lines).toContain('  Blocks (7)');
    expect(lines).toContain('    and 2 more');
    expect(lines).toContain('  Warnings (3): replicas-minimum 2, support-ending');
    expect(lines).toContain('  Good to know (1): amazon-linux-2');
    const full = text(createReport({ verdict: 'NOT_READY', findings }));
    expect(full.filter((line) => line.startsWith('  ✗ '))).toHaveLength(7);
    expect(full.filter((line) => line.startsWith('  ! '))).toHaveLength(3);
  });

  it('breaks a command so that it can be copied, and prose as prose', () => {
    const command =
      'aws eks update-addon --region eu-west-1 --cluster-name payments --addon-name vpc-cni --addon-version v1.21.1-eksbuild.3';
    const lines = text(createReport({ verdict: 'NOT_READY', findings: [finding({ remediation: command })] }), { columns: 60 });
    const step = lines.slice(lines.findIndex((line) => line.startsWith('    → aws')));
    expect(step.length).toBeGreaterThan(1);
    for (const line of step) expect(line.length).toBeLessThanOrEqual(60);
    const pasted = step.join('\n').replace('→', '').replaceAll('\\\n', ' ');
    expect(pasted.trim().split(/\s+/).join(' ')).toBe(command);
    const prose = `${command}, then look`;
    expect(
      text(createReport({ verdict: 'NOT_READY', findings: [finding({ remediation: prose })] }), { columns: 60 }).join(''),
    ).not.toContain('\\');
  });
});

describe('every line', () => {
  it.each([60, 80, 120])('fits into %i columns, but for words that cannot be broken', (columns) => {
    for (const line of text(troubled, { columns })) if (line.length > columns) expect(line.trim()).not.toContain(' ');
  });

  it('has colour only where it may, and the same words with it', () => {
    const coloured = text(troubled, { color: true }).join('\n');
    expect(coloured).toContain('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour text
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(text(troubled).join('\n'));
  });

  it('holds nothing that a terminal would obey, whatever a cluster is called', () => {
    const anything = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(anything, anything, (name, message) => {
        const report = createReport(
          { verdict: 'NOT_READY', findings: [finding({ message, remediation: message })] },
          { name, accountName: name },
        );
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
        for (const line of [...text(report), ...text(createReport({}, { name }))]) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe('supportLine', () => {
  const support = createReport().support;
  it.each([
    [{ status: 'standard', daysToEndOfStandardSupport: 1 }, 'standard support until 2026-12-02 (1 day)'],
    [
      { status: 'extended', daysToEndOfExtendedSupport: 365, monthlySurchargeUsd: 365 },
      'extended support since 2026-12-02, until 2027-12-02 (365 days); 365 USD a month on top',
    ],
    [{ status: 'unsupported', daysToEndOfExtendedSupport: 0 }, 'not supported since 2027-12-02 (0 days ago)'],
    [{ status: 'unsupported', daysToEndOfExtendedSupport: -3 }, 'not supported since 2027-12-02 (3 days ago)'],
    [{ status: 'unknown' }, 'support status unknown'],
  ] as const)('%j: %s', (overrides, line) => {
    expect(supportLine({ support: { ...support, ...overrides } })).toBe(line);
  });
});

describe('versionPath', () => {
  it.each([
    [{ version: '1.33', hops: ['1.34', '1.35'] }, '1.33 → 1.34 → 1.35'],
    [{ version: '1.36', hops: [] }, '1.36, the newest'],
    [{ version: null, hops: [] }, 'version unknown'],
  ])('%j: %s', (cluster, path) => {
    expect(versionPath(createReport({}, cluster))).toBe(path);
  });
});
