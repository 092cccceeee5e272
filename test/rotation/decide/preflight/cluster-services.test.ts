import { describe, expect, it } from 'vitest';
import { access } from '../../../../functions/rotation/decide/preflight/access.ts';
import { attachments } from '../../../../functions/rotation/decide/preflight/attachments.ts';
import { autoscalers } from '../../../../functions/rotation/decide/preflight/autoscalers.ts';
import { coredns } from '../../../../functions/rotation/decide/preflight/coredns.ts';
import type { WebhookFacts } from '../../../../functions/rotation/decide/preflight/facts.ts';
import { ownership } from '../../../../functions/rotation/decide/preflight/ownership.ts';
import { rollback } from '../../../../functions/rotation/decide/preflight/rollback.ts';
import { webhooks } from '../../../../functions/rotation/decide/preflight/webhooks.ts';
import { zonalShift } from '../../../../functions/rotation/decide/preflight/zonal-shift.ts';
import { blueGroup, blueNode, brief, budget, corednsPods, facts, greenGroup, node, owner, pod, view } from '../../preflight-builders.ts';

describe('(13) webhooks', () => {
  const hook = (parts: Partial<WebhookFacts> = {}): WebhookFacts => ({
    configuration: 'policy',
    kind: 'ValidatingWebhookConfiguration',
    name: 'pods.policy.io',
    failurePolicy: 'Fail',
    reachesPods: true,
    namespaceSelector: null,
    objectSelector: null,
    service: { namespace: 'policy', name: 'hook', selector: { app: 'hook' }, namespaceLabels: { 'kubernetes.io/metadata.name': 'policy' } },
    ...parts,
  });
  const backend = (name: string, nodeName: string, ready = true) =>
    pod({ name, namespace: 'policy', metadata: { labels: { app: 'hook' } }, spec: { nodeName }, ready });
  const found = (parts: Partial<WebhookFacts>, ...backends: ReturnType<typeof backend>[]) =>
    brief(webhooks(facts({ webhooks: [hook(parts)], view: view({ pods: backends }) })));
  const object = 'ValidatingWebhookConfiguration policy';

  it('nobody answers now: every eviction and pod would fail', () => {
    expect(found({})).toEqual([`block webhook-backend-down ${object}`]);
    expect(found({}, backend('a', 'blue-0', false))).toEqual([`block webhook-backend-down ${object}`]);
    expect(
      found({ service: { namespace: 'policy', name: 'hook', selector: null, namespaceLabels: {} } }, backend('a', 'blue-0')),
    ).toHaveLength(1);
  });

  it('one backend on blue that is asked about itself could not come back', () => {
    expect(found({}, backend('a', 'blue-0'))).toEqual([`block webhook-backend-single ${object}`]);
    const leftOut = {
      namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['policy'] }] },
    };
    expect(found(leftOut, backend('a', 'blue-0'))).toEqual([`warn webhook-backend-single ${object}`]);
    expect(found({ objectSelector: { matchLabels: { app: 'web' } } }, backend('a', 'blue-0'))).toEqual([
      `warn webhook-backend-single ${object}`,
    ]);
  });

  it('two on blue are told, one elsewhere is enough', () => {
    expect(found({}, backend('a', 'blue-0'), backend('b', 'blue-1'))).toEqual([`warn webhook-backend-on-blue ${object}`]);
    expect(found({}, backend('a', 'blue-0'), backend('b', 'spare'))).toEqual([]);
  });

  it("who is ignored, not asked about pods, or outside of the cluster, is in nobody's way", () => {
    expect(found({ failurePolicy: 'Ignore' })).toEqual([]);
    expect(found({ reachesPods: false })).toEqual([]);
    expect(found({ service: null })).toEqual([]);
  });
});

