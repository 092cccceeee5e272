import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsLoadBalancerControllerVersion } from '../../functions/checks/aws-load-balancer-controller-version.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { digest, running } from './builders-platform.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const image = (tag: string) => `public.ecr.aws/eks/aws-load-balancer-controller:${tag}`;
const run = (evidence: EvidenceInput, options: RunOptions = {}) => runCheckOn(awsLoadBalancerControllerVersion, evidence, options);
const withImage = (reference: string, options: RunOptions = {}) =>
  run({ 'kubernetes.deployments': [running(reference, { name: 'aws-load-balancer-controller' })] }, options);

describe('aws-load-balancer-controller-version', () => {
  it('requires a release that runs on the target', () => {
    expect(withImage(image('v2.3.1'), { controlPlane: '1.21', target: '1.22' })).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'required',
          subject: { kind: 'Deployment', namespace: 'kube-system', name: 'aws-load-balancer-controller' },
          hop: '1.22',
          message:
            'AWS Load Balancer Controller v2.3.1 (Deployment kube-system/aws-load-balancer-controller) does not run on Kubernetes 1.22: it supports 1.16 to 1.21',
          facts: { image: image('v2.3.1'), version: 'v2.3.1', kubernetes: '1.22', oldestKubernetes: '1.16', newestKubernetes: '1.21' },
          remediation: expect.stringContaining(
            'helm upgrade aws-load-balancer-controller eks/aws-load-balancer-controller -n kube-system --reuse-values',
          ),
          labels: { team: 'platform' },
        },
      ],
    });
    expect(withImage(image('v2.3.1'), { controlPlane: '1.20', target: '1.21' })).toMatchObject({ status: 'passed', findings: [] });
    expect(withImage(image('v2.3.1')).findings).toMatchObject([{ severity: 'required', hop: null }]);
  });

  it('names the first version on the way', () => {
    expect(withImage(image('v2.2.0'), { controlPlane: '1.20', target: '1.23' }).findings).toMatchObject([{ hop: '1.22' }]);
  });

  it('recommends 2.4.7 where EndpointSlices break', () => {
    expect(withImage(image('v2.4.6'), { controlPlane: '1.24', target: '1.25' }).findings).toMatchObject([
      {
        severity: 'recommended',
        hop: '1.25',
        message: expect.stringContaining('crashes on Kubernetes 1.25 when EndpointSlices are enabled: 2.4.7 is the first that does not'),
      },
    ]);
    expect(withImage(image('v2.4.6'), { controlPlane: '1.23', target: '1.24' }).status).toBe('passed');
    expect(withImage(image('v2.4.6')).findings).toMatchObject([{ severity: 'recommended', hop: null }]);
    expect(withImage(image('v2.4.7')).status).toBe('passed');
    expect(withImage(image('v2.4.0')).status).toBe('failed');
  });

  it('requires a control plane that is new enough', () => {
    expect(withImage(image('v2.5.0'), { controlPlane: '1.20', target: '1.21' }).findings).toMatchObject([
      { severity: 'required', hop: null, message: expect.stringContaining('does not run on Kubernetes 1.20: it needs 1.22 or newer') },
    ]);
    expect(withImage(image('v2.5.0'), { controlPlane: '1.21', target: '1.22' }).status).toBe('passed');
  });

  it.each(['v2.5.0', 'v2.13.4', 'v2.17.1', 'v3.4.2', '3.0.0', 'v2.11.0-minimal'])('passes %s on 1.35', (tag) => {
    expect(withImage(image(tag))).toMatchObject({ status: 'passed', findings: [] });
  });

  it('judges the control plane on the newest version', () => {
    expect(withImage(image('v2.3.0'), { controlPlane: '1.36', target: null }).findings).toMatchObject([{ hop: null }]);
    expect(withImage(image('v2.17.1'), { controlPlane: '1.36', target: null }).status).toBe('passed');
  });

  it.each([
    '602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-load-balancer-controller:v2.3.0',
    'docker.io/amazon/aws-alb-ingress-controller:v2.3.0',
    'localhost:5000/aws-load-balancer-controller:v2.3.0',
    `public.ecr.aws/eks/aws-load-balancer-controller:v2.3.0@${digest}`,
  ])('finds it in any registry: %s', (reference) => {
    expect(withImage(reference).findings).toHaveLength(1);
  });

  it.each(['v1.1.9', 'v2.0.0', 'v2.1.3', 'v4.0.0'])('does not know %s', (tag) => {
    expect(withImage(image(tag))).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [
        {
          evidence: 'kubernetes.deployments',
          code: 'NotYetAvailable',
          message: `which Kubernetes versions ${tag} of Deployment kube-system/aws-load-balancer-controller supports is not in the bundled table`,
        },
      ],
    });
  });

  it.each([
    image('latest'),
    `public.ecr.aws/eks/aws-load-balancer-controller@${digest}`,
    'public.ecr.aws/eks/aws-load-balancer-controller',
  ])('doubts an image without a version: %s', (reference) => {
    expect(withImage(reference)).toMatchObject({
      status: 'unknown',
      missing: [{ code: 'InvalidResponse', message: expect.stringContaining(reference) }],
    });
  });

  it('does not apply without one that runs, and is no pass without evidence', () => {
    expect(run({ 'kubernetes.deployments': [running('registry.example/aws-load-balancer-operator:v2.3.0')] }).status).toBe(
      'not-applicable',
    );
    expect(run({ 'kubernetes.deployments': [running(image('v2.3.0'), { replicas: 0 })] }).status).toBe('not-applicable');
    expect(run({ 'kubernetes.deployments': [] }, { controlPlane: null }).status).toBe('not-applicable');
    expect(run({ 'kubernetes.deployments': unavailable('Forbidden') })).toMatchObject({ status: 'unknown' });
    expect(run({})).toMatchObject({ status: 'skipped' });
    expect(withImage(image('v2.3.0'), { controlPlane: null }).status).toBe('unknown');
    expect(run({ 'kubernetes.deployments': [{ metadata: { name: 'a' }, spec: null }] }).status).toBe('not-applicable');
  });

  it('passes exactly the releases of the table that run on 1.35', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(20), fc.nat(20), (major, minor, patch) => {
        const { status } = withImage(image(`v${major}.${minor}.${patch}`));
        const known = major === 3 || (major === 2 && minor >= 2);
        const fine = major === 3 || minor >= 5 || (minor === 4 && patch >= 7);
        expect(status).toBe(known ? (fine ? 'passed' : 'failed') : 'unknown');
      }),
    );
  });
});
