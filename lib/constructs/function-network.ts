import { Annotations } from 'aws-cdk-lib';
import { type ISubnet, SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Configuration } from '../../functions/config/schema.ts';
import type { FunctionNetwork } from './node-function.ts';

/** The network from which functions reach private API servers, as greenlight.yaml names it. Nothing is made. */
export function functionNetwork(
  scope: Construct,
  { vpcId, subnetIds, securityGroupIds }: NonNullable<Configuration['kubernetes']['vpc']>,
): FunctionNetwork {
  return {
    // The subnets are named one by one; their zones, of which there must be one, are of no interest here.
    vpc: Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId, availabilityZones: ['any'] }),
    subnets: subnetIds.map((subnetId) => subnetOf(scope, subnetId)),
    securityGroups: securityGroupIds.map((groupId) => SecurityGroup.fromSecurityGroupId(scope, groupId, groupId, { mutable: false })),
  };
}

function subnetOf(scope: Construct, subnetId: string): ISubnet {
  const subnet = Subnet.fromSubnetId(scope, subnetId, subnetId);
  Annotations.of(subnet).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId', 'Nothing is routed here: functions are put into it.');
  return subnet;
}
