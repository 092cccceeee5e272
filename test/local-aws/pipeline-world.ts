/** The world of the pipeline: the tooling account with nothing in it yet, three accounts with clusters, two regions. Roles that scan come
 *  from the product's own stacks; access entries already name them. The shape is the spec of world/README.md. */

import { currentAddons, DENIED_ACCOUNT, EXTERNAL_ID, HUB, LOGISTICS_ACCOUNT, PAYMENTS_ACCOUNT, SCAN_ROLE, scanAccess } from './fleet.ts';

export { DENIED_ACCOUNT, EXTERNAL_ID, HUB, LOGISTICS_ACCOUNT, PAYMENTS_ACCOUNT, SCAN_ROLE };

export const REGIONS = ['us-east-1', 'eu-central-1'];
/** Accounts into which the role is deployed; the denied account keeps a role of the same name that trusts somebody else. */
export const MEMBER_ACCOUNTS = [PAYMENTS_ACCOUNT, LOGISTICS_ACCOUNT];
/** Control planes. `orders` serves one cluster only, so that it can be made to hang alone. */
export const PLANES = ['main', 'orders'];

export const pipelineWorld = {
  hub: HUB,
  set: {
    page_size: 2,
    /** The region eu-central-1 is not enabled for the second account. */
    regions: { [PAYMENTS_ACCOUNT]: REGIONS, [LOGISTICS_ACCOUNT]: ['us-east-1'] },
  },
  roles: [
    {
      account: DENIED_ACCOUNT,
      name: SCAN_ROLE,
      trust: 'arn:aws:iam::444444444444:root',
      externalId: EXTERNAL_ID,
      actions: ['eks:ListClusters'],
    },
  ],
  clusters: [
    {
      account: PAYMENTS_ACCOUNT,
      name: 'payments',
      version: '1.34',
      plane: 'main',
      extra: { tags: { team: 'payments' } },
      nodegroups: [
        { name: 'current', desired: 2, version: '1.34' },
        { name: 'old', desired: 2, version: '1.32', amiType: 'AL2_x86_64' },
      ],
      addons: [['vpc-cni', 'v1.19.6-eksbuild.1'], ...currentAddons('1.34').slice(1)],
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
      account: PAYMENTS_ACCOUNT,
      region: 'eu-central-1',
      name: 'forbidden',
      version: '1.35',
      plane: 'main', // the role is known there, but its group has no permission
      addons: currentAddons('1.35'),
      access: [{ role: SCAN_ROLE, groups: ['nobody'] }],
    },
    {
      account: PAYMENTS_ACCOUNT,
      region: 'eu-central-1',
      name: 'vault',
      version: '1.35',
      plane: 'main', // there is no access entry for the role
      addons: currentAddons('1.35'),
    },
    {
      account: LOGISTICS_ACCOUNT,
      name: 'orders',
      version: '1.35',
      plane: 'orders',
      extra: { tags: { team: 'orders' } },
      nodegroups: [{ name: 'workers', desired: 2, version: '1.35' }],
      addons: currentAddons('1.35'),
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
    { account: DENIED_ACCOUNT, name: 'unseen', version: '1.34', plane: 'refused' },
  ],
};

/** greenlight.yaml of this fleet. The schedule is a day of the calendar on which nobody runs tests, because it would really start. */
export const pipelineConfiguration = {
  accounts: {
    explicit: [
      { id: PAYMENTS_ACCOUNT, name: 'payments' },
      { id: LOGISTICS_ACCOUNT, name: 'logistics' },
      { id: DENIED_ACCOUNT, name: 'denied' },
    ],
  },
  regions: REGIONS,
  schedule: { cron: '0 3 29 2 *', timezone: 'Europe/Berlin' },
  scanRole: { name: SCAN_ROLE, externalId: EXTERNAL_ID },
  kubernetes: { timeoutSeconds: 5 },
  concurrency: { accounts: 2, clusters: 3 },
  notifications: { email: ['platform@example.com'] },
  owners: { fromTag: 'team' },
};
