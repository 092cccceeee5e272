import { describe, expect, it } from 'vitest';
import { gitRepoVolume } from '../../functions/checks/git-repo-volume.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createCronJob, createJob, createPodWithSpec, createWorkload, noControllers, ofAddon } from './builders-workloads.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const to = (controlPlane: string, target: string | null): RunOptions => ({ controlPlane, target });
const run = (evidence: EvidenceInput, options: RunOptions = to('1.35', '1.36')) =>
  runCheckOn(gitRepoVolume, { ...noControllers, ...evidence }, options);
const podSpec = { volumes: [{ name: 'src', gitRepo: {} }] };
const affected = { 'kubernetes.deployments': [createWorkload({ podSpec })] };

describe('git-repo-volume', () => {
  it('requires to leave it before 1.36', () => {
    expect(run({ 'kubernetes.deployments': [createWorkload({ podSpec, labels: { team: 'web' } })] })).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'required',
          subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
          hop: '1.36',
          message: 'Deployment shop/web has 1 gitRepo volume (src): a kubelet of 1.36 or later does not start its pods',
          facts: { volumes: ['src'], disabledIn: '1.36', managedByEks: false },
          remediation: 'kubectl edit deployment/web -n shop: replace src by an emptyDir that an init container clones into',
          labels: { team: 'web' },
        },
      ],
    });
  });

  it.each([
    ['1.34', '1.35', 'not-applicable', undefined],
    ['1.35', '1.36', 'failed', '1.36'],
    ['1.34', '1.36', 'failed', '1.36'],
    ['1.34', '1.37', 'failed', '1.36'],
    ['1.36', '1.37', 'failed', null],
    ['1.36', null, 'failed', null],
    ['1.37', null, 'failed', null],
    ['1.35', null, 'not-applicable', undefined],
  ])('from %s to %s it is %s, hop %s', (controlPlane, target, status, hop) => {
    const outcome = run(affected, to(controlPlane, target));
    expect(outcome.status).toBe(status);
    expect(outcome.findings.map((finding) => finding.hop)).toEqual(hop === undefined ? [] : [hop]);
  });

  it('passes other volumes', () => {
    const volumes = [
      { name: 'a', emptyDir: {} },
      { name: 'gitRepo', gitRepo: null },
    ];
    expect(run({ 'kubernetes.deployments': [createWorkload({ podSpec: { volumes } }), createWorkload({ name: 'b' })] })).toMatchObject({
      status: 'passed',
      findings: [],
    });
  });

  it('counts the volumes of one workload in one finding', () => {
    const volumes = ['b', 'a'].map((name) => ({ name, gitRepo: {} }));
    const { findings } = run({ 'kubernetes.statefulSets': [createWorkload({ namespace: 'kube-system', podSpec: { volumes } })] });
    expect(findings).toMatchObject([{ subject: { kind: 'StatefulSet', namespace: 'kube-system' }, facts: { volumes: ['a', 'b'] } }]);
    expect(findings[0]?.message).toContain('has 2 gitRepo volumes (a, b)');
  });

  it('reads every kind of controller, whatever it is scaled to, and grouped by workload what only pods show', () => {
    const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'shop' };
    const { findings } = run({
      'kubernetes.deployments': [createWorkload({ spec: { replicas: 0, template: { spec: podSpec } } })],
      'kubernetes.replicaSets': [createWorkload({ name: 'alone', podSpec })],
      'kubernetes.daemonSets': [createWorkload({ name: 'agent', podSpec })],
      'kubernetes.jobs': [createJob({ podSpec }), createJob({ name: 'done', podSpec, status: { succeeded: 1 } })],
      'kubernetes.cronJobs': [createCronJob({ podSpec, suspend: true })],
      'kubernetes.pods': [
        createPodWithSpec({ podSpec }),
        createPodWithSpec({ name: 'r-1', podSpec, owner: rollout }),
        createPodWithSpec({ name: 'r-2', podSpec, owner: rollout }),
        createPodWithSpec({ name: 'ended', podSpec, phase: 'Succeeded' }),
      ],
    });
    expect(findings.map(({ subject }) => `${subject.kind} ${subject.name}`)).toEqual([
      'Deployment web',
      'ReplicaSet alone',
      'DaemonSet agent',
      'Job import',
      'CronJob nightly',
      'Pod debug',
      'Rollout shop',
    ]);
  });

  it('only informs of what an EKS add-on manages', () => {
    const { findings } = run({ 'kubernetes.daemonSets': [createWorkload({ labels: ofAddon.labels, podSpec })], ...ofAddon.addons });
    expect(findings).toMatchObject([{ severity: 'info', hop: '1.36', facts: { managedByEks: true } }]);
    expect(findings[0]?.message).toMatch(/; managed by AWS$/);
  });

  it('does not pass what shows no pod template, nor without the version of the control plane', () => {
    expect(run({ 'kubernetes.jobs': [{ metadata: { name: 'odd' } }] })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'kubernetes.jobs', message: '1 Job (default/odd) shows no pod template' }, {}, {}],
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
    expect(run({ [key]: unavailable('Forbidden') })).toMatchObject({ status: 'unknown', missing: [{ evidence: key }, {}, {}] });
  });

  it('keeps what was found when a kind is missing, and is skipped where nothing was asked for', () => {
    expect(run({ ...affected, 'kubernetes.jobs': unavailable('Forbidden') })).toMatchObject({ status: 'unknown', findings: [{}] });
    expect(runCheckOn(gitRepoVolume, {}, to('1.35', '1.36')).status).toBe('skipped');
    expect(run({ 'kubernetes.deployments': [{ metadata: { name: 'x' }, spec: { template: { spec: { volumes: 'x' } } } }] }).status).toBe(
      'unknown',
    );
  });
});
