import { describe, expect, it } from 'vitest';
import { isRequestedBy, type Target } from '../../functions/fleet/scan-cluster.ts';
import { type FleetScanOptions, scanFleet } from '../../functions/fleet/scan-fleet.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import type { EksPort } from '../../functions/inventory/ports.ts';
import { createConfiguration, offered } from '../analysis/builders.ts';
import { createCluster } from '../checks/builders.ts';

const at = new Date('2026-11-21T06:00:04Z');
const targetIn = (accountId: string, region = 'eu-west-1'): Target => ({ accountId, accountName: null, region });

async function* pages(...all: unknown[]) {
  yield* all;
}

/** Only DescribeCluster and the catalogue answer; the rest is refused, as in a cluster that is half open to us. */
function eksOf(answer: () => unknown): EksPort {
  const refused = () => {
    throw new CollectionError('AccessDenied', 'not allowed');
  };
  return {
    listClusters: () => pages(),
    describeCluster: async () => answer(),
    listNodegroups: refused,
    describeNodegroup: refused,
    listFargateProfiles: refused,
    describeFargateProfile: refused,
    listAddons: refused,
    describeAddon: refused,
    describeClusterVersions: refused,
    describeAddonVersions: refused,
    listInsights: refused,
    describeInsight: refused,
    listUpdates: refused,
    describeUpdate: refused,
  };
}

function scan(
  clusters: Readonly<Record<string, readonly string[]>>,
  overrides: Partial<FleetScanOptions> = {},
  describeCluster = (name: string): unknown => ({ cluster: createCluster({ name }) }),
  enter = (_accountId: string): void => {},
) {
  return scanFleet({
    targets: Object.keys(clusters).map((accountId) => targetIn(accountId)),
    configuration: createConfiguration(),
    analysis: { target: 'next', checks: [] },
    now: at,
    clock: () => at,
    sources: {
      listClusters: async ({ accountId }) => {
        enter(accountId);
        return clusters[accountId] ?? [];
      },
      openCluster: async ({ accountId, region }, name) => ({
        arn: `arn:aws:eks:${region}:${accountId}:cluster/${name}`,
        sources: {
          eks: eksOf(() => describeCluster(name)),
          ec2: {
            describeSubnets: () => pages(),
            describeLaunchTemplates: () => pages(),
            describeInstances: () => pages(),
            describeVolumes: () => pages(),
          },
          autoScaling: { describeAutoScalingGroups: () => pages() },
          ssm: { getParameters: async () => ({}) },
          account: { usage: async () => ({}), quotas: async () => [] },
          catalogue: { clusterVersions: async () => offered, addonVersions: async () => [] },
          connectKubernetes: async () => {
            throw new CollectionError('EndpointUnreachable', 'refused');
          },
        },
        deadline: new AbortController().signal,
        cost: () => ({ requests: {}, bytes: {} }),
      }),
    },
    ...overrides,
  });
}

const statusesOf = ({ clusters }: Awaited<ReturnType<typeof scanFleet>>) =>
  Object.fromEntries(clusters.map(({ accountId, name, status, code, reason }) => [`${accountId} ${name}`, [status, code ?? reason]]));

