import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readinessProbe } from '../../functions/checks/readiness-probe.ts';
import type { TemplateSpec } from '../../functions/workloads/pod-templates.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createContainer, createWorkload, ofAddon } from './builders-workloads.ts';
import { runCheckOn } from './run-check-on.ts';

const run = (evidence: EvidenceInput) =>
  runCheckOn(readinessProbe, { 'kubernetes.deployments': [], 'kubernetes.statefulSets': [], 'kubernetes.replicaSets': [], ...evidence });
const withPodSpec = (podSpec: TemplateSpec) => run({ 'kubernetes.deployments': [createWorkload({ podSpec })] });
const probed = (name: string) => createContainer({ name });
const bare = (name: string) => createContainer({ name, readinessProbe: null });
const sidecar = (container: ReturnType<typeof createContainer>) => ({ ...container, restartPolicy: 'Always' });

describe('readiness-probe', () => {
  it('recommends one where no container has any', () => {
    expect(
      run({ 'kubernetes.deployments': [createWorkload({ labels: { team: 'web' }, podSpec: { containers: [bare('app'), bare('log')] } })] }),
    ).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
          hop: null,
          message: 'Deployment shop/web has no readinessProbe on any container (app, log): its pods count as ready once they run',
          facts: { containers: ['app', 'log'], withoutReadinessProbe: ['app', 'log'], managedByEks: false },
          remediation: 'kubectl edit deployment/web -n shop: give app, log a readinessProbe',
          labels: { team: 'web' },
        },
      ],
    });
  });

  it('only informs, in one finding, where some have none', () => {
    expect(withPodSpec({ containers: [probed('app'), bare('log'), bare('metrics')] })).toMatchObject({
      status: 'failed',
      findings: [
        {
          severity: 'info',
          message: 'Deployment shop/web has no readinessProbe on 2 of 3 containers (log, metrics)',
          facts: { containers: ['app', 'log', 'metrics'], withoutReadinessProbe: ['log', 'metrics'] },
        },
      ],
    });
  });

  it('passes where all have one', () => {
    expect(withPodSpec({ containers: [probed('app'), probed('log')] })).toMatchObject({ status: 'passed', findings: [] });
  });

  it('a liveness probe is none', () => {
    expect(withPodSpec({ containers: [{ ...bare('app'), livenessProbe: {} }] }).findings).toMatchObject([{ severity: 'recommended' }]);
  });

  it('counts sidecars as containers, and init containers that end not', () => {
    expect(withPodSpec({ containers: [probed('app')], initContainers: [bare('migrate')] }).status).toBe('passed');
    expect(withPodSpec({ containers: [probed('app')], initContainers: [sidecar(bare('proxy'))] }).findings).toMatchObject([
      { severity: 'info', facts: { containers: ['proxy', 'app'], withoutReadinessProbe: ['proxy'] } },
    ]);
    expect(withPodSpec({ containers: [bare('app')], initContainers: [sidecar(probed('proxy'))] }).findings).toMatchObject([
      { severity: 'info', facts: { withoutReadinessProbe: ['app'] } },
    ]);
    expect(withPodSpec({ containers: [bare('app')], initContainers: [sidecar(bare('proxy'))] }).findings).toMatchObject([
      { severity: 'recommended' },
    ]);
    const onFailure = { ...bare('migrate'), restartPolicy: 'OnFailure' };
    expect(withPodSpec({ containers: [probed('app')], initContainers: [onFailure] }).status).toBe('passed');
  });

  it('names exactly the lasting containers without a probe, and is as severe as their number', () => {
    const container = fc.record({ probed: fc.boolean(), restartPolicy: fc.constantFrom('Always', 'OnFailure', null) });
    const list = (minLength: number) => fc.array(container, { minLength, maxLength: 4 });
    fc.assert(
      fc.property(list(1), list(0), (own, init) => {
        const made = (prefix: string, all: typeof own) =>
          all.map((one, index) => ({ ...(one.probed ? probed : bare)(`${prefix}${index}`), restartPolicy: one.restartPolicy }));
        const { findings } = withPodSpec({ containers: made('c', own), initContainers: made('i', init) });
        const lasting = [...made('i', init).filter(({ restartPolicy }) => restartPolicy === 'Always'), ...made('c', own)];
        const without = lasting.filter(({ readinessProbe: probe }) => probe === null).map(({ name }) => name);
        const severity = without.length === lasting.length ? 'recommended' : 'info';
        expect(findings).toMatchObject(without.length === 0 ? [] : [{ severity, facts: { withoutReadinessProbe: without } }]);
      }),
    );
  });

  it.each([
    [0, 0],
    [1, 1],
    [null, 1],
  ])('of %s replicas there are %i findings', (replicas, findings) => {
    const workload = createWorkload({ podSpec: { containers: [bare('app')] }, spec: { replicas } });
    expect(run({ 'kubernetes.deployments': [workload] }).findings).toHaveLength(findings);
  });

  it('reads StatefulSets and ReplicaSets without an owner, in kube-system too, but neither DaemonSets nor Jobs', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const podSpec = { containers: [bare('app')] };
    const { findings } = run({
      'kubernetes.statefulSets': [createWorkload({ name: 'db', namespace: 'kube-system', podSpec })],
      'kubernetes.replicaSets': [createWorkload({ name: 'alone', podSpec }), createWorkload({ name: 'owned', owner, podSpec })],
      'kubernetes.daemonSets': [createWorkload({ name: 'agent', podSpec })],
      'kubernetes.jobs': [createWorkload({ name: 'import', podSpec })],
    });
    expect(findings.map(({ subject }) => `${subject.kind} ${subject.namespace}/${subject.name}`)).toEqual([
      'StatefulSet kube-system/db',
      'ReplicaSet shop/alone',
    ]);
  });

  it('only informs of what an EKS add-on manages', () => {
    const workload = createWorkload({ labels: ofAddon.labels, podSpec: { containers: [bare('app')] } });
    expect(run({ 'kubernetes.deployments': [workload], ...ofAddon.addons }).findings).toMatchObject([
      { severity: 'info', remediation: 'aws eks list-addons --region eu-west-1 --cluster-name payments, then update the add-on' },
    ]);
  });

  it.each([[null], [[]]])('does not pass a workload that shows %j as its containers', (containers) => {
    expect(withPodSpec({ containers })).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ evidence: 'kubernetes.deployments', message: '1 Deployment (shop/web) shows no containers' }, {}],
    });
  });

  it('does not pass without either kind', () => {
    expect(run({ 'kubernetes.deployments': [createWorkload()], 'kubernetes.statefulSets': unavailable('Forbidden') }).status).toBe(
      'unknown',
    );
    expect(runCheckOn(readinessProbe, { 'kubernetes.deployments': [] }).status).toBe('skipped');
    const malformed = withPodSpec({ containers: [createContainer({ readinessProbe: 'yes' as unknown as null })] });
    expect(malformed.missing[0]?.message).toContain('readinessProbe');
  });
});
