import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { analyzeInventory } from '../../functions/analysis/analyze.ts';
import { clusterReportSchema } from '../../functions/analysis/cluster-report.ts';
import { findingSchema } from '../../functions/checks/finding.ts';
import { saveClusterReport, saveInventory } from '../../functions/store/records.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createCheck, createConfiguration, createDescribedInventory, createDraft } from '../analysis/builders.ts';

const run = { runId: '2026-11-21T06-00-00Z-0a1b2c3d', startedAt: new Date('2026-11-21T06:00:00Z') };
const reportKey = `runs/${run.runId}/clusters/111111111111/eu-west-1/payments.json`;
const findingsKey = 'findings/date=2026-11-21/account=111111111111/region=eu-west-1/payments.jsonl';

const reportWith = (...messages: string[]) =>
  analyzeInventory(createDescribedInventory(), {
    now: run.startedAt,
    target: 'next',
    configuration: createConfiguration(),
    checks: [createCheck({ run: () => messages.map((message, index) => createDraft({ message, discriminator: String(index) })) })],
  });

describe('saveClusterReport', () => {
  it('writes the report and one finding a line, whatever the message holds', async () => {
    const { store, text, written } = memoryStore();
    const report = reportWith('two\nlines', 'and \u2028 another');
    await saveClusterReport(store, run, report);
    expect(written).toEqual([reportKey, findingsKey]);
    expect(clusterReportSchema.parse(JSON.parse(text(reportKey)))).toEqual(report);
    const lines = text(findingsKey).split('\n');
    expect(lines.pop()).toBe('');
    const rows = lines.map((line) => findingSchema.extend({ clusterArn: z.string(), runId: z.string() }).parse(JSON.parse(line)));
    expect(rows).toEqual(report.findings.map((finding) => ({ ...finding, clusterArn: report.cluster.arn, runId: run.runId })));
  });

  it('leaves an empty table where the findings of an earlier run of the day are gone', async () => {
    const { store, text } = memoryStore();
    await saveClusterReport(store, run, reportWith('one'));
    await saveClusterReport(store, run, reportWith());
    expect(text(findingsKey)).toBe('');
  });
});

describe('saveInventory', () => {
  it('keeps the inventory compressed, the same bytes each time', async () => {
    const inventory = createDescribedInventory();
    const key = `inventory/111111111111/eu-west-1/payments/${run.runId}.json.gz`;
    const bodies = await Promise.all(
      [1, 2].map(async () => {
        const { store } = memoryStore();
        await saveInventory(store, run.runId, inventory);
        return (await store.get(key))?.body;
      }),
    );
    expect(JSON.parse(gunzipSync(bodies[0] ?? '').toString())).toEqual(inventory);
    expect(bodies[1]).toEqual(bodies[0]);
  });
});
