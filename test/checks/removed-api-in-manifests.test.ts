import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removedApiInManifests } from '../../functions/checks/removed-api-in-manifests.ts';
import { compareVersions, parseVersion } from '../../functions/versions/kubernetes-version.ts';
import { removedApis } from '../../functions/versions/removed-apis.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createAppliedVersion, createHelmRelease, createManifestFile } from './builders-removed-apis.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const applied = 'kubernetes.appliedApiVersions';
const helm = 'kubernetes.helmReleases';
const files = 'files.manifests';

const run = (evidence: EvidenceInput, options: RunOptions = {}) =>
  runCheckOn(removedApiInManifests, { [applied]: [], ...evidence }, options);
/** ServiceCIDR v1beta1 is removed in 1.37. */
const before = { controlPlane: '1.35', target: '1.36' };
const inIt = { controlPlane: '1.36', target: '1.37' };
const after = { controlPlane: '1.37', target: '1.38' };

describe('removed-api-in-manifests', () => {
  it('passes where nothing old was applied', () => {
    expect(run({})).toMatchObject({ status: 'passed', essential: true, findings: [] });
  });

  it('blocks the hop in which the API goes', () => {
    expect(run({ [applied]: [createAppliedVersion()] }, inIt)).toMatchObject({
      status: 'failed',
      findings: [
        {
          severity: 'required',
          subject: { kind: 'ServiceCIDR', namespace: null, name: 'extra' },
          discriminator: 'networking.k8s.io/v1beta1',
          hop: '1.37',
          message:
            'ServiceCIDR extra was last applied by terraform as networking.k8s.io/v1beta1, which Kubernetes no longer serves from 1.37 on',
          facts: {
            apiVersion: 'networking.k8s.io/v1beta1',
            kind: 'ServiceCIDR',
            removedIn: '1.37',
            replacement: 'networking.k8s.io/v1',
            controlPlane: '1.36',
            managers: ['terraform'],
            sources: ['managedFields'],
          },
          remediation:
            'Set apiVersion: networking.k8s.io/v1 in the manifest that terraform applies, and apply it; in the new version it is: kubectl get servicecidrs.v1.networking.k8s.io extra -o yaml',
        },
      ],
    });
  });

  it.each([
    ['one minor before', before, 'recommended', '1.37'],
    ['in it', inIt, 'required', '1.37'],
    ['one minor after', after, 'info', null],
    ['two hops, the second of them in it', { controlPlane: '1.35', target: '1.37' }, 'required', '1.37'],
    ['on the newest version before it', { controlPlane: '1.36', target: null }, 'recommended', '1.37'],
    ['on the newest version, which removed it', { controlPlane: '1.37', target: null }, 'info', null],
  ])('%s', (_, options, severity, hop) => {
    for (const evidence of [{ [applied]: [createAppliedVersion()] }, { [helm]: [createHelmRelease()] }]) {
      const { findings } = run(evidence, options);
      expect(findings.map((finding) => [finding.severity, finding.hop])).toEqual([[severity, hop]]);
    }
  });

  it('says of a relic that it breaks nothing', () => {
    const relic = createAppliedVersion({
      apiVersion: 'policy/v1beta1',
      kind: 'PodDisruptionBudget',
      namespace: 'shop',
      name: 'web',
      manager: null,
      source: 'last-applied',
    });
    expect(run({ [applied]: [relic] }).findings).toMatchObject([
      {
        severity: 'info',
        hop: null,
        message:
          'PodDisruptionBudget shop/web was last applied as policy/v1beta1, which Kubernetes has not served since 1.25: a relic that breaks nothing',
        facts: { managers: [], sources: ['last-applied'] },
      },
    ]);
  });

  it('is one finding an object and API version, whoever applied it', () => {
    const rows = [createAppliedVersion(), createAppliedVersion({ manager: 'kubectl' }), createAppliedVersion({ name: 'other' })];
    const { findings } = run({ [applied]: rows }, inIt);
    expect(findings.map(({ subject, facts }) => [subject.name, facts.managers])).toEqual([
      ['extra', ['kubectl', 'terraform']],
      ['other', ['terraform']],
    ]);
  });

  it('leaves out managers of the control plane, and what the table does not know', () => {
    const rows = ['api-priority-and-fairness-config-consumer-v1', 'eks-internal'].map((manager) =>
      createAppliedVersion({ apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3', kind: 'FlowSchema', manager }),
    );
    const unknown = createAppliedVersion({ apiVersion: 'networking.k8s.io/v1' });
    expect(run({ [applied]: [...rows, unknown] }, { controlPlane: '1.31', target: '1.32' })).toMatchObject({ status: 'passed' });
  });

  it('says where nothing replaces it', () => {
    const row = createAppliedVersion({ apiVersion: 'certificates.k8s.io/v1beta1', kind: 'ClusterTrustBundle', manager: null });
    expect(run({ [applied]: [row] }, { controlPlane: '1.39', target: '1.40' }).findings[0]?.remediation).toBe(
      'Nothing replaces it yet: apply it no longer, or ask its vendor; it is: kubectl get clustertrustbundles extra -o yaml',
    );
  });

  describe('of a Helm release', () => {
    it('names the chart, its objects and the way out', () => {
      const budget = (name: string) => ({ apiVersion: 'networking.k8s.io/v1beta1', kind: 'ServiceCIDR', name });
      const release = createHelmRelease({
        manifestApiVersions: [budget('b'), budget('a'), { apiVersion: 'v1', kind: 'Service', name: 'x' }],
      });
      expect(run({ [helm]: [release] }, inIt).findings).toMatchObject([
        {
          severity: 'required',
          subject: { kind: 'HelmRelease', namespace: 'infra', name: 'network' },
          discriminator: 'networking.k8s.io/v1beta1 ServiceCIDR',
          message:
            'Helm release infra/network of chart network-1.2.3 holds ServiceCIDR a, b as networking.k8s.io/v1beta1, which Kubernetes no longer serves from 1.37 on: helm upgrade then fails',
          facts: { chart: 'network-1.2.3', objects: ['a', 'b'] },
          remediation: expect.stringContaining('helm mapkubeapis network --namespace infra'),
        },
      ]);
    });

    it('speaks for the objects that Helm applied, and for no others', () => {
      const release = createHelmRelease();
      const by = (overrides: Parameters<typeof createAppliedVersion>[0]) =>
        run({ [applied]: [createAppliedVersion(overrides)], [helm]: [release] }, inIt).findings.length;
      expect(by({ manager: 'helm' })).toBe(1);
      expect(by({ manager: 'Helm', namespace: 'infra' })).toBe(1);
      expect(by({ manager: 'kubectl' })).toBe(2);
      expect(by({ manager: 'helm', name: 'another' })).toBe(2);
      expect(by({ manager: 'helm', namespace: 'elsewhere' })).toBe(2);
    });

    it('that could not be read is no pass, and named', () => {
      const broken = createHelmRelease({ manifestApiVersions: [], problem: 'its content is no whole gzip stream' });
      expect(run({ [helm]: [broken] })).toMatchObject({
        status: 'unknown',
        findings: [],
        missing: expect.arrayContaining([
          { evidence: helm, code: 'InvalidResponse', message: 'Helm release infra/network: its content is no whole gzip stream' },
        ]),
      });
      expect(run({ [helm]: [broken, createHelmRelease({ name: 'b' })] }, inIt)).toMatchObject({
        status: 'unknown',
        findings: [{ severity: 'required' }],
      });
    });

    it('is judged without what was applied, and not being asked for is no gap', () => {
      expect(runCheckOn(removedApiInManifests, { [applied]: unavailable('Forbidden'), [helm]: [createHelmRelease()] }, inIt)).toMatchObject(
        {
          status: 'unknown',
          findings: [{ severity: 'required' }],
        },
      );
      expect(run({ [helm]: unavailable('Forbidden') })).toMatchObject({
        status: 'passed',
        missing: expect.arrayContaining([{ evidence: helm, code: 'Forbidden', message: `${helm} was not read` }]),
      });
    });
  });

  describe('of a file', () => {
    it('names file and line', () => {
      expect(run({ [files]: [createManifestFile()] }, inIt).findings).toMatchObject([
        {
          severity: 'required',
          subject: { kind: 'ServiceCIDR', namespace: null, name: 'extra' },
          discriminator: 'networking.k8s.io/v1beta1 in deploy/network.yaml',
          hop: '1.37',
          message:
            'ServiceCIDR extra in deploy/network.yaml:7 is networking.k8s.io/v1beta1, which Kubernetes no longer serves from 1.37 on',
          facts: { file: 'deploy/network.yaml', line: 7, removedIn: '1.37' },
          remediation:
            'Set apiVersion: networking.k8s.io/v1 in line 7 of deploy/network.yaml, and what differs between the two: kubectl convert -f deploy/network.yaml --output-version networking.k8s.io/v1',
        },
      ]);
    });

    it('is refused already where the control plane no longer serves it', () => {
      expect(run({ [files]: [createManifestFile()] }, after).findings).toMatchObject([
        { severity: 'required', hop: null, message: expect.stringContaining('has not served since 1.37: it is refused already') },
      ]);
    });

    it('is recommended to change before', () => {
      expect(run({ [files]: [createManifestFile()] }, before).findings).toMatchObject([{ severity: 'recommended', hop: '1.37' }]);
    });

    it('tells objects of one name apart, in one file and in two, and by no line', () => {
      const twice = createManifestFile({
        objects: [3, 9].flatMap((line) => createManifestFile().objects.map((object) => ({ ...object, line, name: null }))),
      });
      const { findings } = run({ [files]: [twice, { ...twice, file: 'b.yaml' }] }, inIt);
      expect(findings.map(({ discriminator }) => discriminator)).toEqual([
        'networking.k8s.io/v1beta1 in deploy/network.yaml',
        'networking.k8s.io/v1beta1 in deploy/network.yaml #2',
        'networking.k8s.io/v1beta1 in b.yaml',
        'networking.k8s.io/v1beta1 in b.yaml #2',
      ]);
      expect(findings[0]?.subject.name).toBe('(unnamed)');
    });

    it('gives no command for a name that a shell would split', () => {
      const [finding] = run({ [files]: [createManifestFile({ file: 'standard input' })] }, inIt).findings;
      expect(finding?.remediation).toBe(
        'Set apiVersion: networking.k8s.io/v1 in line 7 of standard input, and what differs between the two',
      );
    });

    it('that could not be read is no pass', () => {
      const broken = createManifestFile({ objects: [], problems: [{ document: 2, line: 5, message: 'no YAML' }] });
      expect(run({ [files]: [broken] })).toMatchObject({
        status: 'unknown',
        missing: expect.arrayContaining([
          { evidence: files, code: 'InvalidResponse', message: 'deploy/network.yaml:5, document 2: no YAML' },
        ]),
      });
    });
  });

  it('is unknown without what was applied, and leaves the verdict undetermined', () => {
    for (const [evidence, code] of [
      [{ [applied]: unavailable('Forbidden') }, 'Forbidden'],
      [{}, 'NotRequested'],
    ] as const)
      expect(runCheckOn(removedApiInManifests, evidence)).toMatchObject({
        status: 'unknown',
        essential: true,
        missing: expect.arrayContaining([expect.objectContaining({ evidence: applied, code })]),
      });
  });

  it('is unknown where nobody knows the control plane, or where the shape is odd', () => {
    expect(run({ [applied]: [createAppliedVersion()] }, { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
    expect(run({ [applied]: [{ kind: 7 }] })).toMatchObject({ status: 'unknown' });
    expect(run({ [applied]: [createAppliedVersion({ namespace: undefined, manager: undefined })] }, inIt)).toMatchObject({
      status: 'failed',
    });
  });

  it('is required exactly for what goes on the way', () => {
    const minor = fc.integer({ min: 15, max: 41 });
    fc.assert(
      fc.property(fc.constantFrom(...removedApis), minor, fc.integer({ min: 1, max: 4 }), ({ apiVersion, kind, removedIn }, from, hops) => {
        const [controlPlane, target] = [`1.${from}`, `1.${from + hops}`];
        const [finding] = run({ [applied]: [createAppliedVersion({ apiVersion, kind })] }, { controlPlane, target }).findings;
        const gone = compareVersions(removedIn, parseVersion(controlPlane) ?? removedIn) <= 0;
        const onTheWay = !gone && compareVersions(removedIn, parseVersion(target) ?? removedIn) <= 0;
        expect(finding?.severity).toBe(gone ? 'info' : onTheWay ? 'required' : 'recommended');
      }),
    );
  });
});
