import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ingressNginxRetired } from '../../functions/checks/ingress-nginx-retired.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { digest, running, runningEverywhere } from './builders-platform.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const run = (evidence: EvidenceInput = {}, options: RunOptions = {}) =>
  runCheckOn(ingressNginxRetired, { 'kubernetes.deployments': [], 'kubernetes.daemonSets': [], ...evidence }, options);
const withImage = (image: string, options: RunOptions = {}) =>
  run({ 'kubernetes.deployments': [running(image, { name: 'ingress', namespace: 'ingress-nginx' })] }, options);

describe('ingress-nginx-retired', () => {
  it('recommends another controller', () => {
    expect(withImage('registry.k8s.io/ingress-nginx/controller:v1.13.3')).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Deployment', namespace: 'ingress-nginx', name: 'ingress' },
          message: 'Deployment ingress-nginx/ingress runs Ingress NGINX v1.13.3, retired in 2026-03: it gets no fixes any more',
          facts: { image: 'registry.k8s.io/ingress-nginx/controller:v1.13.3', version: 'v1.13.3', retired: '2026-03' },
          remediation: expect.stringContaining('kubectl get ingresses --all-namespaces'),
          labels: { team: 'platform' },
        },
      ],
    });
  });

  it('finds DaemonSets too', () => {
    const evidence = {
      'kubernetes.daemonSets': [runningEverywhere('registry.k8s.io/ingress-nginx/controller:v1.13.3', 'ingress', 'edge')],
    };
    expect(run(evidence).findings).toMatchObject([{ subject: { kind: 'DaemonSet', namespace: 'edge', name: 'ingress' } }]);
  });

  it.each([
    '111111111111.dkr.ecr.eu-west-1.amazonaws.com/registry-k8s/ingress-nginx/controller:v1.13.3',
    'localhost:5000/ingress-nginx/controller:v1.13.3',
    'ingress-nginx/controller',
    `registry.k8s.io/ingress-nginx/controller:v1.13.3@${digest}`,
    'registry.k8s.io/ingress-nginx/controller-chroot:v1.13.3',
    'Registry.Example:x/ingress-nginx/controller:v1.13.3',
  ])('finds it in any registry: %s', (image) => {
    expect(withImage(image).findings).toHaveLength(1);
  });

  it('needs no version: a digest is enough', () => {
    expect(withImage(`registry.k8s.io/ingress-nginx/controller@${digest}`)).toMatchObject({
      status: 'failed',
      findings: [{ message: expect.stringContaining('Ingress NGINX (no version in its tag), retired'), facts: { version: null } }],
    });
  });

  it.each([
    'nginx/nginx-ingress:5.2.0',
    'private-registry.nginx.com/nginx-ic/nginx-plus-ingress:5.2.0',
    'nginx/kubernetes-ingress:5.2.0',
    'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.6.3',
    'registry.example/my-ingress-nginx/controller:v1',
    'registry.example/ingress-nginx/controller/fork:v1',
    'nginx:1.29',
  ])('trap: leaves %s alone', (image) => {
    expect(withImage(image)).toMatchObject({ status: 'not-applicable', findings: [] });
  });

  it('holds whatever the target, and without a version of the control plane', () => {
    const image = 'registry.k8s.io/ingress-nginx/controller:v1.13.3';
    for (const options of [{ target: null }, { controlPlane: '1.30' }, { controlPlane: null }]) {
      expect(withImage(image, options).findings).toMatchObject([{ severity: 'recommended' }]);
    }
  });

  it('does not judge one that is scaled to 0', () => {
    expect(run({ 'kubernetes.deployments': [running('registry.k8s.io/ingress-nginx/controller:v1', { replicas: 0 })] }).status).toBe(
      'not-applicable',
    );
  });

  it('looks at every container', () => {
    const [first, second] = [
      { name: 'a', image: 'nginx:1' },
      { name: 'b', image: 'registry.k8s.io/ingress-nginx/controller:v1.13.3' },
    ];
    const deployment = { metadata: { name: 'x', namespace: 'y' }, spec: { template: { spec: { containers: [first, second] } } } };
    expect(run({ 'kubernetes.deployments': [deployment] }).findings).toHaveLength(1);
  });

  it('keeps the findings of one kind when the other was not read', () => {
    const evidence = {
      'kubernetes.deployments': [running('ingress-nginx/controller:v1')],
      'kubernetes.daemonSets': unavailable('Forbidden'),
    };
    expect(run(evidence)).toMatchObject({
      status: 'unknown',
      findings: [{}],
      missing: [{ evidence: 'kubernetes.daemonSets', code: 'Forbidden' }],
    });
    expect(run({ 'kubernetes.daemonSets': unavailable('Forbidden') })).toMatchObject({ status: 'unknown', findings: [] });
    expect(runCheckOn(ingressNginxRetired, { 'kubernetes.daemonSets': [] }).status).toBe('skipped');
    expect(run({ 'kubernetes.deployments': [{ metadata: {} }] }).status).toBe('unknown');
  });

  it('is a matter of the last two components of the path', () => {
    const folder = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(fc.array(folder, { maxLength: 3 }), folder, folder, (folders, group, name) => {
        const image = ['registry.example', ...folders, group, name].join('/');
        expect(withImage(`${image}:v1`).findings).toHaveLength(0);
        expect(withImage(`${['registry.example', ...folders].join('/')}/ingress-nginx/controller:v1`).findings).toHaveLength(1);
      }),
    );
  });
});
