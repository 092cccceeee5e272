import * as z from 'zod';
import { CollectionError } from '../../inventory/error-codes.ts';
import { labelSelector } from '../../inventory/evidence/kubernetes-metadata.ts';
import { listItems } from '../../inventory/listing.ts';
import { parseAnswer } from '../../inventory/parse.ts';
import { namespaceLabels, podRequestsOf } from '../../workloads/webhooks.ts';
import { tellingFlags } from '../decide/preflight/autoscalers.ts';
import type { AccessFacts, AutoscalerFacts, NetworkingFacts, VolumeAttachmentFacts, WebhookFacts } from '../decide/preflight/facts.ts';
import type { KubernetesReadPort } from '../ports.ts';
import type { ClusterView } from './cluster-view.ts';

/** What a preflight asks of the API server beside the lists of every pass. Each throws `CollectionError` as the port does. */

const limit = 500;
const named = z.object({ metadata: z.object({ name: z.string() }) });
const labelled = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()).nullish() }) });
const labels = z.record(z.string(), z.string());

const webhookConfiguration = z.object({
  metadata: z.object({ name: z.string() }),
  webhooks: z
    .array(
      z.object({
        name: z.string(),
        failurePolicy: z.string().nullish(),
        namespaceSelector: labelSelector.nullish(),
        objectSelector: labelSelector.nullish(),
        clientConfig: z.object({ service: z.object({ namespace: z.string(), name: z.string() }).nullish() }),
        rules: z
          .array(
            z.object({
              apiGroups: z.array(z.string()).nullish(),
              operations: z.array(z.string()).nullish(),
              resources: z.array(z.string()).nullish(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
});

/** Webhooks that can refuse pods, with the services behind them. */
export async function readWebhooks(kubernetes: KubernetesReadPort): Promise<WebhookFacts[]> {
  const of = async (kind: WebhookFacts['kind'], plural: string) => {
    const path = `/apis/admissionregistration.k8s.io/v1/${plural}`;
    const all = await listItems(kubernetes.list(path, { limit }), 'items', webhookConfiguration, `GET ${path}`);
    return all.flatMap(({ metadata, webhooks }) => (webhooks ?? []).map((webhook) => ({ kind, configuration: metadata.name, webhook })));
  };
  const all = (
    await Promise.all([
      of('ValidatingWebhookConfiguration', 'validatingwebhookconfigurations'),
      of('MutatingWebhookConfiguration', 'mutatingwebhookconfigurations'),
    ])
  ).flat();
  const services = new Map<string, ReturnType<typeof readService>>();
  const serviceOf = (namespace: string, name: string) => {
    const key = `${namespace}/${name}`;
    const known = services.get(key) ?? readService(kubernetes, namespace, name);
    services.set(key, known);
    return known;
  };
  return Promise.all(
    all.map(async ({ kind, configuration, webhook }) => {
      const failurePolicy = webhook.failurePolicy === 'Ignore' ? ('Ignore' as const) : ('Fail' as const);
      const reachesPods = podRequestsOf(webhook.rules).length > 0;
      const { service } = webhook.clientConfig;
      const asked = service && failurePolicy === 'Fail' && reachesPods;
      return {
        configuration,
        kind,
        name: webhook.name,
        failurePolicy,
        reachesPods,
        namespaceSelector: webhook.namespaceSelector ?? null,
        objectSelector: webhook.objectSelector ?? null,
        service: asked ? await serviceOf(service.namespace, service.name) : null,
      };
    }),
  );
}

async function readService(kubernetes: KubernetesReadPort, namespace: string, name: string): Promise<NonNullable<WebhookFacts['service']>> {
  const path = `/api/v1/namespaces/${namespace}`;
  const schema = z.object({ spec: z.object({ selector: labels.nullish() }).nullish() });
  const [service, home] = await Promise.all([ifThere(kubernetes.get(`${path}/services/${name}`)), ifThere(kubernetes.get(path))]);
  return {
    namespace,
    name,
    selector: service === undefined ? null : (parseAnswer(schema, service, `GET ${path}/services/${name}`).spec?.selector ?? null),
    namespaceLabels: namespaceLabels(namespace, home === undefined ? null : parseAnswer(labelled, home, `GET ${path}`).metadata.labels),
  };
}

async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CollectionError && error.code === 'NotFound') return undefined;
    throw error;
  }
}

const cniEnvironment = [
  'WARM_IP_TARGET',
  'MINIMUM_IP_TARGET',
  'WARM_ENI_TARGET',
  'ENABLE_PREFIX_DELEGATION',
  'AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG',
] as const;

/** Container settings may be secrets: of these few names alone the value is looked at. */
const daemonSetSettings = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.array(z.object({ env: z.array(z.object({ name: z.string(), value: z.string().nullish() })).nullish() })),
      }),
    }),
  }),
});

export async function readNetworking(kubernetes: KubernetesReadPort): Promise<NetworkingFacts> {
  const path = '/apis/apps/v1/namespaces/kube-system/daemonsets/aws-node';
  const { containers } = parseAnswer(daemonSetSettings, await kubernetes.get(path), `GET ${path}`).spec.template.spec;
  const values = new Map(containers.flatMap(({ env }) => (env ?? []).map(({ name, value }) => [name, value ?? ''] as const)));
  const [warm, minimum, interfaces, prefixes, custom] = cniEnvironment.map((name) => values.get(name));
  const amount = (text: string | undefined) => (text !== undefined && /^\d+$/.test(text) ? Number(text) : null);
  return {
    warmAddresses: amount(warm),
    minimumAddresses: amount(minimum),
    warmInterfaces: amount(interfaces),
    prefixes: prefixes === 'true',
    customSubnets: custom === 'true',
  };
}

