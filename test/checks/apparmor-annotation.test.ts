import { describe, expect, it } from 'vitest';
import { apparmorAnnotation } from '../../functions/checks/apparmor-annotation.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import {
  createContainer,
  createCronJob,
  createJob,
  createPodWithSpec,
  createWorkload,
  noControllers,
  ofAddon,
} from './builders-workloads.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const to = (controlPlane: string, target: string | null): RunOptions => ({ controlPlane, target });
const run = (evidence: EvidenceInput, options: RunOptions = to('1.33', '1.34')) =>
  runCheckOn(apparmorAnnotation, { ...noControllers, ...evidence }, options);
const annotation = (container: string, profile = 'runtime/default') => ({
  [`container.apparmor.security.beta.kubernetes.io/${container}`]: profile,
});
const annotations = annotation('app', 'localhost/k8s-web');
const affected = { 'kubernetes.deployments': [createWorkload({ annotations })] };

describe('apparmor-annotation', () => {
  it('recommends the field', () => {
    expect(run({ 'kubernetes.deployments': [createWorkload({ annotations, labels: { team: 'web' } })] })).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
          hop: '1.34',
          message:
            'Deployment shop/web sets the AppArmor profile of 1 container (app) by annotation: ' +
            'deprecated since 1.30, and not kept in step with the field from 1.34',
          facts: { containers: ['app'], profiles: { app: 'localhost/k8s-web' }, deprecatedIn: '1.30', managedByEks: false },
          remediation: 'kubectl edit deployment/web -n shop: give app securityContext.appArmorProfile instead of the annotation',
          labels: { team: 'web' },
        },
      ],
    });
  });

  it.each([
    ['1.32', '1.33', 'not-applicable', undefined],
    ['1.33', '1.34', 'failed', '1.34'],
    ['1.32', '1.35', 'failed', '1.34'],
    ['1.34', '1.35', 'failed', null],
    ['1.36', null, 'failed', null],
    ['1.33', null, 'not-applicable', undefined],
  ])('from %s to %s it is %s, hop %s', (controlPlane, target, status, hop) => {
    const outcome = run(affected, to(controlPlane, target));
    expect(outcome.status).toBe(status);
    expect(outcome.findings.map((finding) => finding.hop)).toEqual(hop === undefined ? [] : [hop]);
  });

  it('names all containers, sorted, in one finding', () => {
    const both = { ...annotation('proxy', 'unconfined'), ...annotation('app', '') };
    const { findings } = run({ 'kubernetes.daemonSets': [createWorkload({ annotations: both })] });
    expect(findings).toMatchObject([{ facts: { containers: ['app', 'proxy'], profiles: { app: '', proxy: 'unconfined' } } }]);
    expect(findings[0]?.message).toContain('sets the AppArmor profiles of 2 containers (app, proxy)');
  });

  it('passes the field, and an annotation beside it', () => {
    const withField = (name: string) => createContainer({ name, securityContext: { appArmorProfile: {} } });
    const podSpec = { containers: [withField('app'), createContainer({ name: 'log' })], initContainers: [withField('setup')] };
    expect(run({ 'kubernetes.deployments': [createWorkload({ podSpec })] })).toMatchObject({ status: 'passed', findings: [] });
    const beside = { ...annotation('app'), ...annotation('setup') };
    expect(run({ 'kubernetes.deployments': [createWorkload({ podSpec, annotations: beside })] }).status).toBe('passed');
    const { findings } = run({ 'kubernetes.deployments': [createWorkload({ podSpec, annotations: { ...beside, ...annotation('log') } })] });
    expect(findings).toMatchObject([{ facts: { containers: ['log'] } }]);
    const bare = { containers: [createContainer({ securityContext: { appArmorProfile: null } })] };
    expect(run({ 'kubernetes.deployments': [createWorkload({ podSpec: bare, annotations })] }).status).toBe('failed');
  });

  it('passes other annotations, and those of the object itself', () => {
    const other = createWorkload({
      annotations: { 'apparmor.security.beta.kubernetes.io/defaultProfileName': 'x', 'prometheus.io/scrape': 'true' },
    });
    const onObject = createWorkload({ name: 'b' });
    expect(run({ 'kubernetes.deployments': [other, { ...onObject, metadata: { ...onObject.metadata, annotations } }] })).toMatchObject({
      status: 'passed',
      findings: [],
    });
  });

  it('does not judge pods: the API server wrote the annotation into them', () => {
    const pod = createPodWithSpec();
    expect(run({ 'kubernetes.pods': [{ ...pod, metadata: { ...pod.metadata, annotations } }] })).toMatchObject({
      status: 'passed',
      findings: [],
    });
  });

  it('reads every kind of controller, whatever it is scaled to', () => {
    const { findings } = run({
      'kubernetes.deployments': [createWorkload({ annotations, spec: { replicas: 0 } })],
      'kubernetes.statefulSets': [createWorkload({ name: 'db', namespace: 'kube-system', annotations })],
      'kubernetes.replicaSets': [createWorkload({ name: 'alone', annotations })],
      'kubernetes.daemonSets': [createWorkload({ name: 'agent', annotations })],
      'kubernetes.jobs': [createJob({ annotations })],
      'kubernetes.cronJobs': [createCronJob({ annotations, suspend: true })],
    });
    expect(findings.map(({ subject }) => `${subject.kind} ${subject.name}`)).toEqual([
      'Deployment web',
      'StatefulSet db',
      'ReplicaSet alone',
      'DaemonSet agent',
      'Job import',
      'CronJob nightly',
    ]);
  });

  it('only informs of what an EKS add-on manages', () => {
    const { findings } = run({ 'kubernetes.daemonSets': [createWorkload({ labels: ofAddon.labels, annotations })], ...ofAddon.addons });
    expect(findings).toMatchObject([{ severity: 'info', hop: '1.34', facts: { managedByEks: true } }]);
    expect(findings[0]?.message).toMatch(/; managed by AWS$/);
  });

  it('does not pass what shows no pod template, nor without the version of the control plane', () => {
    expect(run({ 'kubernetes.cronJobs': [{ metadata: { name: 'odd' } }] })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'kubernetes.cronJobs', message: '1 CronJob (default/odd) shows no pod template' }, {}],
    });
    expect(run(affected, { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
  });

  it.each([
    'kubernetes.deployments',
    'kubernetes.statefulSets',
    'kubernetes.daemonSets',
    'kubernetes.jobs',
    'kubernetes.cronJobs',
  ] as const)('does not pass without %s', (key) => {
    expect(run({ [key]: unavailable('Forbidden') })).toMatchObject({ status: 'unknown', missing: [{ evidence: key }, {}] });
  });

  it('is skipped where nothing was asked for, and unknown where annotations are none', () => {
    expect(runCheckOn(apparmorAnnotation, {}, to('1.33', '1.34')).status).toBe('skipped');
    for (const odd of ['x', ['x'], annotation('app', 1 as unknown as string)]) {
      const deployment = { metadata: { name: 'x' }, spec: { template: { metadata: { annotations: odd } } } };
      expect(run({ 'kubernetes.deployments': [deployment] })).toMatchObject({
        status: 'unknown',
        missing: [{ code: 'InvalidResponse' }, {}],
      });
    }
  });
});
