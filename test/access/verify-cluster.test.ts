import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessRequirements, accessText, excessiveAccess, requirementsOf } from '../../functions/access/access-requirements.ts';
import { everyOptIn, evidenceInUse } from '../../functions/access/evidence-in-use.ts';
import { rotateProfile, scanProfile } from '../../functions/access/profile.ts';
import { type VerifyOptions, verifyCluster } from '../../functions/access/verify-cluster.ts';
import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { isRequestedBy } from '../../functions/fleet/scan-cluster.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { type AccessWorld, accessSources, accessWorld } from './access-world.ts';
import { chosen, scanRoleArn } from './builders.ts';

const place = { accountId: '111111111111', region: 'eu-west-1', name: 'payments' };
const choice = chosen();
const needed = accessRequirements(choice).map(accessText);
const actions = [...new Set(evidenceInUse(everyOptIn).flatMap(({ aws }) => aws?.actions ?? []))];

const verify = (world: AccessWorld, more: Partial<VerifyOptions> = {}) =>
  verifyCluster({ cluster: place, profile: scanProfile(choice), open: async () => accessSources(world, scanRoleArn), ...more });
const enough = (more: Partial<AccessWorld> = {}) => accessWorld({ allowed: new Set(needed), ...more });

describe('verifying a cluster', () => {
  it('is complete with exactly what is needed, and changes nothing', async () => {
    const world = enough();
    const result = await verify(world);
    expect(result).toMatchObject({ ...place, status: 'complete', principalArn: scanRoleArn, authenticationMode: 'API', fixes: [] });
    expect(result.aws.map(({ action, status }) => [action, status])).toEqual(actions.toSorted().map((action) => [action, 'allowed']));
    expect(world.writes).toEqual([]);
  });

  it('names each action that is denied, and only what cannot be tried without it besides', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(actions, { minLength: 1 }), async (denied) => {
        const { status, aws, fixes, kubernetes } = await verify(enough({ denied: new Set(denied) }));
        expect(status).toBe('missing');
        const untried = ['Nodegroup', 'FargateProfile', 'Addon', 'Insight', 'Update'].flatMap((kind) =>
          denied.includes(`eks:List${kind}s`) ? [`eks:Describe${kind}`] : [],
        );
        const found = (wanted: string) => aws.filter((one) => one.status === wanted).map(({ action }) => action);
        expect(found('denied')).toEqual(denied.filter((action) => !untried.includes(action)).sort());
        expect(found('untried').sort()).toEqual(untried.sort());
        expect(fixes).toContain(
          'aws iam put-role-policy --role-name eks-greenlight-scan --policy-name eks-greenlight-scan --policy-document file://scan-policy.json',
        );
        expect(kubernetes.problem?.code).toBe(denied.includes('eks:DescribeCluster') ? 'AccessDenied' : undefined);
      }),
    );
  });

  it('does not hold against a cluster what it does not have', async () => {
    const { status, aws } = await verify(enough({ empty: true }));
    expect(status).toBe('complete');
    expect(aws.filter((one) => one.status === 'untried').map(({ action, message }) => `${action} ${message}`)).toEqual([
      'eks:DescribeAddon not tried: the cluster has no add-on',
      'eks:DescribeFargateProfile not tried: the cluster has no Fargate profile',
      'eks:DescribeInsight not tried: the cluster has no insight',
      'eks:DescribeNodegroup not tried: the cluster has no node group',
      'eks:DescribeUpdate not tried: the cluster has no update',
    ]);
  });

  it('names each verb that is missing, with the command that brings it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(needed, { minLength: 1 }), async (missing) => {
        const result = await verify(enough({ allowed: new Set(needed.filter((text) => !missing.includes(text))) }));
        expect(result.status).toBe('missing');
        expect(result.kubernetes.missing).toEqual(missing);
        expect(result.fixes[0]).toBe(`greenlight access apply --cluster payments --region eu-west-1 --principal-arn ${scanRoleArn}`);
      }),
    );
  });

  it('warns of each thing that is more than needed, and is not missing for it', async () => {
    const harmful = excessiveAccess(choice).map(accessText);
    await fc.assert(
      fc.asyncProperty(fc.subarray(harmful.slice(1), { minLength: 1 }), async (excess) => {
        const result = await verify(enough({ allowed: new Set([...needed, ...excess]) }));
        expect(result).toMatchObject({ status: 'excessive', fixes: [] });
        expect(result.kubernetes.excessive).toEqual(excess);
      }),
    );
  });

  it('verifies the rotate role by what it reads and by every verb, writes included', async () => {
    const profile = rotateProfile(defaultConfiguration.rotation);
    const verbs = requirementsOf(profile.rules).map(accessText);
    const world = accessWorld({ allowed: new Set(verbs) });
    const complete = await verify(world, { profile });
    expect([complete.role, complete.status, world.writes]).toEqual(['rotate', 'complete', []]);
    expect(complete.aws.map(({ action }) => action)).toEqual([
      ...['autoscaling:DescribeAutoScalingGroups', 'cloudwatch:GetMetricStatistics', 'ec2:DescribeSubnets'],
      ...[
        'eks:DescribeCluster',
        'eks:DescribeNodegroup',
        'eks:DescribeUpdate',
        'eks:ListInsights',
        'eks:ListNodegroups',
        'eks:ListUpdates',
      ],
      'servicequotas:GetServiceQuota',
    ]);
    world.allowed.delete('create pods/eviction');
    world.allowed.add('delete pods');
    world.denied.add('eks:ListNodegroups');
    const lacking = await verify(world, { profile });
    expect([lacking.kubernetes.missing, lacking.kubernetes.excessive]).toEqual([['create pods/eviction'], ['delete pods']]);
    expect(lacking.fixes.join('\n')).toContain('access print --iam --role rotate > rotate-policy.json');
    expect(lacking.fixes.join('\n')).toMatch(/access apply .* --role rotate/);
  });

  it('says of an administrator one thing', async () => {
    const { status, kubernetes } = await verify(enough({ allowed: new Set(['* *.*']) }));
    expect([status, kubernetes.excessive]).toEqual(['excessive', ['* *.*']]);
  });

  it.each([
    ['API', `aws eks create-access-entry --region eu-west-1 --cluster-name payments --principal-arn ${scanRoleArn}`],
    ['CONFIG_MAP', `- rolearn: ${scanRoleArn}`],
    [undefined, `- rolearn: ${scanRoleArn}`],
  ])('says under %s how a principal without access gets in', async (authenticationMode, fix) => {
    const { status, kubernetes, fixes } = await verify(enough({ authenticationMode, unknownPrincipal: true }));
    expect([status, kubernetes.problem?.code]).toEqual(['missing', 'AccessNotConfigured']);
    expect(fixes.join('\n')).toContain(fix);
  });

  it('is missing where the account cannot be entered', async () => {
    const open = async () => {
      throw new CollectionError('AssumeRoleDenied', 'no');
    };
    expect(await verify(enough(), { open })).toMatchObject({
      status: 'missing',
      kubernetes: { problem: { code: 'AssumeRoleDenied', message: 'no' } },
    });
  });

  it('says once that there is no such cluster', async () => {
    const result = await verify(enough(), { cluster: { ...place, name: 'gone' } });
    expect(result).toMatchObject({ status: 'missing', aws: [], kubernetes: { problem: { code: 'NotFound' } } });
  });

  it.each([
    ['exclude', 'skipped', 0],
    ['awsOnly', 'complete', actions.length],
  ] as const)('leaves out what clusters.%s leaves out of a scan', async (list, status, tried) => {
    const clusters = { ...defaultConfiguration.clusters, [list]: [{ tag: 'greenlight=off' }] };
    const isRequested = isRequestedBy({ ...defaultConfiguration, clusters }, 'payments');
    const result = await verify(accessWorld(), { isRequested });
    expect([result.status, result.aws.length, result.kubernetes.missing]).toEqual([status, tried, []]);
  });
});
