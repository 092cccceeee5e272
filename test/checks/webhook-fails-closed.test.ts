import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webhookFailsClosed } from '../../functions/checks/webhook-fails-closed.ts';
import type { Webhook } from '../../functions/inventory/evidence/kubernetes-webhooks.ts';
import { createAddon, createDeployment, type EvidenceInput, unavailable } from './builders.ts';
import { createEndpointSlice, createNamespace, createService, createWebhook, createWebhookConfiguration } from './builders-platform.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const policy = createDeployment({ name: 'policy-controller', namespace: 'policy', podLabels: { app: 'policy' } });

const everything = {
  'kubernetes.endpointSlices': [createEndpointSlice(['policy-1', 'policy-2'])],
  'kubernetes.namespaces': [createNamespace('kube-system'), createNamespace('policy'), createNamespace('shop')],
  'kubernetes.services': [createService()],
  'kubernetes.deployments': [policy],
  'kubernetes.statefulSets': [],
  'kubernetes.daemonSets': [],
  'eks.addons': [],
};

function run(webhooks: Webhook[], evidence: EvidenceInput = {}, options: RunOptions = {}) {
  const webhookConfigurations = { validating: [createWebhookConfiguration(webhooks)], mutating: [] };
  return runCheckOn(webhookFailsClosed, { ...everything, 'kubernetes.webhookConfigurations': webhookConfigurations, ...evidence }, options);
}

const single = { 'kubernetes.endpointSlices': [createEndpointSlice(['policy-1'])] };
const everywhere = { namespaceSelector: null };
const notInKubeSystem = { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] }] };

