import { describe, expect, test } from 'vitest';
import { nodegroupUpdateAvailable } from '../../functions/checks/nodegroup-update-available.ts';
import { createNodegroup, unavailable } from './builders.ts';
import { runCheckOn } from './run-check-on.ts';

const al = 'AL2023_x86_64_STANDARD';
const newest = (releaseVersion: string, amiType = al, kubernetesVersion = '1.34') => ({ amiType, kubernetesVersion, releaseVersion });
const on = (nodegroups: readonly unknown[], amiReleaseVersions: readonly unknown[]) =>
  runCheckOn(nodegroupUpdateAvailable, { 'eks.nodegroups': nodegroups, 'ssm.amiReleaseVersions': amiReleaseVersions });
const group = (releaseVersion: string | null, amiType: string | null = al) => createNodegroup({ amiType, releaseVersion });

describe('nodegroup-update-available', () => {
  test('an older release fails, with both releases and the command', () => {
    const labels = { pool: 'web' };
    expect(on([{ ...group('1.34.1-20251101'), labels }], [newest('1.34.2-20251109')])).toEqual({
      status: 'failed',
      missing: [],
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Nodegroup', name: 'web', arn: 'arn:aws:eks:eu-west-1:111111111111:nodegroup/payments/web/8ec1' },
          message:
            'Node group web runs AMI release 1.34.1-20251101: the newest of AL2023_x86_64_STANDARD for Kubernetes 1.34 is 1.34.2-20251109',
          facts: { amiType: al, version: '1.34', releaseVersion: '1.34.1-20251101', newestReleaseVersion: '1.34.2-20251109' },
          remediation:
            'aws eks update-nodegroup-version --region eu-west-1 --cluster-name payments --nodegroup-name web ' +
            '--kubernetes-version 1.34 --release-version 1.34.2-20251109',
          labels,
          tags: { team: 'web' },
        },
      ],
    });
  });

  test.each([
    [al, '1.34.9-20260101', '1.34.10-20260101', true],
    [al, '1.34.10-20260101', '1.34.9-20260101', false],
    [al, '1.34.2-20260101', '1.34.2-20260102', true],
    [al, '1.34.2-20260102', '1.34.2-20260102', false],
    [al, '1.34.2-20260103', '1.34.2-20260102', false],
    ['BOTTLEROCKET_x86_64', '1.9.0-abcdef12', '1.52.0-abcdef12', true],
    ['BOTTLEROCKET_x86_64', '1.52.0-abcdef12', '1.9.0-abcdef12', false],
    ['BOTTLEROCKET_x86_64', '1.52.0-20260101', '1.52.0-20260102', false],
    ['WINDOWS_CORE_2022_x86_64', '1.34-2025.12.09', '1.34-2026-01-13', true],
    ['WINDOWS_CORE_2022_x86_64', '1.34-2026.01.13', '1.34-2026.01.13', false],
  ])('%s on %s, newest %s: behind is %s', (amiType, releaseVersion, offered, isBehind) => {
    expect(on([group(releaseVersion, amiType)], [newest(offered, amiType)])).toMatchObject({
      status: isBehind ? 'failed' : 'passed',
      missing: [],
    });
  });

  test('a group is compared with its own type and its own version, not with those of the cluster', () => {
    const offered = [
      newest('1.34.2-20260101'),
      newest('1.33.8-20251201', al, '1.33'),
      newest('1.33.8-20260201', 'AL2023_ARM_64_STANDARD', '1.33'),
    ];
    const groups = [createNodegroup({ nodegroupName: 'old', version: '1.33', releaseVersion: '1.33.8-20251201' })];
    expect(on(groups, offered).status).toBe('passed');
    expect(on([{ ...groups[0], releaseVersion: '1.33.8-20251130' }], offered).findings).toMatchObject([
      { facts: { newestReleaseVersion: '1.33.8-20251201' }, remediation: expect.stringContaining('--kubernetes-version 1.33 ') },
    ]);
  });

  test('of several releases the newest counts, in any order', () => {
    const offered = [newest('1.34.2-20260101'), newest('1.34.10-20260301'), newest('1.34.9-20260201')];
    for (const all of [offered, offered.toReversed()])
      expect(on([group('1.34.1-20251101')], all).findings).toMatchObject([{ facts: { newestReleaseVersion: '1.34.10-20260301' } }]);
  });

  test('a custom AMI is not judged, whatever EKS says of it', () => {
    expect(on([group('ami-0c7f21b8d4e90a35f', 'CUSTOM')], [])).toMatchObject({ status: 'not-applicable', missing: [], findings: [] });
    expect(on([group(null, 'CUSTOM'), group('1.34.2-20260101')], [newest('1.34.2-20260101')])).toMatchObject({
      status: 'passed',
      missing: [],
    });
    expect(on([], []).status).toBe('not-applicable');
  });

  test.each([
    ['BOTTLEROCKET_ARM_64', '1.34'],
    [al, '1.33'],
  ])('a release of %s for %s that nobody knows is unknown, with the name of the group', (amiType, version) => {
    const outcome = on(
      [
        createNodegroup({ nodegroupName: 'odd', amiType, version, releaseVersion: amiType === al ? '1.33.1-20250101' : '1.52.0-abcdef12' }),
        group('1.34.1-20251101'),
      ],
      [newest('1.34.2-20260101')],
    );
    expect(outcome).toMatchObject({
      status: 'unknown',
      findings: [{ subject: { name: 'web' } }],
      missing: [
        {
          evidence: 'ssm.amiReleaseVersions',
          code: 'NotFound',
          message: `no AMI release of ${amiType} for Kubernetes ${version} is known, to compare node group odd with`,
        },
      ],
    });
  });

  test.each([
    ['amiType', { amiType: null }],
    ['version', { version: null }],
    ['releaseVersion', { releaseVersion: null }],
    ['readable releaseVersion', { releaseVersion: 'latest' }],
    ['known kind of amiType', { amiType: 'UBUNTU_x86_64' }],
  ])('a group without a %s is no pass', (_, hole) => {
    const outcome = on([{ ...group('1.34.2-20260101'), ...hole }], [newest('1.34.2-20260101')]);
    expect(outcome).toMatchObject({ status: 'unknown', findings: [], missing: [{ evidence: 'eks.nodegroups', code: 'InvalidResponse' }] });
    expect(outcome.missing[0]?.message).toContain('node group web');
  });

  test('a newest release that cannot be read is no pass', () => {
    expect(on([group('1.34.2-20260101')], [newest('1.34.2')])).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'ssm.amiReleaseVersions', code: 'InvalidResponse' }],
    });
  });

  test.each(['eks.nodegroups', 'ssm.amiReleaseVersions'] as const)(
    'without %s it is unknown, or skipped where it was not asked for',
    (key) => {
      const evidence = { 'eks.nodegroups': [group('1.34.1-20251101')], 'ssm.amiReleaseVersions': [newest('1.34.2-20260101')] };
      expect(runCheckOn(nodegroupUpdateAvailable, { ...evidence, [key]: unavailable('AccessDenied') })).toMatchObject({
        status: 'unknown',
        missing: [{ evidence: key, code: 'AccessDenied' }],
      });
      expect(runCheckOn(nodegroupUpdateAvailable, { ...evidence, [key]: unavailable('NotRequested') }).status).toBe('skipped');
    },
  );
});
