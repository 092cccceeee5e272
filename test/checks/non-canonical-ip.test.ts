import { describe, expect, it } from 'vitest';
import { nonCanonicalIp } from '../../functions/checks/non-canonical-ip.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createNetworkPolicy, createService, ofAddon } from './builders-workloads.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const to = (controlPlane: string, target: string | null): RunOptions => ({ controlPlane, target });
const run = (evidence: EvidenceInput, options: RunOptions = to('1.35', '1.36')) =>
  runCheckOn(nonCanonicalIp, { 'kubernetes.services': [], 'kubernetes.networkPolicies': [], ...evidence }, options);
const service = (spec: NonNullable<Parameters<typeof createService>[0]>['spec']) =>
  run({ 'kubernetes.services': [createService({ spec })] });
const policy = (spec: NonNullable<Parameters<typeof createNetworkPolicy>[0]>['spec']) =>
  run({ 'kubernetes.networkPolicies': [createNetworkPolicy({ spec })] });
const fieldsOf = ({ findings }: ReturnType<typeof run>) => findings.flatMap(({ facts }) => facts.fields);

describe('non-canonical-ip', () => {
  it('recommends the canonical form', () => {
    const externalIPs = ['192.0.2.1', '010.0.0.1'];
    expect(run({ 'kubernetes.services': [createService({ spec: { externalIPs }, labels: { team: 'web' } })] })).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Service', namespace: 'shop', name: 'web' },
          hop: '1.36',
          message:
            'Service shop/web has 1 IP value that Kubernetes 1.36 refuses on create or update (spec.externalIPs[1] 010.0.0.1: leading zeros)',
          facts: {
            fields: [{ path: 'spec.externalIPs[1]', value: '010.0.0.1', defect: 'leading-zeros', instead: ['10.0.0.1'] }],
            refusedFrom: '1.36',
            managedByEks: false,
          },
          remediation: 'kubectl get service/web -n shop -o yaml, then write 10.0.0.1 for 010.0.0.1 in its manifest',
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
    ['1.35', null, 'not-applicable', undefined],
  ])('from %s to %s it is %s, hop %s', (controlPlane, target, status, hop) => {
    const outcome = run({ 'kubernetes.services': [createService({ spec: { externalIPs: ['010.0.0.1'] } })] }, to(controlPlane, target));
    expect(outcome.status).toBe(status);
    expect(outcome.findings.map((finding) => finding.hop)).toEqual(hop === undefined ? [] : [hop]);
  });

  it.each<[string, Parameters<typeof service>[0], string, string, string[]]>([
    ['clusterIPs', { clusterIP: '010.0.0.1', clusterIPs: ['010.0.0.1'] }, 'spec.clusterIPs[0]', 'leading-zeros', ['10.0.0.1']],
    ['clusterIP alone', { clusterIP: '010.0.0.1', clusterIPs: null }, 'spec.clusterIP', 'leading-zeros', ['10.0.0.1']],
    ['a mapped address', { externalIPs: ['::ffff:192.0.2.1'] }, 'spec.externalIPs[0]', 'ipv4-mapped', ['192.0.2.1']],
    [
      'host bits in a source range',
      { loadBalancerSourceRanges: ['10.0.0.0/8', '10.0.0.5/8'] },
      'spec.loadBalancerSourceRanges[1]',
      'host-bits',
      ['10.0.0.0/8', '10.0.0.5/32'],
    ],
    [
      'zeros in a prefix length',
      { loadBalancerSourceRanges: ['10.0.0.0/08'] },
      'spec.loadBalancerSourceRanges[0]',
      'leading-zeros',
      ['10.0.0.0/8'],
    ],
  ])('finds %s of a Service', (_, spec, path, defect, instead) => {
    expect(fieldsOf(service(spec))).toMatchObject([{ path, defect, instead }]);
  });

  it.each<[string, Parameters<typeof service>[0]]>([
    ['addresses as they should be', { clusterIPs: ['10.100.0.12', 'fd00::12'], externalIPs: ['192.0.2.1'] }],
    ['a headless Service', { clusterIP: 'None', clusterIPs: ['None'] }],
    ['an ExternalName', { type: 'ExternalName', clusterIP: '', clusterIPs: [''] }],
    ['IPv6 that could be shorter', { externalIPs: ['2001:DB8:0:0::1'] }],
    ['a network', { loadBalancerSourceRanges: ['10.0.0.0/8', '0.0.0.0/0'] }],
    ['a source range with spaces around it', { loadBalancerSourceRanges: [' 10.0.0.0/8 '] }],
    ['loadBalancerIP, which no version validates', { loadBalancerIP: '010.0.0.1' }],
    ['nothing at all', {}],
    ['nulls', { clusterIP: null, clusterIPs: null, externalIPs: null, loadBalancerSourceRanges: null }],
  ])('passes %s', (_, spec) => {
    expect(service(spec)).toMatchObject({ status: 'passed', findings: [] });
  });

  it('finds cidr and except of both directions of a NetworkPolicy', () => {
    const outcome = policy({
      ingress: [
        { from: null },
        { from: [{ ipBlock: null }, { ipBlock: { cidr: '10.0.0.5/8', except: ['10.1.0.0/16', '010.2.0.0/16'] } }] },
      ],
      egress: [{ to: [{ ipBlock: { cidr: '::ffff:10.0.0.0/104', except: null } }] }],
    });
    expect(outcome.findings).toMatchObject([{ subject: { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' } }]);
    expect(fieldsOf(outcome)).toEqual([
      { path: 'spec.ingress[1].from[1].ipBlock.cidr', value: '10.0.0.5/8', defect: 'host-bits', instead: ['10.0.0.0/8', '10.0.0.5/32'] },
      { path: 'spec.ingress[1].from[1].ipBlock.except[1]', value: '010.2.0.0/16', defect: 'leading-zeros', instead: ['10.2.0.0/16'] },
      { path: 'spec.egress[0].to[0].ipBlock.cidr', value: '::ffff:10.0.0.0/104', defect: 'ipv4-mapped', instead: ['10.0.0.0/8'] },
    ]);
    expect(outcome.findings[0]).toMatchObject({
      message:
        'NetworkPolicy shop/web has 3 IP values that Kubernetes 1.36 refuses on create or update (spec.ingress[1].from[1].ipBlock.cidr 10.0.0.5/8: bits beyond ' +
        'the prefix, spec.ingress[1].from[1].ipBlock.except[1] 010.2.0.0/16: leading zeros, spec.egress[0].to[0].ipBlock.cidr ::ffff:10.0.0.0/104: IPv4-mapped IPv6)',
      remediation:
        'kubectl get networkpolicy/web -n shop -o yaml, then write 10.0.0.0/8 or 10.0.0.5/32 for 10.0.0.5/8, 10.2.0.0/16 for 010.2.0.0/16, ' +
        '10.0.0.0/8 for ::ffff:10.0.0.0/104 in its manifest',
    });
  });

  it.each<[string, Parameters<typeof policy>[0]]>([
    ['networks', { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }] }],
    ['peers without a block', { egress: [{ to: [{}] }, {}] }],
    ['nothing', undefined],
    ['nulls', { ingress: null, egress: null }],
  ])('passes a NetworkPolicy with %s', (_, spec) => {
    expect(policy(spec)).toMatchObject({ status: 'passed', findings: [] });
  });

  it('only informs of what an EKS add-on manages, and looks into kube-system', () => {
    const evidence = {
      'kubernetes.services': [createService({ namespace: 'kube-system', labels: ofAddon.labels, spec: { externalIPs: ['010.0.0.1'] } })],
    };
    expect(run({ ...evidence, ...ofAddon.addons }).findings).toMatchObject([{ severity: 'info', hop: '1.36' }]);
    expect(run(evidence).findings).toMatchObject([{ severity: 'recommended' }]);
  });

  it('does not pass what is no address at all, and keeps the other findings', () => {
    expect(service({ externalIPs: ['everywhere', '010.0.0.1'] })).toMatchObject({
      status: 'unknown',
      findings: [{ facts: { fields: [{ path: 'spec.externalIPs[1]' }] } }],
      missing: [
        {
          evidence: 'kubernetes.services',
          code: 'InvalidResponse',
          message: 'Service shop/web: spec.externalIPs[0] everywhere is no IP address',
        },
        {},
      ],
    });
    expect(policy({ egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0' } }] }] })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'kubernetes.networkPolicies' }, {}],
    });
  });

  it('does not pass without either kind, and is skipped where they were not asked for', () => {
    const bad = { 'kubernetes.services': [createService({ spec: { externalIPs: ['010.0.0.1'] } })] };
    expect(run({ ...bad, 'kubernetes.networkPolicies': unavailable('Forbidden') })).toMatchObject({ status: 'unknown', findings: [{}] });
    expect(run({ 'kubernetes.services': unavailable('Forbidden') }).status).toBe('unknown');
    expect(runCheckOn(nonCanonicalIp, {}, to('1.35', '1.36')).status).toBe('skipped');
    expect(run(bad, { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
    expect(run({ 'kubernetes.services': [{ metadata: { name: 'x' }, spec: { externalIPs: [1] } }] }).missing[0]?.message).toContain(
      'spec.externalIPs[0]',
    );
  });
});
