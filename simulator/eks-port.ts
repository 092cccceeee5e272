import type { EksPort } from '../functions/inventory/ports.ts';
import { insightsOf } from './aws-defaults.ts';
import { awsRequests, named } from './aws-requests.ts';
import type { Wire } from './wire.ts';
import { clustersIn, type Place, type SimulatedCluster, type World } from './world.ts';

/** Members of an insight that ListInsights answers; the rest only DescribeInsight does. */
const summaryMembers = [
  ...['id', 'name', 'category', 'kubernetesVersion', 'lastRefreshTime', 'lastTransitionTime', 'description', 'insightStatus'],
];

/** EKS in one account and region of the world. */
export function simulatedEks(world: World, place: Place, wire: Wire, pageSize = 100): EksPort {
  const { request, list: listPages } = awsRequests(world, place, wire, 'eks');
  const list = <T>(operation: string, field: string, items: () => readonly T[]) => listPages(operation, field, pageSize, items);
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
    listInsights: ({ clusterName }) =>
      list('ListInsights', 'insights', () =>
        insightsOf(world, clusterNamed(clusterName)).map((insight) =>
          Object.fromEntries(Object.entries(insight).filter(([member]) => summaryMembers.includes(member))),
        ),
      ),
    describeInsight: ({ clusterName, id }) =>
      request('DescribeInsight', () => ({
        insight: named(
          `insight ${id}`,
          insightsOf(world, clusterNamed(clusterName)).find((one) => one.id === id),
        ),
      })),
    listUpdates: ({ name }) => list('ListUpdates', 'updateIds', () => (clusterNamed(name).updates ?? []).map(({ id }) => id)),
    describeUpdate: ({ name, updateId }) =>
      request('DescribeUpdate', () => ({
        update: named(
          `update ${updateId}`,
          (clusterNamed(name).updates ?? []).find(({ id }) => id === updateId),
        ),
      })),
  };
}
