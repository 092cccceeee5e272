import type { DaemonSet, Deployment } from '../../functions/inventory/evidence/kubernetes-controllers.ts';
import type { Ec2NodeClass, NodePool } from '../../functions/inventory/evidence/kubernetes-karpenter.ts';
import type { Namespace } from '../../functions/inventory/evidence/kubernetes-namespaces.ts';
import type { EndpointSlice, Service } from '../../functions/inventory/evidence/kubernetes-services.ts';
import type { PersistentVolume } from '../../functions/inventory/evidence/kubernetes-volumes.ts';
import type { Webhook, WebhookConfiguration } from '../../functions/inventory/evidence/kubernetes-webhooks.ts';

/** What no registry gives: a digest with the right number of digits. */
export const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** A Deployment with one container of this image. */
export function running(
  image: string | null,
  overrides: {
    readonly name?: string;
    readonly namespace?: string;
    readonly replicas?: number | null;
    readonly labels?: Record<string, string>;
  } = {},
): Deployment {
  const { name = 'controller', namespace = 'kube-system', replicas = 2, labels = { team: 'platform' } } = overrides;
  return {
    metadata: { name, namespace, labels },
    spec: { replicas, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image }] } } },
  };
}

/** The same as a DaemonSet. */
export function runningEverywhere(image: string, name = 'edge', namespace = 'kube-system'): DaemonSet {
  return {
    metadata: { name, namespace },
    spec: { template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image }] } } },
  };
}

type Budget = { nodes?: string | null; schedule?: string | null; duration?: string | null; reasons?: string[] | null };

/** A node pool of EC2NodeClass `default`, unless told otherwise. */
export function createNodePool(
  overrides: {
    readonly name?: string;
    readonly nodeClassRef?: { group?: string | null; kind?: string | null; name?: string | null } | null;
    readonly budgets?: readonly Budget[];
  } = {},
): NodePool {
  const { name = 'general', nodeClassRef = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' }, budgets } = overrides;
  return {
    metadata: { name, labels: { team: 'platform' } },
    spec: {
      template: { spec: { nodeClassRef, expireAfter: '720h' } },
      disruption: { consolidationPolicy: 'WhenEmptyOrUnderutilized', budgets: budgets && [...budgets] },
    },
  };
}

type Term = NonNullable<NonNullable<Ec2NodeClass['spec']>['amiSelectorTerms']>[number];

export function createEc2NodeClass(
  amiSelectorTerms: Term[] | null,
  overrides: { readonly name?: string; readonly amiFamily?: string } = {},
): Ec2NodeClass {
  const { name = 'default', amiFamily } = overrides;
  return { metadata: { name, labels: { team: 'platform' } }, spec: { amiFamily, amiSelectorTerms } };
}

export function createNamespace(name: string, labels: Record<string, string> = {}): Namespace {
  return { metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } }, status: { phase: 'Active' } };
}

/** A webhook that is asked before any pod is made, behind Service `policy/policy-svc`. */
export function createWebhook(overrides: Partial<Webhook> = {}): Webhook {
  return {
    name: 'validate.policy.example.com',
    failurePolicy: 'Fail',
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: '*' }],
    clientConfig: { service: { namespace: 'policy', name: 'policy-svc', port: 443 } },
    namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['policy'] }] },
    ...overrides,
  };
}

export function createWebhookConfiguration(
  webhooks: Webhook[] | null,
  name = 'policy',
  labels: Record<string, string> = { team: 'security' },
): WebhookConfiguration {
  return { metadata: { name, labels }, webhooks };
}

/** One slice of Service `policy/policy-svc` with these pods as endpoints; `!` before a name is one that is not ready, `?` one of which nothing is said. */
export function createEndpointSlice(
  pods: readonly string[],
  overrides: { readonly namespace?: string; readonly service?: string; readonly name?: string } = {},
): EndpointSlice {
  const { namespace = 'policy', service = 'policy-svc', name = `${service}-abc` } = overrides;
  return {
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': service } },
    endpoints: pods.map((pod) => ({
      conditions: pod.startsWith('?') ? null : { ready: !pod.startsWith('!') },
      targetRef: { kind: 'Pod', namespace, name: pod.replace(/^[!?]/, '') },
    })),
  };
}

export function createService(
  name = 'policy-svc',
  namespace = 'policy',
  spec: NonNullable<Service['spec']> = { selector: { app: 'policy' } },
): Service {
  return { metadata: { name, namespace }, spec };
}

/** A bound EBS volume of a claim in namespace `shop`, as its driver makes them. */
export function createVolume(
  claim: string,
  zone: string | null,
  overrides: { readonly namespace?: string; readonly phase?: string; readonly key?: string; readonly csi?: boolean } = {},
): PersistentVolume {
  const { namespace = 'shop', phase = 'Bound', key = 'topology.ebs.csi.aws.com/zone', csi = true } = overrides;
  return {
    metadata: { name: `pv-${namespace}-${claim}` },
    spec: {
      claimRef: { namespace, name: claim },
      csi: csi ? { driver: 'ebs.csi.aws.com' } : null,
      nodeAffinity:
        zone === null ? null : { required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [zone] }] }] } },
    },
    status: { phase },
  };
}
