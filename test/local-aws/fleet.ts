/** The fleet of the scenario: what the world is filled with. The shape is the spec of world/README.md. */

import { join } from 'node:path';
import scanPolicy from '../../docs/reference/scan-policy.json' with { type: 'json' };

/** What users are told to apply, generated from the evidence: the scenario proves that it is enough, and the witness that it is not more. */
export const clusterRole = join(import.meta.dirname, '../../docs/reference/cluster-role.yaml');

export const HUB = '999999999999';
export const PAYMENTS_ACCOUNT = '111111111111';
export const LOGISTICS_ACCOUNT = '222222222222';
/** Its scan role trusts somebody else. */
export const DENIED_ACCOUNT = '333333333333';

export const SCAN_ROLE = 'eks-greenlight-scan';
export const EXTERNAL_ID = 'greenlight-local-aws';
/** The day of the scenario: eleven days before 1.34 leaves standard support, five before 1.31 leaves extended support. */
export const TODAY = '2026-11-21';

/** Exactly the policy that users are told to attach; no wildcard. */
const SCAN_ACTIONS = scanPolicy.Statement.flatMap(({ Action }) => Action);

const CALLER = 'platform-engineer';
const callerArn = `arn:aws:iam::${HUB}:user/${CALLER}`;

const scanRole = (account: string, trust: string) => ({
  account,
  name: SCAN_ROLE,
  trust,
  externalId: EXTERNAL_ID,
  actions: SCAN_ACTIONS,
});
/** The access entry through which a scan is let in. */
export const scanAccess = [{ role: SCAN_ROLE, groups: ['eks-greenlight:scan'] }];
/** The newest add-ons that EKS offers for a minor. */
export const currentAddons = (minor: string) => [
  ['vpc-cni', 'v1.20.4-eksbuild.1'],
  ['coredns', 'v1.12.4-eksbuild.1'],
  ['kube-proxy', `v${minor}.3-eksbuild.2`],
];

export const fleet = {
  hub: HUB,
  /** The laptop's identity: may assume roles and nothing else. */
  caller: { name: CALLER, actions: ['sts:AssumeRole'] },
  /** Two items a page, so that every list of the product is proven to follow its pages. */
  set: { today: TODAY, page_size: 2 },
  roles: [
    scanRole(PAYMENTS_ACCOUNT, callerArn),
    scanRole(LOGISTICS_ACCOUNT, callerArn),
    scanRole(DENIED_ACCOUNT, 'arn:aws:iam::444444444444:root'),
  ],
  clusters: [
    {
      account: PAYMENTS_ACCOUNT,
      name: 'payments',
      version: '1.34',
      plane: 'main',
      // two small subnets of one zone add up to five, the other zone has four: one usable zone
      subnets: [
        ['a', 2],
        ['a', 3],
        ['b', 4],
      ],
      extra: {
        health: {
          issues: [{ code: 'Ec2SecurityGroupNotFound', message: 'The security group sg-0a1b was deleted.', resourceIds: ['sg-0a1b'] }],
        },
        tags: { team: 'payments' },
      },
      nodegroups: [
        { name: 'current', desired: 2, version: '1.34' },
        { name: 'old', desired: 2, version: '1.32', amiType: 'AL2_x86_64' },
        { name: 'spare', desired: 0, version: '1.34' },
      ],
      addons: [
        ['vpc-cni', 'v1.19.6-eksbuild.1'], // neither for 1.34 nor for 1.35
        ['coredns', 'v1.12.3-eksbuild.1'], // one behind
        ['kube-proxy', 'v1.34.3-eksbuild.2'],
      ],
      access: scanAccess,
    },
    {
      account: PAYMENTS_ACCOUNT,
      name: 'legacy',
      version: '1.31',
      plane: 'refused',
      nodegroups: [{ name: 'workers', desired: 2, version: '1.31' }],
      addons: [['kube-proxy', 'v1.31.3-eksbuild.2']],
      access: scanAccess,
    },
    {
      account: LOGISTICS_ACCOUNT,
      name: 'edge',
      version: '1.35',
      plane: 'blackhole',
      nodegroups: [{ name: 'workers', desired: 2, version: '1.35' }],
      addons: currentAddons('1.35'),
      access: scanAccess,
    },
    {
      account: LOGISTICS_ACCOUNT,
      region: 'eu-central-1',
      name: 'vault',
      version: '1.35',
      plane: 'main', // the same API server; it knows the cluster, but there is no access entry for the role
      fargate: [{ name: 'jobs', namespaces: ['jobs'] }],
      addons: currentAddons('1.35'),
    },
  ],
};