describe('scanFleet', () => {
  it('scans every cluster of every target, and says what was missing', async () => {
    const result = await scan({ '111111111111': ['a', 'b'], '222222222222': ['a'] });
    expect(result.targets.map(({ status }) => status)).toEqual(['scanned', 'scanned']);
    expect(statusesOf(result)).toEqual({
      '111111111111 a': ['scanned', null],
      '111111111111 b': ['scanned', null],
      '222222222222 a': ['scanned', null],
    });
    expect(result.reports).toHaveLength(3);
    expect(result.clusters[0]?.unavailable).toMatchObject({ AccessDenied: 6 });
  });

  it('goes on when an account, a cluster, or the target of one fails', async () => {
    const result = await scan(
      { '333333333333': [], '111111111111': ['fine', 'gone', 'newest'] },
      { analysis: { target: '1.36', checks: [] } },
      (name) => {
        if (name === 'gone') throw new CollectionError('NotFound', 'no such cluster');
        return { cluster: createCluster({ name, version: name === 'newest' ? '1.36' : '1.34' }) };
      },
      (accountId) => {
        if (accountId === '333333333333') throw new CollectionError('AssumeRoleDenied', 'not trusted');
      },
    );
    expect(result.targets).toMatchObject([
      { accountId: '333333333333', status: 'failed', code: 'AssumeRoleDenied', message: 'not trusted' },
      { accountId: '111111111111', status: 'scanned' },
    ]);
    expect(statusesOf(result)).toEqual({
      '111111111111 fine': ['scanned', null],
      '111111111111 gone': ['failed', 'NotFound'],
      '111111111111 newest': ['failed', 'TargetNotOffered'],
    });
  });

  it('keeps a cluster only once what is written of it is written', async () => {
    const written: string[] = [];
    const result = await scan(
      { '111111111111': ['a', 'b'] },
      {
        onInventory: async ({ cluster }) => {
          if (cluster.name === 'b') throw new Error('disk full');
          written.push(cluster.name);
        },
      },
    );
    expect(written).toEqual(['a']);
    expect(statusesOf(result)).toEqual({ '111111111111 a': ['scanned', null], '111111111111 b': ['failed', 'Internal'] });
  });

  it('leaves out what is excluded, by name before anything is asked', async () => {
    const described: string[] = [];
    const configuration = createConfiguration({
      clusters: { exclude: [{ name: 'sandbox-*' }, { tag: 'greenlight=off' }, { name: 'b*', tag: 'team=web' }] },
    });
    const tagsOf = (name: string) => ({ greenlight: name === 'off' ? 'off' : 'on', team: 'web' });
    const result = await scan({ '111111111111': ['sandbox-1', 'off', 'blue', 'on'] }, { configuration }, (name) => {
      described.push(name);
      return { cluster: createCluster({ name, tags: tagsOf(name) }) };
    });
    expect(statusesOf(result)).toEqual({
      '111111111111 sandbox-1': ['skipped', 'excluded by name sandbox-*'],
      '111111111111 off': ['skipped', 'excluded by tag greenlight=off'],
      '111111111111 blue': ['skipped', 'excluded by tag team=web'],
      '111111111111 on': ['scanned', null],
    });
    expect(described.toSorted()).toEqual(['blue', 'off', 'on']);
  });
});

describe('isRequestedBy', () => {
  const requested = async (yaml: Readonly<Record<string, unknown>>, key: string, name = 'private-1', optIn?: 'pods' | 'metrics') =>
    isRequestedBy(createConfiguration(yaml), name)({ key, ...(optIn && { optIn }) }, async () =>
      createCluster({ name, tags: { network: 'closed' } }),
    );

  it('leaves out opt-ins that are off, and Kubernetes where the configuration says so', async () => {
    expect(await requested({}, 'kubernetes.pods', 'a', 'pods')).toBe(true);
    expect(await requested({ kubernetes: { pods: false } }, 'kubernetes.pods', 'a', 'pods')).toBe(false);
    expect(await requested({}, 'kubernetes.deprecatedApiRequests', 'a', 'metrics')).toBe(false);
    const byName = { clusters: { awsOnly: [{ name: 'private-*' }] } };
    expect(await requested(byName, 'kubernetes.nodes')).toBe(false);
    expect(await requested(byName, 'eks.addons')).toBe(true);
    expect(await requested(byName, 'kubernetes.nodes', 'public-1')).toBe(true);
    const byTag = { clusters: { awsOnly: [{ name: 'private-*', tag: 'network=closed' }] } };
    expect(await requested(byTag, 'kubernetes.nodes')).toBe(false);
    expect(await requested(byTag, 'kubernetes.nodes', 'public-1')).toBe(true);
  });
});
