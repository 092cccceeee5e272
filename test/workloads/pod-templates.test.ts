import { describe, expect, it } from 'vitest';
import { containersOf, lastingContainersOf, scaledWorkloadsOf, workloadsOf } from '../../functions/workloads/pod-templates.ts';
import { createContainer, createCronJob, createJob, createWorkload } from '../checks/builders-workloads.ts';

const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly' };

describe('workloadsOf', () => {
  it('gives every kind with its template', () => {
    const workloads = workloadsOf({
      deployments: [createWorkload({ name: 'a', labels: { team: 'web' } })],
      statefulSets: [createWorkload({ name: 'b' })],
      replicaSets: [createWorkload({ name: 'c' }), createWorkload({ name: 'owned', owner: { ...owner, kind: 'Deployment' } })],
      daemonSets: [{ ...createWorkload({ name: 'd' }), status: null }],
      jobs: [createJob({ name: 'e' })],
      cronJobs: [createCronJob({ name: 'f' })],
    });
    expect(workloads.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)).toEqual([
      'Deployment shop/a',
      'StatefulSet shop/b',
      'ReplicaSet shop/c',
      'DaemonSet shop/d',
      'Job shop/e',
      'CronJob shop/f',
    ]);
    expect(workloads[0]?.labels).toEqual({ team: 'web' });
    for (const { template } of workloads) expect(template?.spec?.containers).toMatchObject([{ name: 'app' }]);
  });

  it('leaves out Jobs that a CronJob makes, and those that are done', () => {
    const status = (succeeded: number, active = 0) => ({ succeeded, active });
    const jobs = [
      createJob({ name: 'made', owner }),
      createJob({ name: 'done', status: status(1) }),
      createJob({ name: 'done-of-3', completions: 3, status: status(3) }),
      createJob({ name: 'two-of-3', completions: 3, status: status(2) }),
      createJob({ name: 'still-active', status: status(1, 1) }),
      createJob({ name: 'failed', status: { failed: 1 } }),
      createJob({ name: 'new' }),
    ];
    expect(workloadsOf({ jobs }).map(({ name }) => name)).toEqual(['two-of-3', 'still-active', 'failed', 'new']);
  });

  it('shows no template where the object has none', () => {
    const metadata = { name: 'odd' };
    const kinds = {
      deployments: [{ metadata }],
      daemonSets: [{ metadata, spec: null }],
      jobs: [{ metadata }],
      cronJobs: [{ metadata, spec: {} }],
    };
    expect(workloadsOf(kinds)).toHaveLength(4);
    for (const { namespace, template } of workloadsOf(kinds)) expect([namespace, template]).toEqual(['default', null]);
  });
});

describe('scaledWorkloadsOf', () => {
  it('gives replicas, selector and spec of one object together', () => {
    const deployment = createWorkload({ spec: { replicas: 5, minReadySeconds: 7 } });
    expect(scaledWorkloadsOf({ deployments: [createWorkload({ name: 'other' }), deployment] })[1]).toMatchObject({
      kind: 'Deployment',
      name: 'web',
      replicas: 5,
      podLabels: { app: 'web' },
      spec: { minReadySeconds: 7 },
      template: deployment.spec?.template,
    });
  });

  it('keeps spec and ReplicaSet together when owned ones stand before', () => {
    const replicaSets = [
      { metadata: { name: 'metadata-only' } },
      createWorkload({ name: 'owned', owner: { ...owner, kind: 'Rollout' }, spec: { minReadySeconds: 1 } }),
      createWorkload({ name: 'alone', spec: { minReadySeconds: 2 } }),
    ];
    expect(scaledWorkloadsOf({ replicaSets })).toMatchObject([{ name: 'alone', spec: { minReadySeconds: 2 } }]);
  });

  it('leaves out ReplicaSets of which only metadata is known', () => {
    expect(scaledWorkloadsOf({ replicaSets: [{ metadata: { name: 'r' } }] })).toEqual([]);
    expect(scaledWorkloadsOf({ deployments: [{ metadata: { name: 'd' } }] })).toMatchObject([
      { spec: null, template: null, replicas: null },
    ]);
  });
});

describe('containers', () => {
  const spec = {
    initContainers: [createContainer({ name: 'migrate' }), createContainer({ name: 'proxy', restartPolicy: 'Always' })],
    containers: [createContainer()],
  };

  it('are init containers and the others', () => {
    expect(containersOf(spec).map(({ name }) => name)).toEqual(['migrate', 'proxy', 'app']);
    expect(containersOf({ containers: null, initContainers: null })).toEqual([]);
  });

  it('last when they are sidecars or no init containers', () => {
    expect(lastingContainersOf(spec).map(({ name }) => name)).toEqual(['proxy', 'app']);
    expect(lastingContainersOf({})).toEqual([]);
  });
});
