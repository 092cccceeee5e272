import { describe, expect, it } from 'vitest';
import { analyzeInventories } from '../../functions/fleet/analyze-inventories.ts';
import { runReportSchema } from '../../functions/fleet/run-report.ts';
import { saveRun } from '../../functions/fleet/save-run.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createConfiguration, inventoryOf } from '../analysis/builders.ts';

describe('saveRun', () => {
  it('writes run.json last, so that a run that can be read is complete', async () => {
    const configuration = createConfiguration();
    const inputs = [inventoryOf({ name: 'a' }), inventoryOf({ name: 'b' })].map((inventory) => ({
      inventory,
      hash: inventory.cluster.name,
    }));
    const run = analyzeInventories(inputs, { target: 'next', configuration, checks: [] });
    const { store, written, text } = memoryStore();
    await saveRun(store, run, configuration);
    expect(written).toHaveLength(6);
    expect(written.at(-1)).toBe(`runs/${run.runId}/run.json`);
    expect(runReportSchema.parse(JSON.parse(text(`runs/${run.runId}/run.json`)))).toEqual(run);
    expect(JSON.parse(text('config/greenlight.json'))).toEqual(JSON.parse(JSON.stringify(configuration)));
  });
});
