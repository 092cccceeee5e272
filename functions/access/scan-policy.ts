import { amiParameterPaths } from '../inventory/evidence/ssm-ami-release-versions.ts';
import { type EvidenceChoice, evidenceInUse } from './evidence-in-use.ts';
import type { PolicyDocument } from './policy-document.ts';

/** Actions that no evidence asks for: how clusters are found. */
export const findingClusters: readonly { readonly action: string; readonly purpose: string }[] = [
  { action: 'eks:ListClusters', purpose: '`scan` without `--cluster`: which clusters there are' },
  { action: 'account:ListRegions', purpose: '`regions: enabled` in greenlight.yaml: which regions there are' },
];

/** Type of the resource that each action of EKS is authorized on; the actions of the second list know no resource and take `*`. Every
 *  action of EKS that evidence asks for is in one of the two (tested).
 *  @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html */
export const eksResourceTypes: Readonly<Record<string, string>> = {
  'eks:DescribeAddon': 'addon',
  'eks:DescribeCluster': 'cluster',
  'eks:DescribeFargateProfile': 'fargateprofile',
  'eks:DescribeInsight': 'cluster',
  'eks:DescribeNodegroup': 'nodegroup',
  'eks:DescribeUpdate': 'cluster',
  'eks:ListAddons': 'cluster',
  'eks:ListFargateProfiles': 'cluster',
  'eks:ListInsights': 'cluster',
  'eks:ListNodegroups': 'cluster',
  'eks:ListUpdates': 'cluster',
};
export const eksWithoutResource: readonly string[] = ['eks:DescribeAddonVersions', 'eks:DescribeClusterVersions', 'eks:ListClusters'];

/** Reads parameters, of which a scan needs only those that AWS publishes. They belong to no account.
 *  @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html */
export const readParameters = 'ssm:GetParameters';

export interface ScanPolicyOptions {
  /** `aws`, `aws-cn`, …, or what stands for it: `${AWS::Partition}` in CloudFormation. */
  readonly partition: string;
  /** Which evidence is collected. */
  readonly choice: EvidenceChoice;
}

/** Every action that a scan calls in an account, sorted, each once. */
export function scanActions(choice: EvidenceChoice): readonly string[] {
  const actions = [...evidenceInUse(choice).flatMap(({ aws }) => aws?.actions ?? []), ...findingClusters.map(({ action }) => action)];
  return [...new Set(actions)].sort();
}

/** What IAM must allow the scan role, no more: reads by name, limited to the resources of EKS where the API knows them. */
export function scanPolicy({ partition, choice }: ScanPolicyOptions): PolicyDocument {
  const actions = scanActions(choice);
  const scoped = actions.filter((action) => action in eksResourceTypes);
  const types = [...new Set(scoped.map((action) => eksResourceTypes[action]))].sort();
  const parameters = amiParameterPaths.map((path) => `arn:${partition}:ssm:*::parameter${path}*`);
  const others = actions.filter((action) => !(action in eksResourceTypes) && action !== readParameters);
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'ReadClusters', Effect: 'Allow', Action: scoped, Resource: types.map((type) => `arn:${partition}:eks:*:*:${type}/*`) },
      { Sid: 'ReadPublicParameters', Effect: 'Allow', Action: [readParameters], Resource: parameters },
      { Sid: 'ReadWithoutResource', Effect: 'Allow', Action: others, Resource: '*' },
    ],
  };
}
