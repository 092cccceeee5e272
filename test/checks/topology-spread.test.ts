import { describe, expect, it } from 'vitest';
import { topologySpread } from '../../functions/checks/topology-spread.ts';
import type { TemplateSpec } from '../../functions/workloads/pod-templates.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createWorkload, ofAddon } from './builders-workloads.ts';
import { runCheckOn } from './run-check-on.ts';

const run = (evidence: EvidenceInput) =>
  runCheckOn(topologySpread, { 'kubernetes.deployments': [], 'kubernetes.statefulSets': [], 'kubernetes.replicaSets': [], ...evidence });
const withPodSpec = (podSpec: TemplateSpec) => run({ 'kubernetes.deployments': [createWorkload({ podSpec })] });

const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } };
const constraint = { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' };
const nodeTerms = {
  nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a', 'b'] }] }],
};

describe('topology-spread', () => {
  it('recommends a constraint where nothing spreads the replicas', () => {
    expect(run({ 'kubernetes.deployments': [createWorkload({ labels: { team: 'web' } })] })).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
          hop: null,
          message:
            'Deployment shop/web has 3 replicas and neither pod anti-affinity nor topology spread constraints: they may all run on one node',
          facts: { replicas: 3, nodeAffinity: false, managedByEks: false },
          remediation:
            `kubectl patch deployment/web -n shop --type merge -p '{"spec":{"template":{"spec":{"topologySpreadConstraints":[{"maxSkew":1,` +
            `"topologyKey":"topology.kubernetes.io/zone","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"app":"web"}}}]}}}}'`,
          labels: { team: 'web' },
        },
      ],
    });
  });

  it.each<[string, TemplateSpec]>([
    ['required pod anti-affinity', { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } }],
    [
      'preferred pod anti-affinity',
      { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] } } },
    ],
    ['a spread constraint', { topologySpreadConstraints: [constraint] }],
  ])('%s spreads', (_, podSpec) => {
    expect(withPodSpec(podSpec)).toMatchObject({ status: 'passed', findings: [] });
  });

  it.each<[string, TemplateSpec]>([
    ['node affinity', { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: nodeTerms } } }],
    ['pod affinity', { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } }],
    ['a node selector', { nodeSelector: { pool: 'web' } }],
    [
      'empty lists',
      { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } }, topologySpreadConstraints: [] },
    ],
    ['nulls', { affinity: { podAntiAffinity: null }, topologySpreadConstraints: null }],
  ])('%s alone does not', (_, podSpec) => {
    expect(withPodSpec(podSpec)).toMatchObject({ status: 'failed', findings: [{ severity: 'recommended' }] });
  });

  it('says that node affinity was seen', () => {
    const { findings } = withPodSpec({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: nodeTerms } } });
    expect(findings[0]?.facts).toMatchObject({ nodeAffinity: true });
  });

  it.each([
    [null, 0],
    [0, 0],
    [1, 0],
    [2, 1],
  ])('of %s replicas there are %i findings', (replicas, findings) => {
    const outcome = run({ 'kubernetes.deployments': [createWorkload({ spec: { replicas } })] });
    expect(outcome.findings).toHaveLength(findings);
    expect(outcome.status).toBe(findings ? 'failed' : 'passed');
  });

  it('reads StatefulSets and ReplicaSets without an owner, in kube-system too', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const { findings } = run({
      'kubernetes.statefulSets': [createWorkload({ name: 'db', namespace: 'kube-system' })],
      'kubernetes.replicaSets': [createWorkload({ name: 'alone' }), createWorkload({ name: 'owned', owner })],
    });
    expect(findings.map(({ subject }) => `${subject.kind} ${subject.namespace}/${subject.name}`)).toEqual([
      'StatefulSet kube-system/db',
      'ReplicaSet shop/alone',
    ]);
  });

  it('only informs of what an EKS add-on manages', () => {
    const { findings } = run({ 'kubernetes.deployments': [createWorkload({ labels: ofAddon.labels })], ...ofAddon.addons });
    expect(findings).toMatchObject([
      {
        severity: 'info',
        remediation:
          'aws eks list-addons --region eu-west-1 --cluster-name payments, then set topologySpreadConstraints or affinity in the configuration of the add-on',
      },
    ]);
    expect(findings[0]?.message).toMatch(/; managed by AWS$/);
  });

  it('does not pass a workload that shows no pod template', () => {
    expect(run({ 'kubernetes.statefulSets': [createWorkload({ spec: { template: { metadata: null, spec: null } } })] })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'kubernetes.statefulSets', message: '1 StatefulSet (shop/web) shows no pod template' }, {}],
    });
  });

  it('does not pass without either kind', () => {
    expect(run({ 'kubernetes.deployments': unavailable('Forbidden'), 'kubernetes.statefulSets': [createWorkload()] })).toMatchObject({
      status: 'unknown',
      findings: [{}],
    });
    expect(runCheckOn(topologySpread, { 'kubernetes.deployments': [] }).status).toBe('skipped');
    const malformed = run({
      'kubernetes.deployments': [createWorkload({ podSpec: { topologySpreadConstraints: 'yes' as unknown as null } })],
    });
    expect(malformed).toMatchObject({ status: 'unknown' });
    expect(malformed.missing[0]?.message).toContain('topologySpreadConstraints');
  });
});
