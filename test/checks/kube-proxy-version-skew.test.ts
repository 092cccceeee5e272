import { describe, expect, it } from 'vitest';
import { kubeProxyVersionSkew } from '../../functions/checks/kube-proxy-version-skew.ts';
import { createAddon, createDaemonSet, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

function run(image: string | undefined, options: RunOptions = {}, evidence: object = {}) {
  const daemonSet = createDaemonSet({ containers: [{ name: 'kube-proxy', ...(image === undefined ? {} : { image }) }] });
  return runCheckOn(kubeProxyVersionSkew, { 'kubernetes.daemonSets': [daemonSet], ...evidence }, options);
}

const tagged = (tag: string) => `registry.example/eks/kube-proxy:${tag}`;

describe('kube-proxy-version-skew', () => {
  it('passes the minor of the control plane', () => {
    expect(run(tagged('v1.34.6-eksbuild.11'))).toMatchObject({ status: 'passed', findings: [], essential: true });
  });

  it.each([
    ['v1.33.0-eksbuild.1', 'recommended', undefined, 'kube-proxy 1.33 is 1 minor behind the control plane on 1.34'],
    ['v1.32.0-eksbuild.1', 'recommended', undefined, 'kube-proxy 1.32 is 2 minors behind the control plane on 1.34'],
    [
      'v1.31.2-minimal-eksbuild.1',
      'required',
      '1.35',
      'kube-proxy 1.31 is 4 minors behind Kubernetes 1.35; at most 3 minors are supported',
    ],
    [
      'v1.30.0-eksbuild.1',
      'required',
      undefined,
      'kube-proxy 1.30 is 4 minors behind the control plane on 1.34; at most 3 minors are supported',
    ],
    ['v1.35.0-eksbuild.1', 'required', undefined, 'kube-proxy 1.35 is newer than the control plane on 1.34, which is not supported'],
  ])('judges %s on 1.34 against 1.35', (tag, severity, hop, message) => {
    const { status, findings } = run(tagged(tag));
    expect(status).toBe('failed');
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ severity, message, subject: { kind: 'DaemonSet', namespace: 'kube-system', name: 'kube-proxy' } });
    expect(findings[0]?.hop ?? undefined).toBe(hop);
  });

  it('judges three minors as a warning where there is nothing newer to go to, and four as a break', () => {
    expect(run(tagged('v1.31.2-eksbuild.1'), { target: null }).findings).toMatchObject([
      { severity: 'recommended', facts: { target: null } },
    ]);
    expect(run(tagged('v1.30.2-eksbuild.1'), { target: null }).findings).toMatchObject([{ severity: 'required' }]);
  });

  it('judges the next hop, not the last', () => {
    expect(run(tagged('v1.32.0-eksbuild.1'), { target: '1.36' }).findings).toMatchObject([{ severity: 'recommended' }]);
  });

  it.each([
    ['localhost:5000/kube-proxy:v1.33.2'],
    [`registry.example:8443/eks/kube-proxy:v1.33.2-minimal-eksbuild.1@${digest}`],
    ['kube-proxy:v1.33.2'],
    ['REGISTRY.example/eks/kube-proxy:1.33'],
    ['602401143452.dkr.ecr.cn-north-1.example/eks/kube-proxy:v1.33.2-eksbuild.2'],
  ])('reads the version of %s', (image) => {
    expect(run(image).findings).toMatchObject([{ severity: 'recommended', facts: { image, version: '1.33' } }]);
  });

  it.each([
    ['a digest alone', `registry.example/eks/kube-proxy@${digest}`],
    ['a port and no tag', 'localhost:5000/kube-proxy'],
    ['a tag that is no version', tagged('latest')],
    ['an image that no runtime takes', 'registry.example/eks/kube-proxy:'],
    ['no image', undefined],
  ])('does not know %s', (_, image) => {
    expect(run(image)).toMatchObject({
      status: 'unknown',
      findings: [],
      essential: true,
      missing: [
        { evidence: 'kubernetes.daemonSets', code: 'InvalidResponse' },
        { evidence: 'eks.addons', code: 'NotRequested' },
      ],
    });
  });

  it('reads the container kube-proxy among others, and a lone one of any name', () => {
    const of = (containers: { name: string; image?: string }[]) =>
      runCheckOn(kubeProxyVersionSkew, { 'kubernetes.daemonSets': [createDaemonSet({ containers })] });
    const sidecar = { name: 'metrics', image: 'registry.example/exporter:v0.1.0' };
    expect(of([sidecar, { name: 'kube-proxy', image: tagged('v1.33.1') }]).findings).toMatchObject([{ facts: { version: '1.33' } }]);
    expect(of([{ name: 'proxy', image: tagged('v1.33.1') }]).findings).toMatchObject([{ facts: { version: '1.33' } }]);
    expect(of([sidecar, { name: 'proxy', image: tagged('v1.33.1') }]).status).toBe('unknown');
    expect(of([]).status).toBe('unknown');
  });

  it('finds every DaemonSet of kube-proxy in kube-system, and keeps the findings of the readable ones', () => {
    const windows = createDaemonSet({
      name: 'kube-proxy-windows',
      podLabels: { 'k8s-app': 'kube-proxy' },
      containers: [{ name: 'kube-proxy', image: tagged('v1.32.0') }],
    });
    const custom = createDaemonSet({
      name: 'kube-proxy',
      podLabels: { app: 'proxy' },
      containers: [{ name: 'kube-proxy', image: tagged('latest') }],
    });
    const outcome = runCheckOn(kubeProxyVersionSkew, { 'kubernetes.daemonSets': [windows, custom] });
    expect(outcome.status).toBe('unknown');
    expect(outcome.findings.map(({ subject }) => subject.name)).toEqual(['kube-proxy-windows']);
  });

  it('is not applicable where kube-proxy is no DaemonSet of kube-system', () => {
    const elsewhere = createDaemonSet({ namespace: 'shop', containers: [{ name: 'kube-proxy', image: tagged('v1.20.0') }] });
    const cilium = createDaemonSet({ name: 'cilium', containers: [{ name: 'cilium-agent', image: 'registry.example/cilium:v1.18.0' }] });
    expect(runCheckOn(kubeProxyVersionSkew, { 'kubernetes.daemonSets': [elsewhere, cilium] }).status).toBe('not-applicable');
    expect(runCheckOn(kubeProxyVersionSkew, { 'kubernetes.daemonSets': [] }, { controlPlane: null }).status).toBe('not-applicable');
  });

  it('updates an add-on through EKS, and anything else in place', () => {
    const image = 'registry.example:8443/eks/kube-proxy:v1.33.2-eksbuild.2';
    expect(run(image).findings[0]?.remediation).toBe(
      'kubectl set image -n kube-system daemonset/kube-proxy kube-proxy=registry.example:8443/eks/kube-proxy:v1.34.PATCH-eksbuild.BUILD',
    );
    const renamed = createDaemonSet({ name: 'kube-proxy', containers: [{ name: 'proxy', image: 'kube-proxy:v1.33.2' }] });
    expect(runCheckOn(kubeProxyVersionSkew, { 'kubernetes.daemonSets': [renamed] }).findings[0]?.remediation).toContain(
      ' proxy=kube-proxy:v1.34.',
    );
    const addon = { 'eks.addons': [createAddon({ addonName: 'kube-proxy', addonVersion: 'v1.33.2-eksbuild.2' })] };
    expect(run(image, {}, addon).findings[0]?.remediation).toBe(
      'aws eks describe-addon-versions --region eu-west-1 --addon-name kube-proxy --kubernetes-version 1.34, then ' +
        'aws eks update-addon --region eu-west-1 --cluster-name payments --addon-name kube-proxy --addon-version v1.34.PATCH-eksbuild.BUILD',
    );
  });

  it('is unknown without its evidence, and without the version of the control plane', () => {
    expect(runCheckOn(kubeProxyVersionSkew, { 'kubernetes.daemonSets': unavailable('Forbidden') })).toMatchObject({ status: 'unknown' });
    expect(runCheckOn(kubeProxyVersionSkew, {})).toMatchObject({ status: 'unknown', essential: true });
    const versionless = run(tagged('v1.34.0'), { controlPlane: null });
    expect(versionless).toMatchObject({ status: 'unknown', findings: [] });
    expect(versionless.missing[0]).toMatchObject({ evidence: 'eks.cluster', code: 'AccessDenied' });
    const malformed = runCheckOn(kubeProxyVersionSkew, { 'kubernetes.daemonSets': [{ metadata: {} }] });
    expect(malformed).toMatchObject({ status: 'unknown' });
    expect(malformed.missing[0]?.message).toContain('metadata.name');
  });
});
