import { amazonLinux2Facts } from '../../checks/amazon-linux-2-nodes.ts';
import type { ClusterIdentity } from '../../inventory/inventory.ts';
import { compareVersions, formatVersion, type KubernetesVersion } from '../../versions/kubernetes-version.ts';
import type { PlannedGroup, SeenNodes } from './plan-nodes.ts';

/** How nodes of one kind get to a version. */
export interface NodeWay {
  /** What is done, in a sentence or two. */
  readonly how: string;
  /** Shell commands that name the real objects; placeholders in capitals where only a person knows. */
  readonly commands: readonly string[];
}

/** How a group is brought to `to`: each kind of node has its own way.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html */
export function wayOf(planned: PlannedGroup, to: KubernetesVersion, seen: SeenNodes, identity: ClusterIdentity): NodeWay {
  const { group } = planned;
  if (seen.autoMode && (group.kind === 'NodePool' || group.kind === 'SelfManagedNodes'))
    return {
      how: 'EKS Auto Mode replaces its nodes by itself after the control plane, within the disruption budgets of the node pools and of the pods.',
      commands: ['kubectl get nodes --label-columns karpenter.sh/nodepool --watch'],
    };
  switch (group.kind) {
    case 'Nodegroup':
      return managedWay(planned, to, identity);
    case 'NodePool':
    case 'Provisioner':
      return karpenterWay(group.name);
    case 'FargateNodes':
      return fargateWay(seen);
    case 'HybridNodes':
      return {
        how: 'Each hybrid node is upgraded on its own machine, drained first.',
        commands: [
          'kubectl drain NODE --ignore-daemonsets --delete-emptydir-data',
          `nodeadm upgrade ${formatVersion(to)} --config-source file://nodeConfig.yaml`,
          'kubectl uncordon NODE',
        ],
      };
    case 'SelfManagedNodes':
      return selfManagedWay(group.name, to, seen, identity);
  }
}

function managedWay({ group, nodegroup }: PlannedGroup, to: KubernetesVersion, { accountId, region, name }: ClusterIdentity): NodeWay {
  const at = `--region ${region} --cluster-name ${name} --nodegroup-name ${group.name}`;
  const amiType = nodegroup?.amiType ?? '';
  const version = formatVersion(to);
  const rotation =
    'Blue/green with a way back instead: start the state machine node-rotation with ' +
    `{"accountId": "${accountId}", "region": "${region}", "cluster": "${name}", "blue": {"nodegroup": "${group.name}"}}, or greenlight rotate start.`;
  const replacement = amazonLinux2Facts.replacements[amiType];
  if (replacement !== undefined && compareVersions(to, amazonLinux2Facts.lastKubernetesVersionWithAmi) > 0)
    return {
      how: `There is no Amazon Linux 2 image for ${version}: create a group on Amazon Linux 2023 beside it, drain this one, delete it. ${rotation}`,
      commands: [
        `aws eks create-nodegroup --region ${region} --cluster-name ${name} --nodegroup-name ${group.name}-al2023 --ami-type ${replacement} --node-role ${nodegroup?.nodeRole ?? 'NODE_ROLE_ARN'} --subnets ${nodegroup?.subnets?.join(' ') ?? 'SUBNET_IDS'}`,
        `kubectl drain --selector eks.amazonaws.com/nodegroup=${group.name} --ignore-daemonsets --delete-emptydir-data`,
        `aws eks delete-nodegroup ${at}`,
      ],
    };
  if (amiType === 'CUSTOM') {
    const template = nodegroup?.launchTemplate;
    const reference = template?.name ? `name=${template.name}` : `id=${template?.id ?? 'TEMPLATE_ID'}`;
    return {
      how: `Its AMI is your own: build one for ${version}, make a version of the launch template with it, then update the group to that version. ${rotation}`,
      commands: [
        `aws ec2 create-launch-template-version --region ${region} ${template?.id ? `--launch-template-id ${template.id}` : `--launch-template-name ${template?.name ?? 'TEMPLATE'}`} --source-version ${template?.version ?? 'VERSION'} --launch-template-data '{"ImageId":"NEW_AMI_ID"}'`,
        `aws eks update-nodegroup-version ${at} --launch-template ${reference},version=NEW_VERSION`,
        `aws eks wait nodegroup-active ${at}`,
      ],
    };
  }
  return {
    how: `EKS replaces its nodes a few at a time and keeps disruption budgets for 15 minutes a node. ${rotation}`,
    commands: [`aws eks update-nodegroup-version ${at} --kubernetes-version ${version}`, `aws eks wait nodegroup-active ${at}`],
  };
}

function karpenterWay(pool: string): NodeWay {
  return {
    how:
      'Karpenter replaces its nodes by drift as soon as the AMI of their node class changes: with an alias that ends in @latest by itself after the ' +
      'control plane, with a pinned alias or id when you change it. Budgets of the node pool set the pace.',
    commands: [
      `kubectl get nodepools.karpenter.sh ${pool} -o jsonpath='{.spec.template.spec.nodeClassRef.name}'`,
      `kubectl get nodeclaims --selector karpenter.sh/nodepool=${pool} --watch`,
    ],
  };
}

function fargateWay({ fargateProfiles }: SeenNodes): NodeWay {
  const namespaces = [
    ...new Set(fargateProfiles.flatMap(({ selectors }) => (selectors ?? []).flatMap(({ namespace }) => namespace ?? []))),
  ];
  return {
    how: 'A pod on Fargate gets the new version when it is created anew: restart its workloads after the control plane.',
    commands: (namespaces.length > 0 ? namespaces : ['NAMESPACE']).map(
      (namespace) => `kubectl rollout restart deployment,statefulset --namespace ${namespace.includes('*') ? 'NAMESPACE' : namespace}`,
    ),
  };
}

function selfManagedWay(name: string, to: KubernetesVersion, { autoScalingGroups }: SeenNodes, { region }: ClusterIdentity): NodeWay {
  const own = autoScalingGroups.filter(({ Tags }) => !Tags?.some(({ Key }) => Key === 'eks:nodegroup-name'));
  const group = own.find(({ AutoScalingGroupName }) => AutoScalingGroupName.includes(name)) ?? (own.length === 1 ? own[0] : undefined);
  const template = group?.LaunchTemplate ?? group?.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification ?? undefined;
  return {
    how:
      'EKS does not touch them: give their launch template an AMI of the new version, then let the Auto Scaling group replace its instances. ' +
      'An instance refresh does not keep disruption budgets; drain, or rotate blue/green with greenlight rotate start.',
    commands: [
      `aws ssm get-parameter --region ${region} --name /aws/service/eks/optimized-ami/${formatVersion(to)}/amazon-linux-2023/x86_64/standard/recommended/image_id --query Parameter.Value --output text`,
      `aws ec2 create-launch-template-version --region ${region} --launch-template-id ${template?.LaunchTemplateId ?? 'TEMPLATE_ID'} --source-version '$Latest' --launch-template-data '{"ImageId":"NEW_AMI_ID"}'`,
      `aws autoscaling start-instance-refresh --region ${region} --auto-scaling-group-name ${group?.AutoScalingGroupName ?? 'AUTO_SCALING_GROUP'}`,
    ],
  };
}
