import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeInventory } from '../../functions/analysis/analyze.ts';
import { checks } from '../../functions/checks/list.ts';
import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { scanFleet } from '../../functions/fleet/scan-fleet.ts';
import { evidenceList } from '../../functions/inventory/evidence/list.ts';
import { type Inventory, inventorySchema } from '../../functions/inventory/inventory.ts';
import { demoNow } from '../../simulator/fleet/clock.ts';
import { demoFleet, demoTargets } from '../../simulator/fleet/demo-fleet.ts';

const keys = evidenceList.filter(({ collect }) => collect).map(({ key }) => key);

/** What may become of one piece of evidence. */
const losses: Readonly<Record<string, (inventory: Inventory, key: string) => Inventory['evidence']>> = {
  'is removed': ({ evidence }, key) => Object.fromEntries(Object.entries(evidence).filter(([other]) => other !== key)),
  'is denied': ({ evidence }, key) => ({ ...evidence, [key]: { status: 'unavailable', code: 'Forbidden', message: 'denied by the test' } }),
  'is null': ({ evidence }, key) => ({ ...evidence, [key]: { status: 'collected', data: null } }),
  'is text': ({ evidence }, key) => ({ ...evidence, [key]: { status: 'collected', data: 'nonsense' } }),
  'holds nonsense': ({ evidence }, key) => ({ ...evidence, [key]: { status: 'collected', data: [{ metadata: 1 }, null, 3] } }),
};

let fleet: readonly Inventory[] = [];

beforeAll(async () => {
  const seen: Inventory[] = [];
  await scanFleet({
    targets: demoTargets,
    sources: demoFleet(),
    configuration: defaultConfiguration,
    clock: () => demoNow,
    now: demoNow,
    analysis: { target: 'next' },
    onInventory: async (inventory) => void seen.push(inventory),
  });
  fleet = seen;
});

describe.each(Object.keys(losses))('evidence that %s', (loss) => {
  it.each(keys)('%s: no cluster of the demo fleet crashes, and no essential check that needs it passes', (key) => {
    expect(fleet.length).toBeGreaterThan(8);
    for (const inventory of fleet) {
      const evidence = losses[loss]?.(inventory, key) ?? {};
      const report = analyzeInventory(inventorySchema.parse({ ...inventory, evidence }), {
        now: demoNow,
        target: 'next',
        configuration: defaultConfiguration,
      });
      for (const check of checks.filter(({ essential }) => essential)) {
        const needsIt = [...check.needs, ...check.completedBy].some((needed) => needed === key);
        const result = report.checks.find((one) => one.check === check.id);
        if (needsIt) expect(result, `${inventory.cluster.name} ${check.id}`).not.toMatchObject({ status: 'passed' });
      }
    }
  });
});
