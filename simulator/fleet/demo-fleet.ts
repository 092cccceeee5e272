import type { Target } from '../../functions/fleet/scan-cluster.ts';
import { type SimulatedFleet, type SimulationOptions, simulatedFleet } from '../fleet-sources.ts';
import type { SimulatedAccount, World } from '../world.ts';
import { demoCatalogue } from './catalogue.ts';
import { dataPlatform } from './data-platform.ts';
import { payments } from './payments.ts';
import { retail } from './retail.ts';

/** Bought last month; its administrators have not deployed the scan role. */
const logistics: SimulatedAccount = {
  id: '444444444444',
  name: 'acquired-logistics',
  denied: {
    code: 'AssumeRoleDenied',
    message: 'sts:AssumeRole arn:aws:iam::444444444444:role/eks-greenlight-scan: AccessDenied; deploy EksGreenlightMember into the account',
  },
  regions: [{ name: 'eu-west-1', clusters: [] }],
};

const world: World = { accounts: [payments, retail, dataPlatform, logistics], catalogue: demoCatalogue };

/** The company of the demo: four accounts, one of which cannot be entered. */
export function demoWorld(): World {
  return world;
}

/** Every account in every region in which it may have clusters. */
export const demoTargets: readonly Target[] = world.accounts.flatMap(({ id, name, regions }) =>
  regions.map((region) => ({ accountId: id, accountName: name, region: region.name })),
);

/** The outside of a scan of the demo fleet: lists of clusters, and the ports of each with its meter. */
export function demoFleet(options: SimulationOptions = {}): SimulatedFleet {
  return simulatedFleet(world, options);
}
