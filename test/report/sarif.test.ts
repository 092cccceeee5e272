import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { checks } from '../../functions/checks/list.ts';
import { runSarif } from '../../functions/report/sarif.ts';
import { createFinding } from '../analysis/builders.ts';
import { createReport, createRun } from './text/builders.ts';

/** What code scanning needs of SARIF 2.1.0. */
const result = z.object({
  ruleId: z.string(),
  level: z.enum(['error', 'warning', 'note']),
  message: z.object({ text: z.string().min(1) }),
  locations: z
    .array(
      z.object({
        physicalLocation: z.object({
          artifactLocation: z.object({ uri: z.string().regex(/^[^\s/\\][^\s\\]*$/) }),
          region: z.object({ startLine: z.int().min(1) }),
        }),
      }),
    )
    .min(1),
  partialFingerprints: z.record(z.string(), z.string()),
  suppressions: z.array(z.object({ kind: z.literal('external'), justification: z.string() })).optional(),
});
const log = z.object({
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.object({
      tool: z.object({ driver: z.object({ name: z.string(), version: z.string(), rules: z.array(z.object({ id: z.string() })) }) }),
      invocations: z.tuple([
        z.object({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(z.object({ message: z.object({ text: z.string() }) })),
        }),
      ]),
      results: z.array(result),
    }),
  ]),
});
const sarif = (run: Parameters<typeof runSarif>[0]) => log.parse(JSON.parse(runSarif(run, { version: '1.2.3', checks }))).runs[0];

describe('a run as SARIF', () => {
  it('has a result a finding, with the level of its severity and the identity that it keeps between runs', () => {
    const findings = [
      createFinding({ check: 'cluster-status', severity: 'required', id: '0000000000000001' }),
      createFinding({ check: 'cluster-health', severity: 'recommended', id: '0000000000000002' }),
      createFinding({ check: 'cluster-health', severity: 'info', id: '0000000000000003' }),
    ];
    const { results, tool } = sarif(createRun([createReport({ findings })]));
    expect(results.map(({ level, partialFingerprints }) => [level, partialFingerprints['eksGreenlightFinding/v1']])).toEqual([
      ['error', '0000000000000001'],
      ['warning', '0000000000000002'],
      ['note', '0000000000000003'],
    ]);
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(['cluster-status', 'cluster-health']);
    expect(tool.driver.version).toBe('1.2.3');
  });

  it('points at the file and the line of a manifest, else at the object of the cluster', () => {
    const inFile = createFinding({ facts: { file: 'charts/my app/ingress.yaml', line: 12 } });
    const absolute = createFinding({ facts: { file: '/srv/app/web.yaml', line: 3 } });
    const live = createFinding({ subject: { kind: 'Deployment', namespace: 'shop', name: 'web', arn: null } });
    const { results } = sarif(createRun([createReport({ findings: [inFile, absolute, live] })]));
    const places = results.map(({ locations: [first] }) => [
      first?.physicalLocation.artifactLocation.uri,
      first?.physicalLocation.region.startLine,
    ]);
    expect(places).toEqual([
      ['charts/my%20app/ingress.yaml', 12],
      ['file:///srv/app/web.yaml', 3],
      ['eks/111111111111/eu-west-1/payments/Deployment/shop/web', 1],
    ]);
  });

  it('keeps what is suppressed as suppressed', () => {
    const suppression = { reason: 'known', owner: null, expires: '2027-01-01' };
    const { results } = sarif(createRun([createReport({ suppressed: [{ ...createFinding(), suppression }] })]));
    expect(results[0]?.suppressions).toMatchObject([{ justification: 'known' }]);
  });

  it('says what was not seen: silence is no health', () => {
    const failed = {
      accountId: '222222222222',
      region: 'us-east-1',
      status: 'failed',
      code: 'AssumeRoleDenied',
      message: 'no',
      reason: null,
    } as const;
    const unknown = { check: 'cluster-status', status: 'unknown', findings: 0, missing: [] } as const;
    const { invocations } = sarif(createRun([createReport({ checks: [{ ...unknown, missing: [] }] })], { targets: [failed] }));
    const [{ executionSuccessful, toolExecutionNotifications }] = invocations;
    expect(executionSuccessful).toBe(false);
    expect(toolExecutionNotifications.map(({ message }) => message.text)).toEqual([
      'not scanned: 222222222222 us-east-1: AssumeRoleDenied no',
      'payments: 1 checks could not be judged: cluster-status',
    ]);
  });
});