describe('webhook-fails-closed', () => {
  it('requires a second backend', () => {
    expect(run([createWebhook({ timeoutSeconds: 10 })], single)).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'required',
          subject: { kind: 'ValidatingWebhookConfiguration', name: 'policy' },
          discriminator: 'validate.policy.example.com',
          message:
            'Webhook validate.policy.example.com of ValidatingWebhookConfiguration policy must be asked before pods are created in 2 namespaces, kube-system among them, ' +
            'and its Service policy/policy-svc has 1 ready endpoint, fewer than 2: a drain can deadlock',
          facts: {
            failurePolicy: 'Fail',
            timeoutSeconds: 10,
            requests: ['create'],
            namespaces: ['kube-system', 'shop'],
            reachesKubeSystem: true,
            service: 'policy/policy-svc',
            readyEndpoints: 1,
            wantedEndpoints: 2,
            reachesOwnNamespace: false,
            managedByEks: false,
          },
          remediation: 'kubectl scale deployment/policy-controller -n policy --replicas=2',
          labels: { team: 'security' },
        },
      ],
    });
  });

  it('passes with two backends and its own namespace left out', () => {
    expect(run([createWebhook()])).toMatchObject({ status: 'passed', findings: [] });
  });

  it.each([
    [[], 0],
    [['!policy-1', '!policy-2'], 0],
    [['policy-1', '!policy-2'], 1],
    [['policy-1', '?policy-2'], 2],
    [['policy-1', 'policy-2', '!policy-3'], 2],
  ])('counts what is ready: %j is %i', (pods, ready) => {
    const { findings } = run([createWebhook()], { 'kubernetes.endpointSlices': [createEndpointSlice(pods)] });
    expect(findings[0]?.facts.readyEndpoints).toBe(ready < 2 ? ready : undefined);
  });

  it('trap: a pod in a slice of IPv4 and in one of IPv6 is one', () => {
    const slices = [createEndpointSlice(['policy-1']), createEndpointSlice(['policy-1'], { name: 'policy-svc-v6' })];
    expect(run([createWebhook()], { 'kubernetes.endpointSlices': slices }).findings).toMatchObject([{ facts: { readyEndpoints: 1 } }]);
    const two = [createEndpointSlice(['policy-1']), createEndpointSlice(['policy-2'], { name: 'policy-svc-b' })];
    expect(run([createWebhook()], { 'kubernetes.endpointSlices': two }).status).toBe('passed');
  });

  it('counts the slices of its own Service alone', () => {
    const slices = [createEndpointSlice(['a', 'b'], { service: 'other' }), createEndpointSlice(['c', 'd'], { namespace: 'other' })];
    expect(run([createWebhook()], { 'kubernetes.endpointSlices': slices }).findings).toMatchObject([{ facts: { readyEndpoints: 0 } }]);
  });

  it('counts endpoints without a pod one by one', () => {
    const slice = {
      ...createEndpointSlice([]),
      endpoints: [{ conditions: { ready: true } }, { conditions: { ready: true }, targetRef: null }],
    };
    expect(run([createWebhook()], { 'kubernetes.endpointSlices': [slice] }).status).toBe('passed');
  });

  it('requires that its own namespace is left out, however many answer', () => {
    const outcome = run([createWebhook(everywhere)]);
    expect(outcome).toMatchObject({
      status: 'failed',
      findings: [
        {
          severity: 'required',
          message: expect.stringContaining('and it is asked about the pods of its own namespace policy: a drain can deadlock'),
          facts: { reachesOwnNamespace: true, readyEndpoints: 2 },
          remediation:
            'leave its own namespace out, with a namespaceSelector on kubernetes.io/metadata.name NotIn [policy]: kubectl edit validatingwebhookconfiguration policy',
        },
      ],
    });
    expect(run([createWebhook({ namespaceSelector: notInKubeSystem })]).findings).toMatchObject([{ facts: { reachesKubeSystem: false } }]);
    expect(run([createWebhook({ namespaceSelector: {} })]).findings).toHaveLength(1);
  });

  it('says both in one finding', () => {
    const [finding, ...others] = run([createWebhook(everywhere)], single).findings;
    expect(others).toEqual([]);
    expect(finding?.message).toContain('1 ready endpoint, fewer than 2, and it is asked about the pods of its own namespace policy');
    expect(finding?.remediation).toMatch(/^kubectl scale .*; then leave its own namespace out/);
  });

  it('asks the labels of the namespace', () => {
    const optOut = { namespaceSelector: { matchExpressions: [{ key: 'policy.example.com/ignore', operator: 'DoesNotExist' }] } };
    expect(run([createWebhook(optOut)]).findings).toHaveLength(1);
    const namespaces = [createNamespace('policy', { 'policy.example.com/ignore': 'true' }), createNamespace('shop')];
    expect(run([createWebhook(optOut)], { 'kubernetes.namespaces': namespaces }).status).toBe('passed');
  });

  it('leaves out what reaches no namespace that exists', () => {
    const optIn = { namespaceSelector: { matchLabels: { 'policy.example.com/inject': 'enabled' } } };
    expect(run([createWebhook(optIn)], single)).toMatchObject({ status: 'passed' });
    const namespaces = [createNamespace('shop', { 'policy.example.com/inject': 'enabled' }), createNamespace('policy')];
    expect(run([createWebhook(optIn)], { ...single, 'kubernetes.namespaces': namespaces }).findings).toMatchObject([
      { facts: { namespaces: ['shop'] } },
    ]);
  });

  it('asks the objectSelector about the pods of its backend', () => {
    const except = (values: string[]) => ({
      ...everywhere,
      objectSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values }] },
    });
    expect(run([createWebhook(except(['policy']))])).toMatchObject({ status: 'passed' });
    expect(run([createWebhook(except(['other']))]).findings).toMatchObject([{ facts: { reachesOwnNamespace: true } }]);
    expect(run([createWebhook({ ...everywhere, objectSelector: {} })]).findings).toHaveLength(1);
    expect(run([createWebhook(except(['policy']))], single).findings).toMatchObject([
      { facts: { readyEndpoints: 1, reachesOwnNamespace: false } },
    ]);
  });

  it('doubts an objectSelector over pods that nobody can name', () => {
    const webhook = createWebhook({ ...everywhere, objectSelector: { matchLabels: { app: 'x' } } });
    const doubt = {
      status: 'unknown',
      findings: [],
      missing: [
        {
          evidence: 'kubernetes.webhookConfigurations',
          code: 'InvalidResponse',
          message: expect.stringContaining(
            'webhook validate.policy.example.com of ValidatingWebhookConfiguration policy reaches its own namespace policy',
          ),
        },
      ],
    };
    expect(run([webhook], { 'kubernetes.services': [createService('policy-svc', 'policy', {})] })).toMatchObject(doubt);
    expect(run([webhook], { 'kubernetes.deployments': [] })).toMatchObject(doubt);
    expect(run([webhook], { 'kubernetes.services': unavailable('Forbidden') }).status).toBe('unknown');
  });

  it('finds backends that a StatefulSet or DaemonSet runs', () => {
    const webhook = createWebhook({ ...everywhere, objectSelector: { matchLabels: { app: 'policy' } } });
    for (const key of ['kubernetes.statefulSets', 'kubernetes.daemonSets']) {
      expect(run([webhook], { 'kubernetes.deployments': [], [key]: [policy] }).findings).toHaveLength(1);
    }
    expect(run([createWebhook()], { ...single, 'kubernetes.deployments': [], 'kubernetes.daemonSets': [policy] }).findings).toMatchObject([
      { remediation: 'kubectl get endpointslices -n policy -l kubernetes.io/service-name=policy-svc' },
    ]);
  });

  it('doubts what matchConditions may leave out', () => {
    const matchConditions = [{ name: 'not-policy', expression: "object.metadata.namespace != 'policy'" }];
    expect(run([createWebhook({ ...everywhere, matchConditions })])).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ message: expect.stringContaining('unless its matchConditions leave them out') }],
    });
    expect(run([createWebhook({ matchConditions })])).toMatchObject({ status: 'passed' });
    expect(run([createWebhook({ ...everywhere, matchConditions: [] })]).status).toBe('failed');
  });

  it.each([undefined, null, 'Fail'])('failurePolicy %s fails closed', (failurePolicy) => {
    expect(run([createWebhook({ ...everywhere, failurePolicy })], single).findings).toMatchObject([{ facts: { failurePolicy: 'Fail' } }]);
  });

  it('leaves out what is ignored on failure, or asked about nothing of pods', () => {
    const rules = (resources: string[], operations = ['CREATE']) => [{ apiGroups: [''], apiVersions: ['v1'], resources, operations }];
    expect(run([createWebhook({ ...everywhere, failurePolicy: 'Ignore' })], single).status).toBe('passed');
    expect(run([createWebhook({ ...everywhere, rules: rules(['services']) })], single).status).toBe('passed');
    expect(run([createWebhook({ ...everywhere, rules: rules(['pods'], ['UPDATE']) })], single).status).toBe('passed');
    expect(run([createWebhook({ ...everywhere, rules: null })], single).status).toBe('passed');
    const cluster = [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], operations: ['*'], scope: 'Cluster' }];
    expect(run([createWebhook({ ...everywhere, rules: cluster })], single).status).toBe('passed');
  });

  it('names what it is asked about', () => {
    const all = [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], operations: ['*'] }];
    expect(run([createWebhook({ rules: all })], single).findings[0]?.message).toContain(
      'before pods are created, evicted or deleted in 2 namespaces',
    );
    const evictions = [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods/eviction'], operations: ['CREATE'] }];
    expect(run([createWebhook({ rules: evictions })], single).findings).toMatchObject([{ facts: { requests: ['evict'] } }]);
    // Its own pods come back without it being asked.
    expect(run([createWebhook({ ...everywhere, rules: evictions })]).status).toBe('passed');
  });

  it('only informs of what answers behind a URL', () => {
    const url = createWebhook({ clientConfig: { url: 'given' } });
    expect(run([url])).toMatchObject({
      status: 'failed',
      findings: [
        {
          severity: 'info',
          discriminator: 'validate.policy.example.com',
          message: expect.stringContaining('is answered outside of the cluster: whether it will be is not seen'),
          facts: { service: null, requests: ['create'], namespaces: ['kube-system', 'shop'] },
        },
      ],
    });
    const external = {
      'kubernetes.services': [createService('policy-svc', 'policy', { type: 'ExternalName' })],
      'kubernetes.endpointSlices': [],
    };
    expect(run([createWebhook()], external).findings).toMatchObject([{ severity: 'info' }]);
    expect(run([createWebhook({ clientConfig: null })])).toMatchObject({
      status: 'unknown',
      missing: [{ message: expect.stringContaining('says neither a Service nor a URL') }],
    });
  });

  it('trap: knows the webhooks of the control plane of EKS', () => {
    const named = (name: string, webhook: Webhook) => ({
      'kubernetes.webhookConfigurations': { validating: [], mutating: [createWebhookConfiguration([webhook], name)] },
    });
    for (const name of [
      'pod-identity-webhook',
      'vpc-resource-mutating-webhook',
      'vpc-resource-validating-webhook',
      '0500-amazon-eks-fargate-mutation.amazonaws.com',
      'eks-auto',
    ]) {
      expect(run([], named(name, createWebhook({ ...everywhere, clientConfig: { url: 'given' } })))).toMatchObject({
        status: 'passed',
        findings: [],
      });
    }
    expect(run([], { ...single, ...named('pod-identity-webhook', createWebhook()) }).findings).toMatchObject([
      { severity: 'required', subject: { kind: 'MutatingWebhookConfiguration', name: 'pod-identity-webhook' } },
    ]);
    expect(run([], named('my-pod-identity-webhook', createWebhook({ clientConfig: { url: 'given' } }))).findings).toHaveLength(1);
  });

  it('only informs of what an EKS add-on manages', () => {
    const labels = { 'app.kubernetes.io/managed-by': 'EKS', 'app.kubernetes.io/name': 'amazon-cloudwatch-observability' };
    const configurations = {
      'kubernetes.webhookConfigurations': { validating: [createWebhookConfiguration([createWebhook()], 'cw', labels)], mutating: [] },
    };
    const evidence = { ...single, ...configurations, 'eks.addons': [createAddon({ addonName: 'amazon-cloudwatch-observability' })] };
    expect(run([], evidence).findings).toMatchObject([
      { severity: 'info', message: expect.stringMatching(/; managed by AWS$/), facts: { managedByEks: true } },
    ]);
    expect(run([], { ...evidence, 'eks.addons': [] }).findings).toMatchObject([{ severity: 'required' }]);
  });

  it('does not ask for the version of the control plane', () => {
    expect(run([createWebhook()], single, { controlPlane: null })).toMatchObject({ status: 'failed' });
  });

  it('keeps several webhooks of one configuration apart, of one name too', () => {
    const webhooks = [createWebhook(), createWebhook({ name: 'b' }), createWebhook()];
    expect(run(webhooks, single).findings.map(({ discriminator }) => discriminator)).toEqual([
      'validate.policy.example.com',
      'b',
      'validate.policy.example.com#2',
    ]);
  });

  it('is unknown without what it needs, and works without the rest', () => {
    for (const key of ['kubernetes.webhookConfigurations', 'kubernetes.endpointSlices', 'kubernetes.namespaces']) {
      expect(run([createWebhook()], { [key]: unavailable('Forbidden') })).toMatchObject({
        status: 'unknown',
        missing: [{ evidence: key, code: 'Forbidden' }],
      });
    }
    expect(runCheckOn(webhookFailsClosed, {}).status).toBe('skipped');
    const alone = {
      'kubernetes.services': unavailable('Timeout'),
      'kubernetes.deployments': unavailable('Timeout'),
      'eks.addons': unavailable('Timeout'),
    };
    expect(run([createWebhook(everywhere)], { ...single, ...alone }).findings).toMatchObject([
      {
        severity: 'required',
        facts: { readyEndpoints: 1, reachesOwnNamespace: true },
        remediation: expect.stringContaining('kubectl get endpointslices'),
      },
    ]);
    expect(run([], { 'kubernetes.webhookConfigurations': { validating: [createWebhookConfiguration(null)], mutating: [] } }).status).toBe(
      'passed',
    );
    expect(run([{ name: 'bare' }])).toMatchObject({ status: 'passed' });
  });

  it('asks for two, whatever is not ready beside them', () => {
    fc.assert(
      fc.property(fc.nat(4), fc.nat(4), (ready, unready) => {
        const pods = [...Array(ready).keys()].map((n) => `r${n}`).concat([...Array(unready).keys()].map((n) => `!u${n}`));
        const { findings } = run([createWebhook()], { 'kubernetes.endpointSlices': [createEndpointSlice(pods)] });
        expect(findings).toHaveLength(ready < 2 ? 1 : 0);
      }),
    );
  });
});