const commandLine = z.object({
  spec: z.object({
    replicas: z.number().nullish(),
    template: z.object({
      spec: z.object({
        containers: z.array(z.object({ command: z.array(z.string()).nullish(), args: z.array(z.string()).nullish() })),
      }),
    }),
  }),
});

/** Cluster Autoscalers among the Deployments, by name or label, with their flags. */
export async function readAutoscalers(kubernetes: KubernetesReadPort, { deployments }: ClusterView): Promise<AutoscalerFacts[]> {
  const found = deployments.filter(({ metadata }) =>
    [metadata.name, ...['app.kubernetes.io/name', 'k8s-app', 'app'].map((label) => metadata.labels?.[label] ?? '')].some((name) =>
      name.includes('cluster-autoscaler'),
    ),
  );
  return Promise.all(
    found.map(async ({ metadata }) => {
      const namespace = metadata.namespace ?? 'default';
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${metadata.name}`;
      const { replicas, template } = parseAnswer(commandLine, await kubernetes.get(path), `GET ${path}`).spec;
      const words = template.spec.containers.flatMap(({ command, args }) => [...(command ?? []), ...(args ?? [])]);
      const flags = words.flatMap((word) => {
        const match = /^--?([a-z][a-z-]*)(?:=(.*))?$/s.exec(word);
        return match?.[1] !== undefined && tellingFlags.includes(match[1]) ? [{ name: match[1], value: match[2] ?? '' }] : [];
      });
      return { namespace, name: metadata.name, replicas: replicas ?? 1, flags };
    }),
  );
}

/** Names of Karpenter's node pools; none where its kinds are not installed. */
export async function readNodePools(kubernetes: KubernetesReadPort): Promise<string[]> {
  for (const version of ['v1', 'v1beta1']) {
    const path = `/apis/karpenter.sh/${version}/nodepools`;
    const pools = await ifThere(listItems(kubernetes.list(path, { limit, metadataOnly: true }), 'items', named, `GET ${path}`));
    if (pools) return pools.map(({ metadata }) => metadata.name);
  }
  return [];
}

const volumeAttachment = z.object({
  metadata: z.object({ name: z.string(), deletionTimestamp: z.string().nullish() }),
  spec: z.object({ nodeName: z.string(), source: z.object({ persistentVolumeName: z.string().nullish() }).nullish() }),
  status: z
    .object({
      attached: z.boolean().nullish(),
      attachError: z.object({ message: z.string().nullish() }).nullish(),
      detachError: z.object({ message: z.string().nullish() }).nullish(),
    })
    .nullish(),
});

export async function readVolumeAttachments(kubernetes: KubernetesReadPort): Promise<VolumeAttachmentFacts[]> {
  const path = '/apis/storage.k8s.io/v1/volumeattachments';
  const all = await listItems(kubernetes.list(path, { limit }), 'items', volumeAttachment, `GET ${path}`);
  return all.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    node: spec.nodeName,
    volume: spec.source?.persistentVolumeName ?? null,
    attached: status?.attached ?? false,
    deletedAt: metadata.deletionTimestamp ?? null,
    error: status?.attachError?.message ?? status?.detachError?.message ?? null,
  }));
}

interface Action {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
}

const lists: readonly (readonly [group: string, resource: string])[] = [
  ['', 'nodes'],
  ['', 'pods'],
  ['', 'persistentvolumes'],
  ['policy', 'poddisruptionbudgets'],
  ['apps', 'deployments'],
  ['apps', 'statefulsets'],
  ['apps', 'daemonsets'],
  ['apps', 'replicasets'],
  ['batch', 'jobs'],
];

/** What a rotation does in a cluster; what only an option asks for is asked only then. */
export function actionsOf({ surge, deletes }: { readonly surge: boolean; readonly deletes: boolean }): Action[] {
  return [
    ...lists.map(([group, resource]) => ({ verb: 'list', group, resource })),
    { verb: 'patch', group: '', resource: 'nodes' },
    { verb: 'create', group: '', resource: 'pods', subresource: 'eviction' },
    ...(deletes ? [{ verb: 'delete', group: '', resource: 'pods' }] : []),
    ...(surge
      ? [
          ...['get', 'patch'].map((verb) => ({ verb, group: 'apps', resource: 'deployments', subresource: 'scale' })),
          { verb: 'list', group: 'autoscaling', resource: 'horizontalpodautoscalers' },
          { verb: 'patch', group: 'autoscaling', resource: 'horizontalpodautoscalers' },
        ]
      : []),
  ];
}

const review = z.object({ status: z.object({ allowed: z.boolean() }) });

/** Asks for each action whether it is allowed, in all namespaces. A review changes nothing. */
export async function readAccess(kubernetes: KubernetesReadPort, actions: readonly Action[]): Promise<AccessFacts[]> {
  return Promise.all(
    actions.map(async ({ verb, group, resource, subresource }) => {
      const action = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}${group === '' ? '' : ` of ${group}`}`;
      const answer = await kubernetes.createSelfSubjectAccessReview({
        resourceAttributes: { verb, group, resource, ...(subresource !== undefined && { subresource }) },
      });
      return { action, allowed: parseAnswer(review, answer, `POST selfsubjectaccessreviews (${action})`).status.allowed };
    }),
  );
}