describe('(14) CoreDNS', () => {
  const on = (...nodes: string[]) => nodes.map((nodeName, index) => pod({ ...dns, name: `coredns-${index}`, spec: { nodeName } }));
  const dns = { namespace: 'kube-system', metadata: { labels: { 'k8s-app': 'kube-dns' } }, owner: owner('ReplicaSet', 'coredns-1') };
  const found = (pods: ReturnType<typeof on>, more: object = {}) => brief(coredns(facts({ view: view({ pods, ...more }) })));
  const object = 'Deployment kube-system/coredns';

  it('two ready pods on two nodes', () => {
    expect(found(corednsPods)).toEqual([]);
    expect(found(on('blue-0'))).toEqual([`block coredns-too-few ${object}`]);
    expect(found([...on('blue-0'), pod({ ...dns, name: 'sick', ready: false })])).toEqual([`block coredns-too-few ${object}`]);
  });

  it('without the usual label it is known by its name', () => {
    const unlabelled = pod({ ...dns, name: 'coredns-x', metadata: { labels: { app: 'dns' } }, spec: { nodeName: 'blue-0' } });
    expect(found([unlabelled])).toEqual([`block coredns-too-few ${object}`]);
  });

  it('all on one node, unless a budget keeps one', () => {
    expect(found(on('blue-0', 'blue-0'))).toEqual([`block coredns-on-one-node ${object}`]);
    const kept = budget({ name: 'coredns', namespace: 'kube-system', spec: { selector: { matchLabels: { 'k8s-app': 'kube-dns' } } } });
    expect(found(on('blue-0', 'blue-0'), { podDisruptionBudgets: [kept] })).toEqual([`warn coredns-on-one-node ${object}`]);
  });

  it('elsewhere it does not move; not found it could not be verified', () => {
    expect(found(on('spare'))).toEqual([]);
    expect(found([])).toEqual([`warn coredns-not-verified ${object}`]);
    const cluster = { status: 'ACTIVE', ipFamily: null, zonalShift: false, autoMode: true };
    expect(coredns(facts({ cluster, view: view({ pods: [] }) }))).toEqual([]);
  });
});

describe('(15) who else changes the number of nodes', () => {
  const scaler = (flags: { name: string; value: string }[], replicas = 1) => ({
    namespace: 'kube-system',
    name: 'cluster-autoscaler',
    replicas,
    flags,
  });
  const tags = [
    { key: 'k8s.io/cluster-autoscaler/enabled', value: 'true', propagateAtLaunch: false },
    { key: 'k8s.io/cluster-autoscaler/payments', value: 'owned', propagateAtLaunch: false },
  ];
  const discovery = {
    name: 'node-group-auto-discovery',
    value: 'asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/payments=owned',
  };

  it.each([
    [[discovery], 'it owns blue'],
    [
      [
        { name: 'nodes', value: '1:9:eks-workers-a' },
        { name: 'nodes', value: '1:9:eks-workers-b' },
      ],
      'it owns blue and green',
    ],
    [[{ name: 'nodes', value: '1:9:eks-workers' }], 'it runs, and owns neither'],
    [[{ ...discovery, value: `${discovery.value},missing` }], 'it runs, and owns neither'],
  ])('its flags and tags say what it owns: %o', (flags, message) => {
    const [problem] = autoscalers(facts({ autoscalers: [scaler(flags)], blue: blueGroup({ tags }) }));
    expect(problem).toMatchObject({ severity: 'info', message: expect.stringContaining(message) });
  });

  it('one that does not run does nothing', () => {
    expect(autoscalers(facts({ autoscalers: [scaler([discovery], 0)] }))).toEqual([]);
  });

  it('Karpenter may take pods', () => {
    expect(brief(autoscalers(facts({ nodePools: ['spot', 'general'] })))).toEqual(['warn karpenter Karpenter node pools general and spot']);
  });
});

