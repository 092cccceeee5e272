import { CollectionError } from '../functions/inventory/error-codes.ts';
import type { EksPort } from '../functions/inventory/ports.ts';
import { pagesOf, type Wire } from './wire.ts';
import { clustersIn, denialOf, type Place, type SimulatedCluster, type World } from './world.ts';

/** EKS in one account and region of the world. */
export function simulatedEks(world: World, place: Place, wire: Wire, pageSize = 100): EksPort {
  const request = (operation: string, respond: () => unknown) =>
    wire.request('eks', `eks:${operation}`, () => {
      const denial = denialOf(world, place);
      if (denial) throw new CollectionError(denial.code, denial.message);
      return respond();
    });
  const list = <T>(operation: string, field: string, items: () => readonly T[]) =>
    pagesOf({
      items,
      size: pageSize,
      request: (respond) => request(operation, respond),
      answer: (page) => ({ [field]: page }),
    });
  const clusterNamed = (name: string): SimulatedCluster =>
    named(
      `cluster ${name}`,
      clustersIn(world, place).find(({ cluster }) => cluster.name === name),
    );
  return {
    listClusters: () => list('ListClusters', 'clusters', () => clustersIn(world, place).map(({ cluster }) => cluster.name)),
    describeCluster: ({ name }) => request('DescribeCluster', () => ({ cluster: clusterNamed(name).cluster })),
    listNodegroups: ({ clusterName }) =>
      list('ListNodegroups', 'nodegroups', () => clusterNamed(clusterName).nodegroups.map(({ nodegroupName }) => nodegroupName)),
    describeNodegroup: ({ clusterName, nodegroupName }) =>
      request('DescribeNodegroup', () => ({
        nodegroup: named(
          `node group ${nodegroupName}`,
          clusterNamed(clusterName).nodegroups.find((one) => one.nodegroupName === nodegroupName),
        ),
      })),
    listFargateProfiles: ({ clusterName }) =>
      list('ListFargateProfiles', 'fargateProfileNames', () =>
        clusterNamed(clusterName).fargateProfiles.map(({ fargateProfileName }) => fargateProfileName),
      ),
    describeFargateProfile: ({ clusterName, fargateProfileName }) =>
      request('DescribeFargateProfile', () => ({
        fargateProfile: named(
          `Fargate profile ${fargateProfileName}`,
          clusterNamed(clusterName).fargateProfiles.find((one) => one.fargateProfileName === fargateProfileName),
        ),
      })),
    listAddons: ({ clusterName }) => list('ListAddons', 'addons', () => clusterNamed(clusterName).addons.map(({ addonName }) => addonName)),
    describeAddon: ({ clusterName, addonName }) =>
      request('DescribeAddon', () => ({
        addon: named(
          `add-on ${addonName}`,
          clusterNamed(clusterName).addons.find((one) => one.addonName === addonName),
        ),
      })),
    describeClusterVersions: () => list('DescribeClusterVersions', 'clusterVersions', () => world.catalogue.clusterVersions),
    describeAddonVersions: () => list('DescribeAddonVersions', 'addons', () => world.catalogue.addons),
  };
}

function named<T>(what: string, found: T | undefined): T {
  if (found === undefined) throw new CollectionError('NotFound', `No ${what} found (ResourceNotFoundException)`);
  return found;
}
