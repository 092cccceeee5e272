import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { buildReport, parseReport, rotationReportSchema } from '../../functions/rotation/rotation-report.ts';
import { createRotationRecord } from './records.ts';
import { finishedRecord, sampleReport } from './reports.ts';

describe('the report of a rotation', () => {
  it('is what its schema says, also after it was stored', () => {
    const report = sampleReport();
    expect(rotationReportSchema.parse(report)).toEqual(report);
    expect(parseReport(new TextEncoder().encode(JSON.stringify(report)), 'report.json')).toEqual(report);
    expect(z.toJSONSchema(rotationReportSchema)).toMatchObject({ type: 'object' });
  });

  it('names groups before, and after as they were read', () => {
    const { blue, green } = sampleReport();
    expect(blue).toMatchObject({
      name: 'workers-a',
      created: false,
      before: { releaseVersion: '1.35.0-20260901' },
      after: { bounds: { min: 0, desired: 0, max: 5 } },
    });
    expect(green).toMatchObject({ name: 'workers-b', created: true, before: null, after: { bounds: { min: 1, desired: 2, max: 5 } } });
  });

  it('says nothing of a world that was not read at the end, and gives no advice about it', () => {
    const report = sampleReport({ notes: {} });
    expect(report).toMatchObject({ blue: { after: null }, green: { after: null }, verified: null, code: [] });
  });

  it('measures each phase until the next one begins, in the order in which they began', () => {
    const { phases, seconds } = sampleReport({
      phaseStartedAt: { drain: '2026-11-21T12:20:00.000Z', acquire: '2026-11-21T12:00:00.000Z', 'r0-stop': '2026-11-21T12:50:00.000Z' },
    });
    expect(phases.map((one) => [one.phase, one.seconds])).toEqual([
      ['acquire', 1200],
      ['drain', 1800],
      ['r0-stop', 2400],
    ]);
    expect(seconds).toBe(5400);
  });

  it('lists batches with what was refused and what blocked', () => {
    const { batches, evicted, lost } = sampleReport();
    expect(evicted).toBe(10);
    expect(batches[0]).toMatchObject({ index: 0, seconds: 330, evicted: 7, refused: [] });
    expect(batches[1]).toMatchObject({
      seconds: null,
      refused: [{ pod: 'shop/web-1', status: 429, message: 'budget web allows no eviction' }],
      blockers: [{ pod: 'Pod shop/debug' }],
    });
    expect(lost).toEqual(['Pod shop/debug']);
  });

  it('says of each workload how few were Ready, and what was broken before', () => {
    expect(sampleReport().workloads).toEqual([
      {
        workload: 'Deployment shop/web',
        desiredBefore: 2,
        readyBefore: 2,
        brokenBefore: false,
        fewest: { desired: 2, ready: 1, at: '2026-11-21T12:21:00.000Z' },
      },
      { workload: 'Deployment shop/api', desiredBefore: 2, readyBefore: 1, brokenBefore: true, fewest: null },
      { workload: 'Deployment shop/mail', desiredBefore: 2, readyBefore: 2, brokenBefore: false, fewest: null },
    ]);
  });

  it('says what was changed', () => {
    expect(sampleReport().changed).toEqual([
      'node group workers-b was created',
      'the sizes of workers-a were held at 2',
      'processes of eks-workers-a were suspended: AZRebalance, AlarmNotification',
      'workers-b was made larger',
      'the blue nodes were cordoned',
      'Deployment shop/api was raised from 1 by one',
      'workers-a was made smaller',
      'workers-a was guarded as a standby',
    ]);
  });

  it('keeps no nonce of an approval', () => {
    expect(JSON.stringify(sampleReport())).not.toContain('secret-nonce');
  });

  it('says what a revert left', () => {
    const revert = {
      cause: 'alarm',
      from: 'drain',
      since: '2026-11-21T12:30:00.000Z',
      starts: 1,
      notBefore: '2026-11-21T12:30:00.000Z',
      left: ['blue is short'],
    } as const;
    const report = sampleReport({ revert: { ...revert, left: [...revert.left] } }, { name: 'hold-both-up' });
    expect(report.revert).toEqual({ cause: 'alarm', from: 'drain', since: '2026-11-21T12:30:00.000Z', starts: 1, left: ['blue is short'] });
    expect(report.code).toEqual([]);
  });

  it('can be made of a rotation that had hardly begun', () => {
    const record = createRotationRecord({ blue: null, green: null, size: 0 });
    const report = buildReport({ record, timeline: [], outcome: { name: 'refused', cause: 'no pair', at: record.startedAt } });
    expect(rotationReportSchema.parse(report)).toMatchObject({ blue: null, green: null, changed: [], workloads: [], seconds: 0 });
  });

  it('is made of whatever stands in the notes', () => {
    const record = finishedRecord({ notes: { availability: [], lastLook: 'x', plan: null } });
    expect(() => buildReport({ record, timeline: [], outcome: { name: 'succeeded', cause: '', at: record.startedAt } })).not.toThrow();
  });
});

describe('what to change in code', () => {
  const withTag = (key: string) => {
    const { snapshot } = finishedRecord();
    if (!snapshot) throw new Error('no snapshot');
    return sampleReport({ snapshot: { ...snapshot, blue: { ...snapshot.blue, tags: [{ key, value: 'x', propagateAtLaunch: true }] } } })
      .code;
  };

  it('is said for Terraform where no tag names another tool, with an import of what the rotation made', () => {
    expect(sampleReport().code).toEqual([
      {
        tool: 'Terraform',
        object: 'node group workers-b',
        change:
          'The rotation made this group: import { to = aws_eks_node_group.NAME, id = "payments:workers-b" }, tag eks-greenlight/pair included. ' +
          'Set scaling_config { min_size = 1, desired_size = 2, max_size = 5 }, or ignore changes of scaling_config[0].desired_size.',
      },
      {
        tool: 'Terraform',
        object: 'node group workers-a',
        change:
          'Set scaling_config { min_size = 0, desired_size = 0, max_size = 5 }, or ignore changes of scaling_config[0].desired_size. ' +
          'Add taint { key = "eks-greenlight/standby", value = "true", effect = "NO_SCHEDULE" } while it is a standby.',
      },
    ]);
  });

  it.each([
    ['aws:cloudformation:stack-name', 'CloudFormation', /ScalingConfig to MinSize 0, DesiredSize 0, MaxSize 5/],
    ['alpha.eksctl.io/cluster-name', 'eksctl', /minSize: 0, desiredCapacity: 0, maxSize: 5/],
  ])('is said for the tool whose tag %s is there', (key, tool, change) => {
    expect(withTag(key).at(-1)).toMatchObject({ tool, change: expect.stringMatching(change) });
  });
});
