import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ApplyOptions, applyToCluster } from '../../functions/access/apply-cluster.ts';
import { clusterRoleManifests, manifestsOf } from '../../functions/access/cluster-role.ts';
import { rotateProfile, scanProfile } from '../../functions/access/profile.ts';
import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { isRequestedBy } from '../../functions/fleet/scan-cluster.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { type AccessWorld, accessSources, accessWorld, awsAuthPath } from './access-world.ts';
import { chosen, scanRoleArn } from './builders.ts';

const place = { accountId: '111111111111', region: 'eu-west-1', name: 'payments' };
const choice = chosen();
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const rolePath = `${rbac}/clusterroles/eks-greenlight:scan`;
const bindingPath = `${rbac}/clusterrolebindings/eks-greenlight:scan`;
const [role, binding] = clusterRoleManifests(choice);

const apply = (world: AccessWorld, more: Partial<ApplyOptions> = {}) =>
  applyToCluster({
    cluster: place,
    principalArn: scanRoleArn,
    profile: scanProfile(choice),
    dryRun: false,
    open: async () => accessSources(world),
    ...more,
  });
const outcomes = async (result: ReturnType<typeof apply>) => {
  const { outcome, steps } = await result;
  return [outcome, ...steps.map((step) => `${step.step}: ${step.outcome}`)];
};
const awsAuth = (mapRoles: string) => new Map([[awsAuthPath, { object: { data: { mapRoles } }, manager: 'eks' }]]);

