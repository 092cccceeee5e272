import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addonSelfManaged } from '../../functions/checks/addon-self-managed.ts';
import { createAddon, createCluster, createDaemonSet, createDeployment, type EvidenceInput, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const addons = (...names: string[]) => names.map((addonName) => createAddon({ addonName }));
const coredns = createDeployment({ name: 'coredns', namespace: 'kube-system', labels: { team: 'dns' } });

const everything = {
  'eks.cluster': createCluster(),
  'eks.addons': [],
  'kubernetes.daemonSets': [createDaemonSet({ name: 'aws-node' }), createDaemonSet()],
  'kubernetes.deployments': [coredns],
};
const run = (evidence: EvidenceInput = {}, options: RunOptions = {}) =>
  runCheckOn(addonSelfManaged, { ...everything, ...evidence }, options);
const namesOf = (outcome: ReturnType<typeof run>) => outcome.findings.map(({ subject }) => subject.name);

describe('addon-self-managed', () => {
  it('recommends to make each of the three an add-on', () => {
    const outcome = run();
    expect(outcome).toMatchObject({ status: 'failed', essential: false });
    expect(namesOf(outcome)).toEqual(['aws-node', 'kube-proxy', 'coredns']);
    expect(outcome.findings[2]).toEqual({
      severity: 'recommended',
      subject: { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' },
      message: 'Deployment kube-system/coredns runs without EKS add-on coredns: EKS will not update it with the cluster',
      facts: { addon: 'coredns' },
      remediation:
        'aws eks create-addon --region eu-west-1 --cluster-name payments --addon-name coredns --resolve-conflicts NONE, ' +
        'which fails where settings of its own would be lost; OVERWRITE gives them up',
      labels: { team: 'dns' },
    });
    expect(outcome.findings[0]).toMatchObject({ subject: { kind: 'DaemonSet' }, facts: { addon: 'vpc-cni' } });
  });

  it('leaves out what is an add-on', () => {
    expect(namesOf(run({ 'eks.addons': addons('vpc-cni') }))).toEqual(['kube-proxy', 'coredns']);
    expect(run({ 'eks.addons': addons('vpc-cni', 'kube-proxy', 'coredns', 'other') })).toMatchObject({ status: 'passed', findings: [] });
  });

  it('trap: aws-node is add-on vpc-cni, not aws-node', () => {
    expect(namesOf(run({ 'eks.addons': addons('aws-node', 'kube-proxy', 'coredns') }))).toEqual(['aws-node']);
  });

  it('looks in kube-system alone, and at the right kind', () => {
    const elsewhere = {
      'kubernetes.daemonSets': [createDaemonSet({ namespace: 'other' })],
      'kubernetes.deployments': [createDeployment({ name: 'coredns', namespace: 'other' })],
    };
    expect(run(elsewhere)).toMatchObject({ status: 'not-applicable' });
    const swapped = {
      'kubernetes.daemonSets': [createDaemonSet({ name: 'coredns' })],
      'kubernetes.deployments': [createDeployment({ name: 'kube-proxy', namespace: 'kube-system' })],
    };
    expect(run(swapped).findings).toEqual([]);
  });

  it('is not hidden by excludeNamespaces', () => {
    expect(run({}, { thresholds: { excludeNamespaces: ['kube-system'] } }).findings).toHaveLength(3);
  });

  it('does not apply on Auto Mode', () => {
    expect(run({ 'eks.cluster': createCluster({ computeConfig: { enabled: true } }) })).toMatchObject({
      status: 'not-applicable',
      findings: [],
    });
    expect(run({ 'eks.cluster': createCluster({ computeConfig: { enabled: false } }) }).status).toBe('failed');
    expect(run({ 'eks.cluster': createCluster({ computeConfig: { enabled: null } }) }).status).toBe('failed');
  });

  it('keeps the findings of one kind when another was not read', () => {
    const outcome = run({ 'kubernetes.deployments': unavailable('Forbidden') });
    expect(outcome).toMatchObject({ status: 'unknown', missing: [{ evidence: 'kubernetes.deployments', code: 'Forbidden' }] });
    expect(outcome.findings).toHaveLength(2);
    expect(run({ 'kubernetes.daemonSets': unavailable('Forbidden'), 'eks.addons': addons('coredns') })).toMatchObject({
      status: 'unknown',
      findings: [],
    });
  });

  it('says nothing without the list of add-ons', () => {
    expect(run({ 'eks.addons': unavailable('AccessDenied') })).toMatchObject({ status: 'unknown', findings: [] });
    expect(run({ 'eks.cluster': unavailable('Timeout') })).toMatchObject({ status: 'unknown', findings: [] });
    expect(runCheckOn(addonSelfManaged, {}).status).toBe('skipped');
    expect(run({ 'kubernetes.deployments': [{ metadata: { name: 'coredns', namespace: null } }] }).findings).toHaveLength(2);
  });

  it('names exactly those that are no add-on', () => {
    const all = { 'vpc-cni': 'aws-node', 'kube-proxy': 'kube-proxy', coredns: 'coredns' };
    fc.assert(
      fc.property(fc.subarray(Object.keys(all)), (installed) => {
        const expected = Object.entries(all).flatMap(([addon, name]) => (installed.includes(addon) ? [] : [name]));
        expect(namesOf(run({ 'eks.addons': addons(...installed) }))).toEqual(expected);
      }),
    );
  });
});
