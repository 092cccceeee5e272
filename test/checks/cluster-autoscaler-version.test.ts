import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterAutoscalerVersion } from '../../functions/checks/cluster-autoscaler-version.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { digest, running } from './builders-platform.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const image = (tag: string) => `registry.k8s.io/autoscaling/cluster-autoscaler:${tag}`;

const run = (evidence: EvidenceInput, options: RunOptions = {}) => runCheckOn(clusterAutoscalerVersion, evidence, options);

const withImage = (reference: string, options: RunOptions = {}) =>
  run({ 'kubernetes.deployments': [running(reference, { name: 'cluster-autoscaler' })] }, options);

describe('cluster-autoscaler-version', () => {
  it('recommends the minor of the next version', () => {
    expect(withImage(image('v1.34.1'))).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Deployment', namespace: 'kube-system', name: 'cluster-autoscaler' },
          hop: '1.35',
          message:
            'Cluster Autoscaler 1.34 (Deployment kube-system/cluster-autoscaler) is 1 minor behind Kubernetes 1.35: its minor should be the same',
          facts: { image: image('v1.34.1'), version: '1.34', controlPlane: '1.34', target: '1.35', minorsBehind: 1 },
          remediation:
            'With the control plane on 1.35: kubectl set image -n kube-system deployment/cluster-autoscaler main=registry.k8s.io/autoscaling/cluster-autoscaler:v1.35.PATCH',
          labels: { team: 'platform' },
        },
      ],
    });
  });

  it.each([
    ['v1.31.0', 'required', null],
    ['v1.32.3', 'required', null],
    ['v1.33.0', 'required', '1.35'],
    ['v1.34.0', 'recommended', '1.35'],
    ['v1.36.0', 'recommended', null],
    ['v1.37.0', 'required', null],
    ['v2.35.0', 'required', null],
  ] as const)('from 1.34 to 1.35, %s is %s', (tag, severity, hop) => {
    expect(withImage(image(tag)).findings).toMatchObject([{ severity, hop }]);
  });

  it('accepts the minor of the next version, before the upgrade too', () => {
    expect(withImage(image('v1.35.9'))).toMatchObject({ status: 'passed', findings: [] });
  });

  it('compares with the control plane on the newest version', () => {
    const newest = { controlPlane: '1.36', target: null };
    expect(withImage(image('v1.36.0'), newest).status).toBe('passed');
    expect(withImage(image('v1.35.0'), newest).findings).toMatchObject([{ severity: 'recommended', hop: null, facts: { target: null } }]);
    expect(withImage(image('v1.34.0'), newest).findings).toMatchObject([{ severity: 'required', hop: null }]);
  });

  it('judges the next hop alone', () => {
    expect(withImage(image('v1.35.0'), { target: '1.37' }).status).toBe('passed');
  });

  it('says ahead where it is', () => {
    expect(withImage(image('v1.37.0')).findings[0]?.message).toContain('is 2 minors ahead of Kubernetes 1.35');
  });

  it.each([
    ['localhost:5000/autoscaling/cluster-autoscaler:v1.34.0', 'localhost:5000/autoscaling/cluster-autoscaler:v1.35.PATCH'],
    ['registry.k8s.io/autoscaling/cluster-autoscaler-arm64:v1.34.0', 'registry.k8s.io/autoscaling/cluster-autoscaler-arm64:v1.35.PATCH'],
    [`registry.k8s.io/autoscaling/cluster-autoscaler:v1.34.0@${digest}`, 'registry.k8s.io/autoscaling/cluster-autoscaler:v1.35.PATCH'],
    ['cluster-autoscaler:v1.34.0', 'cluster-autoscaler:v1.35.PATCH'],
  ])('finds it in any registry: %s', (reference, next) => {
    expect(withImage(reference).findings[0]?.remediation).toMatch(new RegExp(`main=${next.replaceAll('.', '\\.')}$`));
  });

  it.each([
    'registry.k8s.io/cpa/cluster-proportional-autoscaler:1.8.4',
    'example.com/cluster-autoscaler/chaos:v1.2.3',
    'not-cluster-autoscaler:v1.2.3',
  ])('leaves another image alone: %s', (reference) => {
    expect(withImage(reference).status).toBe('not-applicable');
  });

  it.each([image('latest'), `registry.k8s.io/autoscaling/cluster-autoscaler@${digest}`, image('1.34.1-custom build')])(
    'doubts an image without a version: %s',
    (reference) => {
      expect(withImage(reference)).toMatchObject({
        status: 'unknown',
        missing: [{ code: 'InvalidResponse', message: expect.stringContaining('Deployment kube-system/cluster-autoscaler runs') }],
      });
    },
  );

  it('does not judge one that is scaled to 0, nor a cluster without it', () => {
    expect(run({ 'kubernetes.deployments': [running(image('v1.20.0'), { replicas: 0 })] }).status).toBe('not-applicable');
    expect(run({ 'kubernetes.deployments': [running(image('v1.20.0'), { replicas: null })] }).status).toBe('failed');
    expect(run({ 'kubernetes.deployments': [] }).status).toBe('not-applicable');
    expect(run({ 'kubernetes.deployments': [] }, { controlPlane: null }).status).toBe('not-applicable');
  });

  it('is no pass without evidence', () => {
    expect(run({ 'kubernetes.deployments': unavailable('Timeout') })).toMatchObject({ status: 'unknown', missing: [{ code: 'Timeout' }] });
    expect(run({})).toMatchObject({ status: 'skipped' });
    expect(withImage(image('v1.35.0'), { controlPlane: null })).toMatchObject({ status: 'unknown' });
    expect(
      run({ 'kubernetes.deployments': [{ metadata: { name: 'x' }, spec: { template: { spec: { containers: [{ name: 'c' }] } } } }] })
        .status,
    ).toBe('not-applicable');
  });

  it('is silent for the same minor alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 50 }), fc.nat(9), (minor, patch) => {
        const [finding] = withImage(image(`v1.${minor}.${patch}`)).findings;
        const away = Math.abs(minor - 35);
        expect(finding?.severity).toBe(away === 0 ? undefined : away === 1 ? 'recommended' : 'required');
      }),
    );
  });
});
