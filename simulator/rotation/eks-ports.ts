import * as z from 'zod';
import type { EksReadPort, EksWritePort } from '../../functions/rotation/ports.ts';
import { awsFailure } from './aws-errors.ts';
import type { Caller } from './calls.ts';
import type { LiveCluster } from './cluster.ts';
import { addNodegroup } from './new-groups.ts';
import { deleteNodegroup, describe, type LiveNodegroup, type LiveUpdate, updateConfig } from './node-groups.ts';

const taint = z.object({
  key: z.string(),
  value: z.string().default(''),
  effect: z.enum(['NO_SCHEDULE', 'NO_EXECUTE', 'PREFER_NO_SCHEDULE']),
});
const changeSchema = z.object({
  scalingConfig: z.object({ minSize: z.number(), maxSize: z.number(), desiredSize: z.number() }).partial().optional(),
  labels: z
    .object({ addOrUpdateLabels: z.record(z.string(), z.string()), removeLabels: z.array(z.string()) })
    .partial()
    .optional(),
  taints: z
    .object({ addOrUpdateTaints: z.array(taint), removeTaints: z.array(taint) })
    .partial()
    .optional(),
  updateConfig: z.object({ maxUnavailable: z.number().optional(), maxUnavailablePercentage: z.number().optional() }).optional(),
});

export function eksReads(cluster: LiveCluster, { ask, pages }: Caller): EksReadPort {
  return {
    describeCluster: ({ name }) =>
      ask('eks:DescribeCluster', name, () => {
        if (name !== cluster.name)
          throw awsFailure('eks:DescribeCluster', `cluster ${name}`, 'ResourceNotFoundException', 'No cluster found');
        return { cluster: { status: 'ACTIVE', ...cluster.details, name, arn: cluster.arn, version: cluster.version } };
      }),
    listNodegroups: () => pages('eks:ListNodegroups', cluster.name, 'nodegroups', () => [...cluster.nodegroups.keys()].sort()),
    describeNodegroup: ({ nodegroupName }) =>
      ask('eks:DescribeNodegroup', nodegroupName, () => ({
        nodegroup: describe(cluster, nodegroupNamed(cluster, nodegroupName, 'eks:DescribeNodegroup')),
      })),
    listUpdates: ({ nodegroupName }) =>
      pages('eks:ListUpdates', nodegroupName ?? cluster.name, 'updateIds', () =>
        nodegroupName === undefined ? [] : nodegroupNamed(cluster, nodegroupName, 'eks:ListUpdates').updates.map(({ id }) => id),
      ),
    describeUpdate: ({ updateId, nodegroupName = '' }) =>
      ask('eks:DescribeUpdate', updateId, () => {
        const update = cluster.nodegroups.get(nodegroupName)?.updates.find(({ id }) => id === updateId);
        if (!update) throw awsFailure('eks:DescribeUpdate', `update ${updateId}`, 'ResourceNotFoundException', 'No update found');
        return { update: shown(update) };
      }),
    listInsights: ({ clusterName }) => pages('eks:ListInsights', clusterName, 'insights', () => []),
  };
}

const shown = (update: LiveUpdate) => ({ type: 'ConfigUpdate', ...update });

function nodegroupNamed(cluster: LiveCluster, name: string, action: string): LiveNodegroup {
  const found = cluster.nodegroups.get(name);
  if (!found)
    throw awsFailure(
      action,
      `node group ${name} of cluster ${cluster.name}`,
      'ResourceNotFoundException',
      `No node group found for name: ${name}.`,
    );
  return found;
}

export function eksWrites(cluster: LiveCluster, { principal, write }: Caller): EksWritePort {
  return {
    createNodegroup: (input) =>
      write('eks:CreateNodegroup', input.nodegroupName, input, () => {
        if (cluster.nodegroups.has(input.nodegroupName)) {
          throw awsFailure(
            'eks:CreateNodegroup',
            `node group ${input.nodegroupName}`,
            'ResourceInUseException',
            'NodeGroup already exists',
          );
        }
        return { nodegroup: describe(cluster, addNodegroup(cluster, input)) };
      }),
    deleteNodegroup: ({ nodegroupName }) =>
      write('eks:DeleteNodegroup', nodegroupName, {}, () => {
        const nodegroup = nodegroupNamed(cluster, nodegroupName, 'eks:DeleteNodegroup');
        deleteNodegroup(cluster, nodegroup, principal);
        return { nodegroup: describe(cluster, nodegroup) };
      }),
    updateNodegroupConfig: (input) =>
      write('eks:UpdateNodegroupConfig', input.nodegroupName, input, () => {
        const nodegroup = nodegroupNamed(cluster, input.nodegroupName, 'eks:UpdateNodegroupConfig');
        return { update: shown(updateConfig(cluster, nodegroup, changeSchema.parse(input), principal)) };
      }),
  };
}
