import { describe, expect, it } from 'vitest';
import { serviceExternalIps } from '../../functions/checks/service-external-ips.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createService, ofAddon } from './builders-workloads.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const to = (controlPlane: string, target: string | null): RunOptions => ({ controlPlane, target });
const run = (evidence: EvidenceInput, options: RunOptions = to('1.35', '1.36')) => runCheckOn(serviceExternalIps, evidence, options);
const withSpec = (spec: Parameters<typeof createService>[0]) => run({ 'kubernetes.services': [createService(spec)] });
const externalIPs = ['192.0.2.1'];

describe('service-external-ips', () => {
  it('recommends to leave them', () => {
    expect(withSpec({ spec: { type: 'NodePort', externalIPs }, labels: { team: 'web' } })).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Service', namespace: 'shop', name: 'web' },
          hop: '1.36',
          message:
            'Service shop/web has 1 external IP (192.0.2.1): deprecated in Kubernetes 1.36, planned to be off by default in 1.40 and removed in 1.43',
          facts: {
            externalIPs: ['192.0.2.1'],
            type: 'NodePort',
            deprecatedIn: '1.36',
            offByDefaultIn: '1.40',
            removedIn: '1.43',
            managedByEks: false,
          },
          remediation: `Expose it by a load balancer, an Ingress or a Gateway, then kubectl patch service/web -n shop --type merge -p '{"spec":{"externalIPs":null}}'`,
          labels: { team: 'web' },
        },
      ],
    });
  });

  it.each([
    ['1.34', '1.35', 'not-applicable', undefined],
    ['1.35', '1.36', 'failed', '1.36'],
    ['1.34', '1.37', 'failed', '1.36'],
    ['1.36', '1.37', 'failed', null],
    ['1.36', null, 'failed', null],
    ['1.43', '1.44', 'failed', null],
    ['1.35', null, 'not-applicable', undefined],
  ])('from %s to %s it is %s, hop %s', (controlPlane, target, status, hop) => {
    const outcome = run({ 'kubernetes.services': [createService({ spec: { externalIPs } })] }, to(controlPlane, target));
    expect(outcome.status).toBe(status);
    expect(outcome.findings.map((finding) => finding.hop)).toEqual(hop === undefined ? [] : [hop]);
  });

  it.each([
    ['none', {}],
    ['an empty list', { externalIPs: [] }],
    ['null', { externalIPs: null }],
    ['a load balancer', { type: 'LoadBalancer', loadBalancerIP: '192.0.2.1' }],
    ['a headless Service, which ignores them', { clusterIP: 'None', clusterIPs: ['None'], externalIPs }],
    ['a headless Service that leaves its type to the API server', { type: null, clusterIP: 'None', externalIPs }],
    ['an ExternalName, which ignores them', { type: 'ExternalName', clusterIP: null, clusterIPs: null, externalIPs }],
  ])('passes %s', (_, spec) => {
    expect(withSpec({ spec })).toMatchObject({ status: 'passed', findings: [] });
  });

  it.each([['ClusterIP'], ['NodePort'], ['LoadBalancer'], [null]])('finds them on type %s, in kube-system too', (type) => {
    expect(withSpec({ namespace: 'kube-system', spec: { type, externalIPs } }).findings).toHaveLength(1);
  });

  it('names three and counts the rest', () => {
    const many = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
    const { findings } = withSpec({ spec: { externalIPs: many } });
    expect(findings[0]?.message).toContain('has 4 external IPs (192.0.2.1, 192.0.2.2, 192.0.2.3 and 1 more)');
    expect(findings[0]?.facts).toMatchObject({ externalIPs: many });
  });

  it('only informs of what an EKS add-on manages', () => {
    const service = createService({ labels: ofAddon.labels, spec: { externalIPs } });
    expect(run({ 'kubernetes.services': [service], ...ofAddon.addons }).findings).toMatchObject([{ severity: 'info', hop: '1.36' }]);
  });

  it('takes a Service without a spec or a namespace', () => {
    expect(run({ 'kubernetes.services': [{ metadata: { name: 'x' } }, { metadata: { name: 'y' }, spec: { externalIPs } }] })).toMatchObject(
      {
        findings: [{ subject: { namespace: 'default', name: 'y' } }],
      },
    );
  });

  it('is unknown without Services or the version, and skipped where they were not asked for', () => {
    expect(run({ 'kubernetes.services': unavailable('Forbidden') })).toMatchObject({ status: 'unknown', findings: [] });
    expect(run({}).status).toBe('skipped');
    expect(run({ 'kubernetes.services': [createService({ spec: { externalIPs } })] }, { controlPlane: null }).status).toBe('unknown');
    expect(run({ 'kubernetes.services': [{ metadata: { name: 'x' }, spec: { externalIPs: 'all' } }] }).missing[0]?.message).toContain(
      'spec.externalIPs',
    );
  });
});
