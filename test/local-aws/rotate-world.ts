/** The world of rotations: the tooling account with nothing in it yet, and one account with a cluster of one node group and one of two plain
 *  Auto Scaling groups. The role that rotates comes from the product's own stack; the access entries already name it. Both clusters are served
 *  by one API server: what runs on them keeps to its own nodes by their labels. The shape is the spec of world/README.md. */

import { currentAddons, EXTERNAL_ID, HUB, PAYMENTS_ACCOUNT, SCAN_ROLE, scanAccess } from './fleet.ts';

export { HUB, PAYMENTS_ACCOUNT };

export const REGION = 'us-east-1';
export const CLUSTER = 'shop';
/** Of the cluster whose nodes are in plain Auto Scaling groups. */
export const PLAIN_CLUSTER = 'batch';
export const PAIR_TAG = 'eks-greenlight/pair';
export const ROTATE_ROLE = 'eks-greenlight-rotate';

const access = [...scanAccess, { role: ROTATE_ROLE, groups: ['eks-greenlight:rotate'] }];

export const rotateWorld = {
  hub: HUB,
  set: { page_size: 2, update_seconds: 0.3, create_seconds: 0.4 },
  /** Availability, twice a second. */
  sample: 0.5,
  clusters: [
    {
      account: PAYMENTS_ACCOUNT,
      name: CLUSTER,
      version: '1.34',
      plane: 'main',
      nodegroups: [{ name: 'workers', desired: 6, min: 2, max: 9, version: '1.34', labels: { pool: 'workers' } }],
      addons: currentAddons('1.34'),
      access,
    },
    {
      account: PAYMENTS_ACCOUNT,
      name: PLAIN_CLUSTER,
      version: '1.34',
      plane: 'main',
      autoScalingGroups: [
        { name: 'batch-a', desired: 2, min: 1, max: 4, tags: { [PAIR_TAG]: 'batch' } },
        { name: 'batch-b', desired: 0, min: 0, max: 4, tags: { [PAIR_TAG]: 'batch' } },
      ],
      addons: currentAddons('1.34'),
      access,
    },
  ],
};

/** Durations that a rotation of six nodes needs, and a loaded machine leaves room for. Waits of the machines take a hundredth of what they say
 *  here, so that the first polls of a phase follow each other at once, and later ones nearly so. */
export const quickOptions = {
  canaryNodes: 2,
  growPercent: 100,
  batchPercent: 50,
  retirePercent: 50,
  evictRetrySeconds: 0.3,
  evictRetryMaximumSeconds: 1,
  evictErrorMinutes: 0.15,
  drainedSeconds: 0.5,
  nodeDeadlineMinutes: 0.5,
  batchDeadlineMinutes: 0.75,
  joinMinutes: 0.3,
  scaleDeadlineMinutes: 0.75,
  batchSoakMinutes: 0.01,
  poolSoakMinutes: 0.02,
  settleMinutes: 0.5,
  finishDeadlineMinutes: 0.5,
  pendingSeconds: 3,
  crashMinutes: 0.2,
  flapMinutes: 0.2,
  jobWaitMinutes: 1,
  deregistrationSeconds: 1,
  unreachableMinutes: 0.5,
  approvalMinutes: 0.1,
  gateSeconds: 1,
  takeoverSeconds: 3,
  pollSeconds: 2,
  slowPollSeconds: 30,
};

/** greenlight.yaml of this world. */
export const rotateConfiguration = {
  accounts: { explicit: [{ id: PAYMENTS_ACCOUNT, name: 'payments' }] },
  regions: [REGION],
  schedule: { cron: '0 3 29 2 *', timezone: 'Europe/Berlin' },
  scanRole: { name: SCAN_ROLE, externalId: EXTERNAL_ID },
  notifications: { email: ['platform@example.com'] },
  rotation: { enabled: true, options: quickOptions },
};