describe('applying to a cluster', () => {
  it.each(['API', 'API_AND_CONFIG_MAP'])('makes entry, ClusterRole and binding under %s, once', async (authenticationMode) => {
    const world = accessWorld({ authenticationMode });
    expect(await outcomes(apply(world))).toEqual(['done', 'access entry: done', 'ClusterRole: done', 'ClusterRoleBinding: done']);
    expect(world.entries.get(scanRoleArn)).toEqual(['eks-greenlight:scan']);
    expect([...world.objects]).toEqual([
      [rolePath, { object: role, manager: 'eks-greenlight' }],
      [bindingPath, { object: binding, manager: 'eks-greenlight' }],
    ]);
    const before = [...world.writes];
    expect(await outcomes(apply(world))).toEqual([
      'unchanged',
      'access entry: unchanged',
      'ClusterRole: unchanged',
      'ClusterRoleBinding: unchanged',
    ]);
    expect(world.writes).toEqual(before);
  });

  it('says in a dry run what would be done, and does nothing', async () => {
    const world = accessWorld();
    expect(await outcomes(apply(world, { dryRun: true }))).toEqual([
      'would',
      'access entry: would',
      'ClusterRole: would',
      'ClusterRoleBinding: would',
    ]);
    expect([world.writes, world.entries.size, world.objects.size]).toEqual([[], 0, 0]);
    await apply(world);
    expect((await apply(world, { dryRun: true })).outcome).toBe('unchanged');
  });

  it('takes no group away from an entry', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom('viewers', 'team:a', 'eks-greenlight:scan', 'eks-greenlight:rotate')),
        async (groups) => {
          const world = accessWorld({ entries: new Map([[scanRoleArn, groups]]) });
          const [step] = (await apply(world)).steps;
          const had = groups.includes('eks-greenlight:scan');
          expect(step?.outcome).toBe(had ? 'unchanged' : 'done');
          expect(world.entries.get(scanRoleArn)).toEqual(had ? groups : [...groups, 'eks-greenlight:scan']);
          expect(world.writes.filter((write) => write.startsWith('create '))).toEqual([]);
        },
      ),
    );
  });

  it('applies rules that have grown since', async () => {
    const world = accessWorld();
    await apply(world, { profile: scanProfile(chosen({ pods: false })) });
    expect(await outcomes(apply(world))).toEqual(['done', 'access entry: unchanged', 'ClusterRole: done', 'ClusterRoleBinding: unchanged']);
  });

  it('takes nothing from another field manager, and does the rest', async () => {
    const foreign = { object: { ...role, rules: [] }, manager: 'kubectl-client-side-apply' };
    const world = accessWorld({ objects: new Map([[rolePath, foreign]]) });
    const result = await apply(world);
    expect(result.steps.map(({ step, outcome }) => `${step}: ${outcome}`)).toEqual(['access entry: done', 'ClusterRole: failed']);
    expect(result.steps[1]?.message).toContain('conflict with "kubectl-client-side-apply"');
    expect([result.outcome, world.objects.get(rolePath)]).toEqual(['failed', foreign]);
  });

  it('takes over what is the same, whoever made it, as unchanged', async () => {
    const world = accessWorld({ objects: new Map([[rolePath, { object: role, manager: 'kubectl' }]]) });
    expect((await apply(world)).steps[1]?.outcome).toBe('unchanged');
  });

  it.each(['CONFIG_MAP', undefined])('leaves aws-auth to a person under %s, and applies the ClusterRole', async (authenticationMode) => {
    const world = accessWorld({ authenticationMode, objects: awsAuth('- rolearn: arn:aws:iam::111111111111:role/nodes\n  groups: [x]\n') });
    const result = await apply(world);
    expect(result.steps[0]).toMatchObject({ step: 'aws-auth', outcome: 'manual' });
    expect(result.steps[0]?.message).toContain(`- rolearn: ${scanRoleArn}\n  username: eks-greenlight\n  groups: ["eks-greenlight:scan"]`);
    expect([result.outcome, world.writes]).toEqual(['manual', [`apply ${rolePath}`, `apply ${bindingPath}`]]);
  });

  it.each([
    ['the line is there', `- rolearn: ${scanRoleArn}\n  groups: [other, "eks-greenlight:scan"]\n`, 'unchanged'],
    ['the group is missing', `- rolearn: ${scanRoleArn}\n  groups: [other]\n`, 'manual'],
    ['nothing is there', '', 'manual'],
    ['it is not a list', 'a: b', 'failed'],
  ])('sees in aws-auth that %s', async (_, mapRoles, outcome) => {
    const world = accessWorld({ authenticationMode: 'CONFIG_MAP', objects: awsAuth(mapRoles) });
    expect((await apply(world)).steps[0]).toMatchObject({ step: 'aws-auth', outcome });
  });

  it('has lines for aws-auth where there is none', async () => {
    expect((await apply(accessWorld({ authenticationMode: 'CONFIG_MAP' }))).steps[0]?.outcome).toBe('manual');
  });

  it('lets the rotate role in beside the scan role, with its own group and its own rules', async () => {
    const world = accessWorld();
    const principalArn = 'arn:aws:iam::111111111111:role/eks-greenlight-rotate';
    const profile = rotateProfile(defaultConfiguration.rotation);
    await apply(world);
    const result = await apply(world, { principalArn, profile });
    expect([result.role, result.outcome]).toEqual(['rotate', 'done']);
    expect(Object.fromEntries(world.entries)).toEqual({
      [scanRoleArn]: ['eks-greenlight:scan'],
      [principalArn]: ['eks-greenlight:rotate'],
    });
    const [rotateRole, rotateBinding] = manifestsOf(profile);
    expect([...world.objects.values()].map(({ object }) => object)).toEqual([role, binding, rotateRole, rotateBinding]);
    expect((await apply(world, { principalArn, profile })).outcome).toBe('unchanged');
  });

  it('knows the rotate role in aws-auth by another name', async () => {
    const principalArn = 'arn:aws:iam::111111111111:role/eks-greenlight-rotate';
    const profile = rotateProfile(defaultConfiguration.rotation);
    const line = `- rolearn: ${principalArn}\n  username: eks-greenlight-rotate\n  groups: ["eks-greenlight:rotate"]`;
    const missing = accessWorld({
      authenticationMode: 'CONFIG_MAP',
      objects: awsAuth(`- rolearn: ${principalArn}\n  groups: ["eks-greenlight:scan"]\n`),
    });
    expect((await apply(missing, { principalArn, profile })).steps[0]).toMatchObject({
      outcome: 'manual',
      message: expect.stringContaining(line),
    });
    const there = accessWorld({ authenticationMode: 'CONFIG_MAP', objects: awsAuth(line) });
    expect((await apply(there, { principalArn, profile })).steps[0]?.outcome).toBe('unchanged');
  });

  it('tells an administrator without access what an administrator needs', async () => {
    const result = await apply(accessWorld({ unknownPrincipal: true }));
    expect(result.steps.map(({ step, outcome }) => `${step}: ${outcome}`)).toEqual(['access entry: done', 'ClusterRole: failed']);
    expect(result.steps[1]?.message).toContain('AmazonEKSClusterAdminPolicy');
  });

  it('applies the ClusterRole although the entry may not be read', async () => {
    const result = await apply(accessWorld({ denied: new Set(['eks:DescribeAccessEntry']) }));
    expect([result.outcome, ...result.steps.map(({ outcome }) => outcome)]).toEqual(['failed', 'failed', 'done', 'done']);
  });

  it('fails where account or cluster cannot be reached', async () => {
    const open = async () => {
      throw new CollectionError('AssumeRoleDenied', 'no');
    };
    expect(await outcomes(apply(accessWorld(), { open }))).toEqual(['failed', 'cluster: failed']);
    expect(await outcomes(apply(accessWorld(), { cluster: { ...place, name: 'gone' } }))).toEqual(['failed', 'cluster: failed']);
  });

  it.each(['exclude', 'awsOnly'] as const)('leaves a cluster under clusters.%s alone', async (list) => {
    const clusters = { ...defaultConfiguration.clusters, [list]: [{ name: 'pay*' }] };
    const world = accessWorld();
    const isRequested = isRequestedBy({ ...defaultConfiguration, clusters }, 'payments');
    expect(await outcomes(apply(world, { isRequested }))).toEqual(['skipped', 'cluster: skipped']);
    expect(world.writes).toEqual([]);
  });
});
