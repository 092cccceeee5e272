import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addonVersionUnsupported } from '../../functions/checks/addon-version-unsupported.ts';
import { createAddon, createAddonInfo, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const catalogue = [
  createAddonInfo('vpc-cni', {
    'v1.21.1-eksbuild.3': ['1.34', '1.35*'],
    'v1.21.1-eksbuild.10': ['1.34', '1.35'],
    'v1.20.4-eksbuild.1': ['1.33', '1.34*'],
    'v1.19.6-eksbuild.2': ['1.33*', '1.34'],
    'v1.19.6-eksbuild.10': ['1.33', '1.34'],
    'v1.18.1-eksbuild.1': ['1.33'],
  }),
  createAddonInfo('coredns', { 'v1.12.4-eksbuild.1': ['1.34*', '1.35*'], 'v1.11.4-eksbuild.14': ['1.33*', '1.34'] }),
  createAddonInfo('kube-proxy', { 'v1.35.0-eksbuild.2': ['1.35*'], 'v1.34.3-eksbuild.2': ['1.34*'], 'v1.33.3-eksbuild.2': ['1.33*'] }),
];

function run(addonName: string, addonVersion: string | undefined, options: RunOptions = {}, addonVersions: unknown = catalogue) {
  return runCheckOn(
    addonVersionUnsupported,
    { 'eks.addons': [createAddon({ addonName, addonVersion })], 'eks.addonVersions': addonVersions },
    options,
  );
}

describe('addon-version-unsupported', () => {
  it('passes a version that is offered for the control plane and for the target', () => {
    expect(run('coredns', 'v1.12.4-eksbuild.1')).toMatchObject({ status: 'passed', findings: [], essential: true });
  });

  it('reports a version that is not offered for the target from that hop on', () => {
    const { status, findings } = run('coredns', 'v1.11.4-eksbuild.14');
    expect(status).toBe('failed');
    expect(findings).toMatchObject([
      {
        severity: 'required',
        hop: '1.35',
        subject: { kind: 'Addon', name: 'coredns', arn: 'arn:aws:eks:eu-west-1:111111111111:addon/payments/coredns/8ec1' },
        message: 'coredns v1.11.4-eksbuild.14 does not support Kubernetes 1.35',
        facts: {
          installed: 'v1.11.4-eksbuild.14',
          supported: ['v1.12.4-eksbuild.1'],
          default: 'v1.12.4-eksbuild.1',
          afterControlPlane: null,
        },
        remediation:
          'aws eks update-addon --region eu-west-1 --cluster-name payments --addon-name coredns --addon-version v1.12.4-eksbuild.1',
        tags: { team: 'network' },
      },
    ]);
  });

  it('says once, and of now, what counts for the control plane and the target', () => {
    const { findings } = run('coredns', 'v1.9.3-eksbuild.5');
    expect(findings).toMatchObject([
      { hop: null, message: 'coredns v1.9.3-eksbuild.5 does not support Kubernetes 1.34, which the cluster runs, nor 1.35' },
    ]);
  });

  it('counts now what only the target would take', () => {
    const { findings } = run('kube-proxy', 'v1.35.0-eksbuild.2');
    expect(findings).toMatchObject([
      {
        hop: null,
        message: 'kube-proxy v1.35.0-eksbuild.2 does not support Kubernetes 1.34, which the cluster runs',
        facts: { steps: ['v1.34.3-eksbuild.2'] },
      },
    ]);
  });

  it('says when the default version for the target can be installed only after the control plane', () => {
    const [finding] = run('kube-proxy', 'v1.34.3-eksbuild.2').findings;
    expect(finding).toMatchObject({ hop: '1.35', facts: { steps: [], afterControlPlane: 'v1.35.0-eksbuild.2' } });
    expect(finding?.remediation).toBe(
      'After the control plane is on 1.35: aws eks update-addon --region eu-west-1 --cluster-name payments --addon-name kube-proxy --addon-version v1.35.0-eksbuild.2',
    );
  });

  it('goes first to the newest version that both take, if the default is not among them', () => {
    const offers = [
      createAddonInfo('snapshot-controller', {
        'v8.3.0': ['1.35*'],
        'v8.2.10': ['1.34', '1.35'],
        'v8.2.2': ['1.34', '1.35'],
        'v8.1.0': ['1.34*'],
      }),
    ];
    const [finding] = run('snapshot-controller', 'v8.1.0', {}, offers).findings;
    expect(finding?.facts).toMatchObject({ steps: ['v8.2.10'], afterControlPlane: 'v8.3.0' });
    expect(finding?.remediation).toBe(
      'aws eks update-addon --region eu-west-1 --cluster-name payments --addon-name snapshot-controller --addon-version v8.2.10; ' +
        'after the control plane is on 1.35: aws eks update-addon --region eu-west-1 --cluster-name payments --addon-name snapshot-controller --addon-version v8.3.0',
    );
  });

  it('takes vpc-cni one minor at a time, by the newest of each that the control plane takes', () => {
    const [finding] = run('vpc-cni', 'v1.18.1-eksbuild.1').findings;
    expect(finding?.facts).toMatchObject({
      steps: ['v1.19.6-eksbuild.10', 'v1.20.4-eksbuild.1', 'v1.21.1-eksbuild.3'],
      default: 'v1.21.1-eksbuild.3',
      supported: ['v1.21.1-eksbuild.10', 'v1.21.1-eksbuild.3'],
    });
    expect(finding?.remediation).toBe(
      'aws eks update-addon --region eu-west-1 --cluster-name payments --addon-name vpc-cni --addon-version v1.19.6-eksbuild.10' +
        ', then to v1.20.4-eksbuild.1, then to v1.21.1-eksbuild.3',
    );
  });

  it('takes no pre-release of vpc-cni on the way', () => {
    const offers = [
      createAddonInfo('vpc-cni', { 'v1.21.0': ['1.34', '1.35*'], 'v1.20.1-rc.1': ['1.34'], 'v1.20.0': ['1.34'], 'v1.19.0': ['1.34*'] }),
    ];
    expect(run('vpc-cni', 'v1.19.0', {}, offers).findings[0]?.facts.steps).toEqual(['v1.20.0', 'v1.21.0']);
  });

  it('takes other add-ons at once', () => {
    const offers = [createAddonInfo('adot', { 'v0.3.0': ['1.34', '1.35*'], 'v0.2.0': ['1.34'], 'v0.1.0': ['1.34*'] })];
    expect(run('adot', 'v0.1.0', {}, offers).findings[0]?.facts.steps).toEqual(['v0.3.0']);
  });

  it('leaves vpc-cni no step over when an installed version cannot be read', () => {
    expect(run('vpc-cni', 'nightly').findings[0]?.facts.steps).toEqual(['v1.21.1-eksbuild.3']);
  });

  it('says when nothing is offered for the target yet', () => {
    const [finding] = run('coredns', 'v1.12.4-eksbuild.1', { controlPlane: '1.35', target: '1.36' }).findings;
    expect(finding).toMatchObject({
      severity: 'required',
      hop: '1.36',
      message: 'coredns has no version yet for 1.36; v1.12.4-eksbuild.1 is installed',
      facts: { supported: [], default: null, steps: [], afterControlPlane: null },
      remediation:
        'Wait until EKS offers a version for 1.36: aws eks describe-addon-versions --region eu-west-1 --addon-name coredns --kubernetes-version 1.36',
    });
  });

  it('judges the control plane alone when there is no target', () => {
    expect(run('coredns', 'v1.11.4-eksbuild.14', { target: null }).status).toBe('passed');
    const { findings } = run('coredns', 'v1.9.3-eksbuild.5', { target: null });
    expect(findings).toMatchObject([
      {
        hop: null,
        message: 'coredns v1.9.3-eksbuild.5 does not support Kubernetes 1.34, which the cluster runs',
        facts: {
          target: null,
          supported: ['v1.12.4-eksbuild.1', 'v1.11.4-eksbuild.14'],
          steps: ['v1.12.4-eksbuild.1'],
          afterControlPlane: null,
        },
      },
    ]);
  });

  it('judges the next hop, not the last', () => {
    expect(run('coredns', 'v1.12.4-eksbuild.1', { target: '1.36' }).status).toBe('passed');
  });

  it('does not know an add-on that the catalogue does not list, and keeps the findings of others', () => {
    const addons = [
      createAddon({ addonName: 'acme_agent', addonVersion: 'v1.0.0' }),
      createAddon({ addonName: 'coredns', addonVersion: 'v1.11.4-eksbuild.14' }),
    ];
    const outcome = runCheckOn(addonVersionUnsupported, { 'eks.addons': addons, 'eks.addonVersions': catalogue });
    expect(outcome).toMatchObject({ status: 'unknown', missing: [{ evidence: 'eks.addonVersions', code: 'NotFound' }] });
    expect(outcome.findings.map(({ subject }) => subject.name)).toEqual(['coredns']);
  });

  it.each([
    [null],
    [[]],
    [[{ addonVersion: 'v1.0.0', compatibilities: null }]],
    [[{ addonVersion: 'v1.0.0', compatibilities: [{ clusterVersion: null }] }]],
  ])('does not take an entry without any Kubernetes version for a refusal: %j', (addonVersions) => {
    const outcome = run('coredns', 'v1.0.0', {}, [{ addonName: 'coredns', addonVersions }]);
    expect(outcome).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ evidence: 'eks.addonVersions', code: 'InvalidResponse' }],
    });
  });

  it('does not know an add-on without a version', () => {
    expect(run('coredns', undefined)).toMatchObject({ status: 'unknown', missing: [{ evidence: 'eks.addons', code: 'InvalidResponse' }] });
  });

  it('is not applicable without add-ons', () => {
    expect(runCheckOn(addonVersionUnsupported, { 'eks.addons': [], 'eks.addonVersions': catalogue }).status).toBe('not-applicable');
  });

  it('is unknown without its evidence, and without the version of the control plane', () => {
    const addons = [createAddon()];
    const forbidden = { 'eks.addons': unavailable('AccessDenied'), 'eks.addonVersions': catalogue };
    expect(runCheckOn(addonVersionUnsupported, forbidden)).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.addons', code: 'AccessDenied' }],
    });
    expect(runCheckOn(addonVersionUnsupported, { 'eks.addons': addons })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.addonVersions', code: 'NotRequested' }],
    });
    expect(run('coredns', 'v1.12.4-eksbuild.1', { controlPlane: null })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.cluster' }],
    });
  });

  it('names the path of malformed evidence', () => {
    const { status, missing } = run('coredns', 'v1.12.4-eksbuild.1', {}, [{ addonName: 'coredns', addonVersions: [{ addonVersion: 7 }] }]);
    expect(status).toBe('unknown');
    expect(missing).toMatchObject([{ evidence: 'eks.addonVersions', code: 'InvalidResponse' }]);
    expect(missing[0]?.message).toContain('addonVersions');
  });

  it('never steps over a minor of vpc-cni that is offered, and never goes back on the way', () => {
    const offered = fc.uniqueArray(fc.tuple(fc.integer({ min: 10, max: 22 }), fc.nat(3), fc.nat(12)), {
      minLength: 1,
      maxLength: 25,
      selector: String,
    });
    fc.assert(
      fc.property(offered, fc.integer({ min: 9, max: 20 }), (versions, from) => {
        const names = versions.map(([minor, patch, build]) => `v1.${minor}.${patch}-eksbuild.${build}`);
        const offers = [createAddonInfo('vpc-cni', Object.fromEntries(names.map((name) => [name, ['1.34', '1.35']])))];
        const [finding] = run('vpc-cni', `v1.${from}.9-eksbuild.99`, {}, offers).findings;
        const steps = finding?.facts.steps as string[];
        const minors = steps.map((step) => Number(step.split('.')[1]));
        const newest = Math.max(...versions.map(([minor]) => minor));
        const between = [...new Set(versions.map(([minor]) => minor))]
          .filter((minor) => minor > from && minor <= newest)
          .sort((a, b) => a - b);
        expect(minors).toEqual(newest > from ? between : [newest]);
      }),
    );
  });
});
