import { demoNow } from '../../simulator/fleet/clock.ts';
import { demoFleet, demoTargets } from '../../simulator/fleet/demo-fleet.ts';
import { defaultConfiguration } from '../config/defaults.ts';

/** The demo fleet as a scan sees it. Clock and run id are fixed: the same report every time. */
export function demoScope() {
  return {
    targets: demoTargets,
    failedTargets: [],
    sources: demoFleet(),
    configuration: defaultConfiguration,
    clock: () => demoNow,
    suffix: 'de000000',
  };
}
