import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fargatePodsOutdated } from '../../functions/checks/fargate-pods-outdated.ts';
import type { Pod } from '../../functions/inventory/evidence/kubernetes-pods.ts';
import { createNode, unavailable } from './builders.ts';
import { createFargateNode, createPodOn } from './builders-nodes.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const on = (nodes: readonly unknown[], pods: readonly unknown[], options: RunOptions = {}) =>
  runCheckOn(fargatePodsOutdated, { 'kubernetes.nodes': nodes, 'kubernetes.pods': pods }, options);

/** A pod of the ReplicaSet that a Deployment made. */
function ofDeployment(deployment: string, node: string, name: string, namespace = 'shop'): Pod {
  const labels = { app: deployment, 'pod-template-hash': '7d4b9' };
  return ownedBy(createPodOn(node, { name, namespace, labels }), 'ReplicaSet', `${deployment}-7d4b9`);
}

function ownedBy(pod: Pod, kind: string, name: string): Pod {
  return { ...pod, metadata: { ...pod.metadata, ownerReferences: [{ apiVersion: 'apps/v1', kind, name, controller: true }] } };
}

const old = (name: string) => createFargateNode(name, 'v1.33.8-eks-0a1b2c3');

describe('fargate-pods-outdated', () => {
  test('pods of one workload are one finding, with the command that re-creates them', () => {
    const nodes = [old('f1'), old('f2'), createFargateNode('f3', 'v1.32.1-eks-0a1b2c3'), createFargateNode('f4', 'v1.34.2-eks-0a1b2c3')];
    const pods = ['f2', 'f1', 'f3', 'f4'].map((node) => ofDeployment('web', node, `web-7d4b9-${node}`));
    expect(on(nodes, pods)).toEqual({
      status: 'failed',
      missing: [],
      essential: false,
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
          message:
            '3 pods of Deployment shop/web (web-7d4b9-f1, web-7d4b9-f2, web-7d4b9-f3) run on Fargate with kubelet 1.32, 1.33 until re-created: ' +
            'the control plane is on 1.34',
          facts: {
            count: 3,
            pods: ['web-7d4b9-f1', 'web-7d4b9-f2', 'web-7d4b9-f3'],
            nodes: ['f1', 'f2', 'f3'],
            kubelets: ['1.32', '1.33'],
            controlPlane: '1.34',
          },
          remediation: 'kubectl rollout restart deployment web --namespace shop',
          labels: { app: 'web', 'pod-template-hash': '7d4b9' },
        },
      ],
    });
  });

  test.each([
    ['v1.32.9-eks-0a1b2c3', 'failed'],
    ['v1.33.8-eks-0a1b2c3', 'failed'],
    ['v1.34.0-eks-0a1b2c3', 'passed'],
    ['v1.35.0-eks-0a1b2c3', 'passed'],
  ])('kubelet %s beside a control plane on 1.34: %s', (kubelet, status) => {
    expect(on([createFargateNode('f1', kubelet)], [ofDeployment('web', 'f1', 'a')])).toMatchObject({ status, missing: [] });
  });

  test('minors are numbers, not text', () => {
    const evidence = [[createFargateNode('f1', 'v1.9.1')], [ofDeployment('web', 'f1', 'a')]] as const;
    expect(on(...evidence, { controlPlane: '1.10' }).status).toBe('failed');
  });

  test('each namespace and each workload is its own finding, and nothing else of the cluster counts', () => {
    const nodes = [old('f1'), old('f2'), old('f3'), createNode({ name: 'ec2', nodeInfo: { kubeletVersion: 'v1.31.1' } })];
    const { findings } = on(nodes, [
      ofDeployment('web', 'f1', 'a', 'shop'),
      ofDeployment('web', 'f2', 'b', 'blog'),
      ofDeployment('api', 'f3', 'c', 'shop'),
      ofDeployment('web', 'ec2', 'd', 'shop'),
      createPodOn('', { name: 'pending' }),
    ]);
    expect(findings.map(({ subject, facts }) => [subject.namespace, subject.name, facts.pods])).toEqual([
      ['shop', 'web', ['a']],
      ['blog', 'web', ['b']],
      ['shop', 'api', ['c']],
    ]);
  });

  test.each([
    ['StatefulSet', 'db', { kind: 'StatefulSet', name: 'db' }, 'kubectl rollout restart statefulset db --namespace shop'],
    [
      'ReplicaSet',
      'bare',
      { kind: 'ReplicaSet', name: 'bare' },
      'Delete its pods one by one, ReplicaSet bare creates them again: kubectl delete pod p',
    ],
    ['Rollout', 'canary', { kind: 'Rollout', name: 'canary' }, 'kubectl delete pod p --namespace shop'],
    ['Job', 'nightly-1', { kind: 'Job', name: 'nightly-1' }, 'kubectl wait --for=condition=complete job/nightly-1 --namespace shop'],
  ])('a pod of a %s names it', (kind, name, subject, remediation) => {
    const { findings } = on([old('f1')], [ownedBy(createPodOn('f1', { name: 'p' }), kind, name)]);
    expect(findings).toMatchObject([{ subject: { ...subject, namespace: 'shop' } }]);
    expect(findings[0]?.remediation).toContain(remediation);
  });

  test('a ReplicaSet that is not named after the hash of its pods is its own', () => {
    const pod = ownedBy(createPodOn('f1', { labels: { 'pod-template-hash': '7d4b9' } }), 'ReplicaSet', 'by-hand-in-full');
    expect(on([old('f1')], [pod]).findings).toMatchObject([{ subject: { kind: 'ReplicaSet', name: 'by-hand-in-full' } }]);
  });

  test('a pod that nothing controls stands for itself', () => {
    const { findings } = on([old('f1')], [createPodOn('f1', { name: 'debug', controller: null })]);
    expect(findings).toMatchObject([
      {
        subject: { kind: 'Pod', namespace: 'shop', name: 'debug' },
        message: 'Pod shop/debug runs on Fargate with kubelet 1.33 until re-created: the control plane is on 1.34',
      },
    ]);
    expect(findings[0]?.remediation).toContain('kubectl get pod debug --namespace shop -o yaml');
  });

  test('a pod without a namespace is in default', () => {
    const pod = ofDeployment('web', 'f1', 'a');
    expect(on([old('f1')], [{ ...pod, metadata: { ...pod.metadata, namespace: null } }]).findings).toMatchObject([
      { subject: { namespace: 'default' } },
    ]);
  });

  test.each([null, '', 'v1'])('kubelet %j of a Fargate node is no pass, and the others are judged', (kubelet) => {
    const nodes = [createFargateNode('odd', kubelet), old('f1')];
    expect(on(nodes, [ofDeployment('web', 'odd', 'a'), ofDeployment('web', 'f1', 'b')])).toMatchObject({
      status: 'unknown',
      findings: [{ facts: { pods: ['b'] } }],
      missing: [{ evidence: 'kubernetes.nodes', code: 'InvalidResponse', message: 'no kubelet version can be read of Fargate nodes odd' }],
    });
  });

  test('an outdated node whose pod was not seen is no pass; one whose pod has ended is going', () => {
    expect(on([old('f1')], [])).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ evidence: 'kubernetes.pods', code: 'NotFound', message: 'no pod was seen on outdated Fargate nodes f1' }],
    });
    expect(on([old('f1')], [createPodOn('f1', { phase: 'Succeeded' })])).toMatchObject({ status: 'passed', missing: [] });
    expect(on([createFargateNode('f1', 'v1.34.2')], [])).toMatchObject({ status: 'passed', missing: [] });
  });

  test('does not apply without Fargate nodes', () => {
    expect(on([createNode({ nodeInfo: { kubeletVersion: 'v1.31.1' } })], [])).toMatchObject({ status: 'not-applicable', missing: [] });
  });

  test('without pods it is skipped where they were not asked for, and unknown where they could not be read', () => {
    const nodes = { 'kubernetes.nodes': [old('f1')] };
    expect(runCheckOn(fargatePodsOutdated, nodes)).toMatchObject({
      status: 'skipped',
      findings: [],
      missing: [{ evidence: 'kubernetes.pods', code: 'NotRequested' }],
    });
    expect(runCheckOn(fargatePodsOutdated, { ...nodes, 'kubernetes.pods': unavailable('Forbidden') }).status).toBe('unknown');
    expect(runCheckOn(fargatePodsOutdated, { 'kubernetes.pods': [], 'kubernetes.nodes': unavailable('Timeout') })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'kubernetes.nodes', code: 'Timeout' }],
    });
  });

  test('without the version of the control plane it is unknown', () => {
    expect(on([old('f1')], [ofDeployment('web', 'f1', 'a')], { controlPlane: null })).toMatchObject({ status: 'unknown', findings: [] });
  });

  test('is judged without a newer version too', () => {
    expect(on([old('f1')], [ofDeployment('web', 'f1', 'a')], { target: null }).status).toBe('failed');
  });

  test('every pod on an outdated node is in exactly one finding', () => {
    const drawn = fc.tuple(fc.constantFrom('web', 'api'), fc.constantFrom('shop', 'blog'), fc.integer({ min: 31, max: 36 }));
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 10 }), (rows) => {
        const nodes = rows.map(([, , minor], index) => createFargateNode(`f${index}`, `v1.${minor}.1-eks-0a1b2c3`));
        const pods = rows.map(([name, namespace], index) => ofDeployment(name, `f${index}`, `p${index}`, namespace));
        const found = on(nodes, pods).findings.flatMap(({ subject, facts }) =>
          (Array.isArray(facts.pods) ? facts.pods : []).map((pod) => `${pod} ${subject.namespace}/${subject.name}`),
        );
        const expected = rows.flatMap(([name, namespace, minor], index) => (minor < 34 ? [`p${index} ${namespace}/${name}`] : []));
        expect(found.toSorted()).toEqual(expected.toSorted());
      }),
    );
  });
});
