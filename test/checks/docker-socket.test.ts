import { describe, expect, it } from 'vitest';
import { dockerSocket } from '../../functions/checks/docker-socket.ts';
import type { TemplateSpec } from '../../functions/workloads/pod-templates.ts';
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

const run = (evidence: EvidenceInput, options: RunOptions = {}) => runCheckOn(dockerSocket, { ...noControllers, ...evidence }, options);
const withPodSpec = (podSpec: TemplateSpec) => run({ 'kubernetes.deployments': [createWorkload({ podSpec })] });

const host = (path: string) => [{ name: 'docker', hostPath: { path } }];
const mounting = (mountPath: string, name = 'docker') => createContainer({ volumeMounts: [{ name, mountPath }] });
const podSpec: TemplateSpec = { volumes: host('/var/run/docker.sock'), containers: [mounting('/var/run/docker.sock')] };

describe('docker-socket', () => {
  it('recommends to leave it', () => {
    expect(run({ 'kubernetes.daemonSets': [createWorkload({ name: 'agent', labels: { team: 'ops' }, podSpec })] })).toMatchObject({
      status: 'failed',
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'DaemonSet', namespace: 'shop', name: 'agent' },
          hop: null,
          message: 'DaemonSet shop/agent mounts /var/run/docker.sock (container app): nothing listens there, nodes run containerd',
          facts: { paths: ['/var/run/docker.sock'], containers: ['app'], managedByEks: false },
          remediation:
            'kubectl edit daemonset/agent -n shop: remove the volume of /var/run/docker.sock, and use containerd or an API instead',
          labels: { team: 'ops' },
        },
      ],
    });
  });

  it.each<[string, TemplateSpec, string[]]>([
    ['a hostPath mounted elsewhere', { volumes: host('/var/run/docker.sock'), containers: [mounting('/host/docker')] }, ['app']],
    ['a mount path from a directory', { volumes: host('/var/run'), containers: [mounting('/var/run/docker.sock')] }, ['app']],
    ['a hostPath that nothing mounts', { volumes: host('/run/docker.sock') }, []],
    ['dockershim.sock', { volumes: host('/var/run/dockershim.sock') }, []],
    ['a slash at the end', { volumes: host('/var/run/docker.sock/') }, []],
    [
      'an init container',
      { volumes: host('/var/run'), initContainers: [{ ...mounting('/docker.sock'), name: 'setup' }], containers: [createContainer()] },
      ['setup'],
    ],
  ])('finds %s', (_, spec, containers) => {
    expect(withPodSpec(spec).findings).toMatchObject([{ severity: 'recommended', facts: { containers } }]);
  });

  it.each<[string, TemplateSpec]>([
    ['no volume', {}],
    [
      'the socket of containerd',
      { volumes: host('/run/containerd/containerd.sock'), containers: [mounting('/run/containerd/containerd.sock')] },
    ],
    ['a directory', { volumes: host('/var/run'), containers: [mounting('/var/run')] }],
    ['a file of a similar name', { volumes: host('/srv/docker.sock.md'), containers: [mounting('/srv/my-docker.sock')] }],
    ['a volume of that name', { volumes: [{ name: 'docker.sock', emptyDir: {} }], containers: [mounting('/tmp', 'docker.sock')] }],
    ['nulls', { volumes: null, initContainers: null, containers: [createContainer({ volumeMounts: null })] }],
  ])('passes %s', (_, spec) => {
    expect(withPodSpec(spec)).toMatchObject({ status: 'passed', findings: [] });
  });

  it('names all paths and containers once, in one finding', () => {
    const containers = [mounting('/var/run/docker.sock'), { ...mounting('/x'), name: 'log' }];
    const { findings } = withPodSpec({ volumes: host('/run/docker.sock'), containers });
    expect(findings).toMatchObject([{ facts: { paths: ['/run/docker.sock', '/var/run/docker.sock'], containers: ['app', 'log'] } }]);
    expect(findings[0]?.message).toContain('mounts /run/docker.sock, /var/run/docker.sock (containers app, log):');
  });

  it('reads every kind of controller, whatever it is scaled to', () => {
    const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly' };
    const { findings } = run({
      'kubernetes.deployments': [createWorkload({ podSpec, spec: { replicas: 0, template: { spec: podSpec } } })],
      'kubernetes.statefulSets': [createWorkload({ name: 'db', namespace: 'kube-system', podSpec })],
      'kubernetes.replicaSets': [createWorkload({ name: 'alone', podSpec })],
      'kubernetes.daemonSets': [createWorkload({ name: 'agent', podSpec })],
      'kubernetes.jobs': [
        createJob({ podSpec }),
        createJob({ name: 'made', podSpec, owner: cronJob }),
        createJob({ name: 'done', podSpec, status: { succeeded: 1 } }),
      ],
      'kubernetes.cronJobs': [createCronJob({ podSpec, suspend: true })],
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

  it('finds what only pods show, where they were collected', () => {
    const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'shop' };
    const replicaSet = (name: string) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name });
    const of = (name: string, owner?: typeof rollout) => createPodWithSpec({ name, owner, podSpec: { volumes: host('/run/docker.sock') } });
    const { findings } = run({
      'kubernetes.replicaSets': [createWorkload({ name: 'shop-1', owner: rollout })],
      'kubernetes.pods': [
        of('debug'),
        of('shop-1-a', replicaSet('shop-1')),
        of('shop-1-b', replicaSet('shop-1')),
        of('web-1', replicaSet('web')),
      ],
    });
    expect(findings).toMatchObject([
      {
        subject: { kind: 'Pod', name: 'debug' },
        remediation:
          'kubectl get pod/debug -n shop -o yaml, then create it anew: remove the volume of /run/docker.sock, and use containerd or an API instead',
      },
      { subject: { kind: 'Rollout', name: 'shop' } },
    ]);
  });

  it('only informs of what an EKS add-on manages', () => {
    const { findings } = run({ 'kubernetes.daemonSets': [createWorkload({ labels: ofAddon.labels, podSpec })], ...ofAddon.addons });
    expect(findings).toMatchObject([
      { severity: 'info', remediation: 'aws eks list-addons --region eu-west-1 --cluster-name payments, then update the add-on' },
    ]);
    expect(findings[0]?.message).toMatch(/; managed by AWS$/);
  });

  it('does not need the version of the control plane', () => {
    expect(run({ 'kubernetes.daemonSets': [createWorkload({ podSpec })] }, { controlPlane: null }).status).toBe('failed');
  });

  it('does not pass what shows no pod template', () => {
    const noTemplate = { metadata: { name: 'odd', namespace: 'shop' }, spec: null };
    const lists = { 'kubernetes.daemonSets': [noTemplate], 'kubernetes.jobs': [noTemplate], 'kubernetes.cronJobs': [noTemplate] };
    const { status, missing } = run(lists);
    expect(status).toBe('unknown');
    expect(missing.slice(0, 3)).toMatchObject(
      ['DaemonSet', 'Job', 'CronJob'].map((kind) => ({ code: 'InvalidResponse', message: `1 ${kind} (shop/odd) shows no pod template` })),
    );
  });

  it.each([
    'kubernetes.deployments',
    'kubernetes.statefulSets',
    'kubernetes.daemonSets',
    'kubernetes.jobs',
    'kubernetes.cronJobs',
  ] as const)('does not pass without %s', (key) => {
    expect(run({ [key]: unavailable('Forbidden') })).toMatchObject({ status: 'unknown', missing: [{ evidence: key }, {}, {}] });
    expect(run({ [key]: [{ metadata: {} }] })).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }, {}, {}] });
  });

  it('passes without pods, and says that they were not seen', () => {
    expect(run({ 'kubernetes.pods': unavailable('Forbidden') })).toMatchObject({
      status: 'passed',
      missing: [{ evidence: 'kubernetes.pods', code: 'Forbidden' }, { evidence: 'eks.addons' }],
    });
    expect(runCheckOn(dockerSocket, {}).status).toBe('skipped');
  });
});
