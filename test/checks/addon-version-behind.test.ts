import { describe, expect, it } from 'vitest';
import { addonVersionBehind } from '../../functions/checks/addon-version-behind.ts';
import { createAddon, createAddonInfo, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const catalogue = [
  createAddonInfo('coredns', {
    'v1.12.4-eksbuild.2': ['1.34', '1.35'],
    'v1.12.4-eksbuild.10': ['1.34', '1.35*'],
    'v1.11.4-eksbuild.14': ['1.33*', '1.34*'],
    'v1.13.0-eksbuild.1': ['1.35'],
  }),
  createAddonInfo('vpc-cni', {
    'v1.20.4-eksbuild.1': ['1.34*'],
    'v1.19.6-eksbuild.2': ['1.34'],
    'v1.19.6-eksbuild.10': ['1.34'],
    'v1.18.1-eksbuild.1': ['1.34'],
  }),
];

function run(addonVersion: string | undefined, options: RunOptions = {}, addonVersions: unknown = catalogue, addonName = 'coredns') {
  return runCheckOn(
    addonVersionBehind,
    { 'eks.addons': [createAddon({ addonName, addonVersion })], 'eks.addonVersions': addonVersions },
    options,
  );
}

describe('addon-version-behind', () => {
  it('passes the newest version for the control plane, whatever the next version offers', () => {
    expect(run('v1.12.4-eksbuild.10')).toMatchObject({ status: 'passed', findings: [], essential: false });
  });

  it('recommends the newest build, by number, and names the default', () => {
    expect(run('v1.12.4-eksbuild.2').findings).toMatchObject([
      {
        severity: 'recommended',
        subject: { kind: 'Addon', name: 'coredns' },
        message:
          'coredns v1.12.4-eksbuild.2 is behind v1.12.4-eksbuild.10, the newest for Kubernetes 1.34; the default is v1.11.4-eksbuild.14',
        facts: {
          installed: 'v1.12.4-eksbuild.2',
          newest: 'v1.12.4-eksbuild.10',
          default: 'v1.11.4-eksbuild.14',
          newer: ['v1.12.4-eksbuild.10'],
        },
        remediation:
          'aws eks update-addon --region eu-west-1 --cluster-name payments --addon-name coredns --addon-version v1.12.4-eksbuild.10',
      },
    ]);
  });

  it.each([
    ['v1.11.4-eksbuild.14', catalogue, '; the installed one is the default'],
    ['v1.0.0', [createAddonInfo('coredns', { 'v1.1.0': ['1.34*'] })], ' and the default'],
    ['v1.0.0', [createAddonInfo('coredns', { 'v1.1.0': ['1.34'] })], '; EKS marks no default'],
  ])('says how %s stands to the default', (installed, addonVersions, text) => {
    expect(run(installed, {}, addonVersions).findings[0]?.message).toMatch(new RegExp(`the newest for Kubernetes 1.34${text}$`));
  });

  it('counts a version that is not offered at all, so that it never passes alone', () => {
    expect(run('v1.9.3-eksbuild.5').findings).toHaveLength(1);
  });

  it('takes vpc-cni one minor at a time', () => {
    const [finding] = run('v1.18.1-eksbuild.1', {}, catalogue, 'vpc-cni').findings;
    expect(finding?.facts.steps).toEqual(['v1.19.6-eksbuild.10', 'v1.20.4-eksbuild.1']);
    expect(finding?.remediation).toMatch(/--addon-version v1\.19\.6-eksbuild\.10, then to v1\.20\.4-eksbuild\.1$/);
  });

  it('says nothing of a version newer than all that is offered', () => {
    expect(run('v1.12.4-eksbuild.11')).toMatchObject({ status: 'passed', findings: [] });
  });

  it('takes another variant of the newest build for the newest', () => {
    const offers = [createAddonInfo('coredns', { 'v1.12.4-eksbuild.10': ['1.34*'] })];
    expect(run('v1.12.4-minimal-eksbuild.10', {}, offers).status).toBe('passed');
  });

  it('reads the versions of the control plane also when there is no target', () => {
    expect(run('v1.12.4-eksbuild.10', { target: null }).status).toBe('passed');
    expect(run('v1.12.4-eksbuild.10', { controlPlane: '1.35', target: null }).findings).toMatchObject([
      { facts: { newest: 'v1.13.0-eksbuild.1' } },
    ]);
  });

  it('does not guess at a version that it cannot read', () => {
    expect(run('nightly')).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ evidence: 'eks.addons', code: 'InvalidResponse' }],
    });
    expect(run(undefined)).toMatchObject({ status: 'unknown', missing: [{ evidence: 'eks.addons', code: 'InvalidResponse' }] });
    const unreadable = [createAddonInfo('coredns', { nightly: ['1.34*'] })];
    expect(run('v1.0.0', {}, unreadable)).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.addonVersions', code: 'InvalidResponse' }],
    });
    expect(run('nightly', {}, unreadable).status).toBe('passed');
  });

  it('orders what it can read before what it cannot', () => {
    const mixed = [createAddonInfo('coredns', { nightly: ['1.34'], 'v1.1.0': ['1.34'], 'v1.2.0': ['1.34*'] })];
    expect(run('v1.1.0', {}, mixed).findings).toMatchObject([{ facts: { newest: 'v1.2.0' } }]);
  });

  it('is unknown where nothing is offered for the control plane, or the add-on is not listed', () => {
    expect(run('v1.12.4-eksbuild.2', { controlPlane: '1.36', target: null })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.addonVersions', code: 'NotYetAvailable' }],
    });
    expect(run('v1.0.0', {}, [])).toMatchObject({ status: 'unknown', missing: [{ evidence: 'eks.addonVersions', code: 'NotFound' }] });
  });

  it('is unknown or skipped without its evidence', () => {
    const addons = [createAddon()];
    expect(runCheckOn(addonVersionBehind, { 'eks.addons': addons, 'eks.addonVersions': unavailable('AccessDenied') }).status).toBe(
      'unknown',
    );
    expect(runCheckOn(addonVersionBehind, { 'eks.addons': addons })).toMatchObject({
      status: 'skipped',
      missing: [{ code: 'NotRequested' }],
    });
    expect(
      runCheckOn(addonVersionBehind, { 'eks.addons': [{ addonVersion: 'v1' }], 'eks.addonVersions': [] }).missing[0]?.message,
    ).toContain('addonName');
  });
});
