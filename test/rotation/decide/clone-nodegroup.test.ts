import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cloneNodegroup, nameOfGreen, tagsToCopy } from '../../../functions/rotation/decide/clone-nodegroup.ts';
import type { NodegroupAnswer } from '../../../functions/rotation/node-groups/group-answers.ts';
import { pairTag, rotationTag, standbyTag, standbyTaint } from '../../../functions/rotation/read/cluster-view.ts';

const order = { clusterName: 'payments', nodegroupName: 'workers-123abc', rotationId: 'rot-1', pair: 'workers' };
const blue: NodegroupAnswer = {
  nodegroupName: 'workers',
  version: '1.35',
  releaseVersion: '1.35.0-old',
  amiType: 'AL2023_x86_64_STANDARD',
  capacityType: 'ON_DEMAND',
  nodeRole: 'role',
  subnets: ['subnet-1', 'subnet-2'],
  instanceTypes: ['m7i.large'],
  diskSize: 40,
  remoteAccess: { ec2SshKey: 'key', sourceSecurityGroups: null },
  labels: { team: 'shop' },
  taints: [{ key: 'gpu', value: null, effect: 'NO_SCHEDULE' }, { ...standbyTaint }],
  updateConfig: { maxUnavailable: 2 },
  nodeRepairConfig: { enabled: true },
  launchTemplate: null,
  tags: {
    team: 'shop',
    'aws:cloudformation:stack-name': 'x',
    'eks:x': 'y',
    'alpha.eksctl.io/nodegroup-name': 'workers',
    'eksctl.cluster.k8s.io/v1': 'z',
    [rotationTag]: 'rot-0',
  },
};

test('green is like blue, with the newest release, without its marks, and without nodes', () => {
  expect(cloneNodegroup(blue, 6, {}, order)).toEqual({
    clusterName: 'payments',
    nodegroupName: 'workers-123abc',
    scalingConfig: { minSize: 0, maxSize: 6, desiredSize: 0 },
    subnets: ['subnet-1', 'subnet-2'],
    nodeRole: 'role',
    instanceTypes: ['m7i.large'],
    capacityType: 'ON_DEMAND',
    labels: { team: 'shop' },
    taints: [{ key: 'gpu', effect: 'NO_SCHEDULE' }],
    updateConfig: { maxUnavailable: 2 },
    nodeRepairConfig: { enabled: true },
    amiType: 'AL2023_x86_64_STANDARD',
    diskSize: 40,
    remoteAccess: { ec2SshKey: 'key' },
    tags: { team: 'shop', [pairTag]: 'workers', [rotationTag]: 'rot-1' },
  });
});

test('what is asked for comes before what blue has', () => {
  const given = { version: '1.35', releaseVersion: '1.35.2', amiType: 'BOTTLEROCKET_x86_64', instanceTypes: ['m8i.large'] };
  expect(cloneNodegroup(blue, 0, given, order)).toMatchObject({ ...given, scalingConfig: { maxSize: 1 } });
});

test('with an AMI in the launch template EKS takes no version, release or type of one', () => {
  const custom = { ...blue, amiType: 'CUSTOM', launchTemplate: { id: 'lt-1', name: 'workers', version: '7' } };
  const made = cloneNodegroup(
    custom,
    3,
    { version: '1.35', releaseVersion: '1.35.2', launchTemplate: { id: 'lt-1', version: '8' } },
    order,
  );
  for (const field of ['version', 'releaseVersion', 'amiType', 'diskSize', 'remoteAccess']) expect(made).not.toHaveProperty(field);
  expect(made.launchTemplate).toEqual({ id: 'lt-1', version: '8' });
  expect(cloneNodegroup({ ...custom, launchTemplate: { name: 'workers', version: '7' } }, 3, {}, order).launchTemplate).toEqual({
    name: 'workers',
    version: '7',
  });
});

test('names of green fit, are the same for every start, and do not grow with each rotation', () => {
  expect(nameOfGreen('workers', null, 'rot-1')).toMatch(/^workers-[0-9a-f]{6}$/);
  expect(nameOfGreen(nameOfGreen('workers', null, 'rot-1'), null, 'rot-2')).toBe(nameOfGreen('workers', null, 'rot-2'));
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/), fc.string(), (name, id) => {
      expect(nameOfGreen(name, null, id)).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/);
      expect(nameOfGreen(name, null, id)).toBe(nameOfGreen(name, null, id));
    }),
  );
});

test('tags of others are copied once, those of EKS and of us never', () => {
  const tag = (key: string) => ({ key, value: 'x', propagateAtLaunch: true });
  const tags = ['team', 'k8s.io/cluster-autoscaler/enabled', 'aws:x', 'eks:cluster-name', 'eksctl.io/x', standbyTag, pairTag].map(tag);
  expect(tagsToCopy({ tags }, { tags: [tag('team')] }).map(({ key }) => key)).toEqual(['k8s.io/cluster-autoscaler/enabled']);
});