describe('(19) zonal shift', () => {
  const enabled = { status: 'ACTIVE', ipFamily: null, zonalShift: true, autoMode: false };
  const cordoned = view({ nodes: [blueNode(0, { spec: { unschedulable: true } }), blueNode(1), blueNode(2)] });

  it('not enabled there is none; enabled nobody says whether one is active', () => {
    expect(zonalShift(facts())).toEqual([]);
    expect(brief(zonalShift(facts({ cluster: enabled })))).toEqual(['warn zonal-shift-not-verified Cluster payments']);
    expect(brief(zonalShift(facts({ cluster: enabled, view: cordoned })))).toEqual(['warn zonal-shift-not-verified Cluster payments']);
  });

  it('a zone that is cordoned whole, with AZRebalance suspended by somebody else, is one', () => {
    const shifted = { cluster: enabled, view: cordoned, blue: blueGroup({ suspendedProcesses: ['AZRebalance'] }) };
    expect(brief(zonalShift(facts(shifted)))).toEqual(['block zonal-shift-active Cluster payments']);
    const ours = { ...shifted, ourSuspensions: { 'eks-workers-a': ['AZRebalance'] } };
    expect(brief(zonalShift(facts(ours)))).toEqual(['warn zonal-shift-not-verified Cluster payments']);
    const mixed = view({ nodes: [...cordoned.nodes, node('spare', { labels: { 'topology.kubernetes.io/zone': 'eu-west-1a' } })] });
    expect(brief(zonalShift(facts({ ...shifted, view: mixed })))).toEqual(['warn zonal-shift-not-verified Cluster payments']);
  });
});

describe('(21) volumes', () => {
  const attachment = { name: 'csi-1', node: 'blue-0', volume: 'pv-1', attached: true, deletedAt: null, error: null };
  it('attached ones are well; others are told, on the nodes of the two groups', () => {
    expect(attachments(facts({ volumeAttachments: [attachment, { ...attachment, node: 'spare', attached: false }] }))).toEqual([]);
    expect(attachments(facts({ volumeAttachments: [{ ...attachment, attached: false, error: 'in use' }] }))).toMatchObject([
      { id: 'volume-attaching', object: 'Volume pv-1', message: 'it is not attached to node blue-0 yet: in use' },
    ]);
    expect(brief(attachments(facts({ volumeAttachments: [{ ...attachment, deletedAt: '2026-11-21T05:00:00Z' }] })))).toEqual([
      'warn volume-detaching Volume pv-1',
    ]);
  });
});

describe('(22) who owns the groups', () => {
  const tagged = (key: string, value = 'x') => blueGroup({ tags: [{ key, value, propagateAtLaunch: true }] });
  it.each([
    ['aws:cloudformation:stack-name', 'x', 'CloudFormation'],
    ['alpha.eksctl.io/cluster-name', 'x', 'eksctl'],
    ['terraform', 'true', 'Terraform'],
    ['ManagedBy', 'terraform', 'Terraform'],
  ])('%s=%s', (key, value, tool) => {
    expect(ownership(facts({ blue: tagged(key, value) }))).toMatchObject([
      { id: 'owned-by-tool', object: 'Node group workers-a', message: expect.stringContaining(tool) },
    ]);
  });
  it('tags of the node group count, other tags do not', () => {
    expect(brief(ownership(facts({ green: greenGroup({}, { tags: { 'tf:module': 'eks' } }) })))).toEqual([
      'warn owned-by-tool Node group workers-b',
    ]);
    expect(ownership(facts({ blue: tagged('platform', 'transformers') }))).toEqual([]);
  });
});

describe('(24) rollback', () => {
  const insight = (status: string) => ({ name: 'Kubelet version skew', status, reason: null });
  it('passing insights are well; unknown is not passed', () => {
    expect(rollback(facts())).toEqual([]);
    expect(rollback(facts({ insights: [insight('PASSING')] }))).toEqual([]);
    expect(rollback(facts({ insights: [insight('UNKNOWN')] }))).toMatchObject([
      { severity: 'warn', message: expect.stringContaining('could not be verified') },
    ]);
    expect(rollback(facts({ insights: [insight('ERROR')] }))).toHaveLength(1);
  });
  it('while the window is open nodes of the new version stand in its way', () => {
    const blue = blueGroup({ version: '1.33' });
    expect(brief(rollback(facts({ insights: [insight('PASSING')], blue })))).toEqual(['warn rollback-window Cluster payments']);
    expect(rollback(facts({ blue }))).toEqual([]);
  });
});

describe('(25) access', () => {
  it('what is not allowed blocks', () => {
    const asked = [
      { action: 'patch nodes', allowed: true },
      { action: 'create pods/eviction', allowed: false },
    ];
    expect(access(facts({ access: asked }))).toMatchObject([{ severity: 'block', rule: '25', message: 'it may not create pods/eviction' }]);
  });
});
