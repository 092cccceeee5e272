import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { scanFleet } from '../../functions/fleet/scan-fleet.ts';
import type { Inventory } from '../../functions/inventory/inventory.ts';
import { demoNow } from '../../simulator/fleet/clock.ts';
import { demoFleet, demoTargets } from '../../simulator/fleet/demo-fleet.ts';

/** The inventories of the demo fleet, by the name of the cluster. */
export async function demoInventories(): Promise<ReadonlyMap<string, Inventory>> {
  const inventories = new Map<string, Inventory>();
  await scanFleet({
    targets: demoTargets,
    sources: demoFleet(),
    configuration: defaultConfiguration,
    analysis: { target: 'next' },
    now: demoNow,
    clock: () => demoNow,
    onInventory: async (inventory) => void inventories.set(inventory.cluster.name, inventory),
  });
  return inventories;
}
