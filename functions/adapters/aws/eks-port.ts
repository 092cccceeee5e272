import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  DescribeInsightCommand,
  DescribeNodegroupCommand,
  DescribeUpdateCommand,
  type EKSClient,
  paginateDescribeAddonVersions,
  paginateDescribeClusterVersions,
  paginateListAddons,
  paginateListClusters,
  paginateListFargateProfiles,
  paginateListInsights,
  paginateListNodegroups,
  paginateListUpdates,
} from '@aws-sdk/client-eks';
import type { EksPort } from '../../inventory/ports.ts';
import { answerOf, pagesOf } from './calls.ts';

export interface AwsPortOptions<Client> {
  readonly client: Client;
  readonly region: string;
  /** Ends every call. */
  readonly deadline: AbortSignal;
}

/** EKS in one account and region. */
export function eksPort({ client, region, deadline }: AwsPortOptions<EKSClient>): EksPort {
  const paging = { client, stopOnSameToken: true };
  const sending = { abortSignal: deadline };
  const call = (operation: string, what: string) => ({ action: `eks:${operation}`, target: `${what} in ${region}`, deadline });
  return {
    listClusters: () => pagesOf(call('ListClusters', 'clusters'), paginateListClusters(paging, {}, sending)),
    describeCluster: (input) =>
      answerOf(call('DescribeCluster', `cluster ${input.name}`), () => client.send(new DescribeClusterCommand(input), sending)),
    listNodegroups: ({ clusterName }) =>
      pagesOf(call('ListNodegroups', `node groups of ${clusterName}`), paginateListNodegroups(paging, { clusterName }, sending)),
    describeNodegroup: (input) =>
      answerOf(call('DescribeNodegroup', `node group ${input.nodegroupName} of ${input.clusterName}`), () =>
        client.send(new DescribeNodegroupCommand(input), sending),
      ),
    listFargateProfiles: ({ clusterName }) =>
      pagesOf(
        call('ListFargateProfiles', `Fargate profiles of ${clusterName}`),
        paginateListFargateProfiles(paging, { clusterName }, sending),
      ),
    describeFargateProfile: (input) =>
      answerOf(call('DescribeFargateProfile', `Fargate profile ${input.fargateProfileName} of ${input.clusterName}`), () =>
        client.send(new DescribeFargateProfileCommand(input), sending),
      ),
    listAddons: ({ clusterName }) =>
      pagesOf(call('ListAddons', `add-ons of ${clusterName}`), paginateListAddons(paging, { clusterName }, sending)),
    describeAddon: (input) =>
      answerOf(call('DescribeAddon', `add-on ${input.addonName} of ${input.clusterName}`), () =>
        client.send(new DescribeAddonCommand(input), sending),
      ),
    describeClusterVersions: ({ includeAll }) =>
      pagesOf(call('DescribeClusterVersions', 'Kubernetes versions'), paginateDescribeClusterVersions(paging, { includeAll }, sending)),
    describeAddonVersions: () =>
      pagesOf(call('DescribeAddonVersions', 'add-on versions'), paginateDescribeAddonVersions(paging, {}, sending)),
    listInsights: ({ clusterName }) =>
      pagesOf(call('ListInsights', `insights of ${clusterName}`), paginateListInsights(paging, { clusterName }, sending)),
    describeInsight: (input) =>
      answerOf(call('DescribeInsight', `insight ${input.id} of ${input.clusterName}`), () =>
        client.send(new DescribeInsightCommand(input), sending),
      ),
    listUpdates: ({ name }) => pagesOf(call('ListUpdates', `updates of ${name}`), paginateListUpdates(paging, { name }, sending)),
    describeUpdate: (input) =>
      answerOf(call('DescribeUpdate', `update ${input.updateId} of ${input.name}`), () =>
        client.send(new DescribeUpdateCommand(input), sending),
      ),
  };
}
