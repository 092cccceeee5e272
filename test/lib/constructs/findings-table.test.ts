import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { keys } from '../../../functions/store/layout.ts';
import { saveClusterReport } from '../../../functions/store/records.ts';
import { memoryStore } from '../../../simulator/memory-store.ts';
import { createFinding } from '../../analysis/builders.ts';
import { createReport } from '../../report/text/builders.ts';
import { toolingStack } from '../stacks.ts';
import { synthesized } from '../synthesized.ts';

const table = () => synthesized(toolingStack('explicit', { athena: true })).one('AWS::Glue::Table');
const inputSchema = z.object({
  PartitionKeys: z.array(z.object({ Name: z.string() })),
  Parameters: z.record(z.string(), z.unknown()),
  StorageDescriptor: z.object({ Columns: z.array(z.object({ Name: z.string(), Type: z.string() })) }),
});
const input = () => inputSchema.parse(table().properties.TableInput);

describe('the table of findings', () => {
  it('is there only where it is asked for', () => {
    expect(synthesized(toolingStack()).ofType('AWS::Glue::Table')).toEqual([]);
    expect(table().properties.DatabaseName).toBe('eks_greenlight');
  });

  it('has a column for everything that a line of findings holds', async () => {
    const { store, text } = memoryStore();
    const startedAt = new Date('2026-11-21T06:00:00Z');
    const report = createReport({ findings: [createFinding()] });
    await saveClusterReport(store, { runId: 'run', startedAt }, report);
    const line = JSON.parse(text(keys.findings(startedAt, report.cluster)));
    expect(
      input()
        .StorageDescriptor.Columns.map(({ Name }) => Name)
        .sort(),
    ).toEqual(Object.keys(line).sort());
  });

  it('finds its partitions where findings are written', () => {
    const location = JSON.stringify(input().Parameters['storage.location.template']);
    const key = keys.findings(new Date('2026-11-21T06:00:00Z'), { accountId: '111111111111', region: 'eu-west-1', name: 'payments' });
    const partition: Readonly<Record<string, string>> = { date: '2026-11-21', account: '111111111111', region: 'eu-west-1' };
    const filled = location.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => partition[name] ?? '');
    expect(filled).toContain(`/${key.slice(0, key.lastIndexOf('/') + 1)}`);
    expect(input().PartitionKeys.map(({ Name }) => Name)).toEqual(['date', 'account', 'region']);
  });
});
