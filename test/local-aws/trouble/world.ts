/** The world of seeded trouble: one cluster in which there is nothing to find until problems.ts is put into it. The shape is the spec of
 *  ../world/README.md. */

import scanPolicy from '../../../docs/reference/scan-policy.json' with { type: 'json' };
import { SCAN_ROLE as role, scanAccess } from '../fleet.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'us-east-1';
export const CLUSTER = 'orchard';
export const EXTERNAL_ID = 'greenlight-trouble';
/** 193 days before 1.35 leaves standard support: nothing to say of it yet. */
export const TODAY = '2026-09-15';
export const roleArn = `arn:aws:iam::${ACCOUNT}:role/${role}`;

const HUB = '999999999999';
const CALLER = 'platform-engineer';

/** Free addresses of the subnets, by zone. The first is small, and zone a has enough all the same: no finding. */
export const subnets: readonly (readonly [string, number])[] = [
  ['a', 3],
  ['a', 60],
  ['b', 60],
  ['c', 60],
];

export const troubleWorld = {
  hub: HUB,
  caller: { name: CALLER, actions: ['sts:AssumeRole'] },
  set: { today: TODAY, page_size: 2, create_seconds: 0.5 },
  roles: [
    {
      account: ACCOUNT,
      name: role,
      trust: `arn:aws:iam::${HUB}:user/${CALLER}`,
      externalId: EXTERNAL_ID,
      actions: scanPolicy.Statement.flatMap(({ Action }) => Action),
    },
  ],
  clusters: [
    {
      account: ACCOUNT,
      name: CLUSTER,
      version: '1.35',
      plane: 'main',
      subnets,
      nodegroups: [
        { name: 'workers', desired: 3, max: 4, version: '1.35' },
        { name: 'spare', desired: 0, version: '1.35' },
      ],
      addons: [
        ['vpc-cni', 'v1.20.4-eksbuild.1'],
        ['coredns', 'v1.12.4-eksbuild.1'],
        ['kube-proxy', 'v1.35.3-eksbuild.2'],
      ],
      access: scanAccess,
      extra: {
        logging: { clusterLogging: [{ types: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'], enabled: true }] },
        encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/0a1b2c3d` } }],
        resourcesVpcConfig: { publicAccessCidrs: ['203.0.113.0/24'] },
      },
    },
  ],
};
