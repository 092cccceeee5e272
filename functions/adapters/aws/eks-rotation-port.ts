import {
  CreateNodegroupCommand,
  type CreateNodegroupCommandInput,
  DeleteNodegroupCommand,
  DescribeUpdateCommand,
  type EKSClient,
  paginateListUpdates,
  UpdateNodegroupConfigCommand,
  type UpdateNodegroupConfigCommandInput,
} from '@aws-sdk/client-eks';
import type { EksReadPort, EksWritePort } from '../../rotation/ports.ts';
import { answerOf, pagesOf } from './calls.ts';
import { type AwsPortOptions, eksPort } from './eks-port.ts';

/** EKS in one account and region, for a rotation. Creating and updating carry the SDK's own request token, so that its retries do it once. */
export function eksRotationPort(options: AwsPortOptions<EKSClient>): EksReadPort & EksWritePort {
  const { client, region, deadline } = options;
  const { describeCluster, listNodegroups, describeNodegroup, listInsights } = eksPort(options);
  const paging = { client, stopOnSameToken: true };
  const sending = { abortSignal: deadline };
  const call = (operation: string, what: string) => ({ action: `eks:${operation}`, target: `${what} in ${region}`, deadline });
  const groupOf = ({ clusterName, nodegroupName }: { readonly clusterName: string; readonly nodegroupName: string }) =>
    `node group ${nodegroupName} of ${clusterName}`;
  return {
    describeCluster,
    listNodegroups,
    describeNodegroup,
    listInsights,
    listUpdates: ({ name, nodegroupName }) =>
      pagesOf(
        call('ListUpdates', `updates of ${nodegroupName === undefined ? name : groupOf({ clusterName: name, nodegroupName })}`),
        paginateListUpdates(paging, { name, nodegroupName }, sending),
      ),
    describeUpdate: (input) =>
      answerOf(call('DescribeUpdate', `update ${input.updateId} of ${input.name}`), () =>
        client.send(new DescribeUpdateCommand(input), sending),
      ),
    // What a group is made of goes to EKS as it came from there; EKS says what is missing or wrong.
    createNodegroup: (input) =>
      answerOf(call('CreateNodegroup', groupOf(input)), () =>
        client.send(new CreateNodegroupCommand(input as typeof input & CreateNodegroupCommandInput), sending),
      ),
    deleteNodegroup: (input) =>
      answerOf(call('DeleteNodegroup', groupOf(input)), () => client.send(new DeleteNodegroupCommand(input), sending)),
    updateNodegroupConfig: (input) =>
      answerOf(call('UpdateNodegroupConfig', groupOf(input)), () =>
        client.send(new UpdateNodegroupConfigCommand(input as typeof input & UpdateNodegroupConfigCommandInput), sending),
      ),
  };
}
