import type { Addon } from '../inventory/evidence/eks-addons.ts';
import type { Namespace } from '../inventory/evidence/kubernetes-namespaces.ts';
import type { Webhook, WebhookConfiguration } from '../inventory/evidence/kubernetes-webhooks.ts';
import { namespaceLabels, type PodRequest, podRequestsOf, reachesNamespace, reachesObject } from '../workloads/webhooks.ts';
import { type CheckOutcome, type Doubt, defineCheck } from './define-check.ts';
import { isManagedByEks } from './eks-managed.ts';
import type { FindingDraft } from './finding.ts';
import { count } from './phrases.ts';
import { type BackendLists, backendsOf, readyEndpoints, type ServiceName, serviceOf } from './webhook-backends.ts';

/** While one backend moves, another must answer. */
const wantedEndpoints = 2;

/** Webhooks that the control plane of EKS runs itself, reached by a URL and not by a Service.
 *  @see https://github.com/aws/amazon-vpc-resource-controller-k8s
 *  @see https://github.com/aws/amazon-eks-pod-identity-webhook */
const ofControlPlane = /^(?:pod-identity-webhook$|vpc-resource-|eks-|0500-amazon-eks-)/;

/** Webhooks without which no pod is made, evicted or deleted, and that a drain can take away.
 *  @see https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/ */
export const webhookFailsClosed = defineCheck({
  id: 'webhook-fails-closed',
  title: 'Webhooks that fail closed',
  scope: 'now',
  needs: ['kubernetes.webhookConfigurations', 'kubernetes.endpointSlices', 'kubernetes.namespaces'],
  uses: ['kubernetes.services', 'kubernetes.deployments', 'kubernetes.statefulSets', 'kubernetes.daemonSets', 'eks.addons'],
  explanation: {
    rule:
      'A required finding for each admission webhook with failurePolicy Fail (the default) whose rules reach the creation, eviction ' +
      'or deletion of pods in a namespace that exists, and whose Service has fewer than ' +
      `${wantedEndpoints} ready endpoints, or that is asked about the creation of its own pods (its namespaceSelector matches their ` +
      'namespace, its objectSelector them). matchConditions, or an objectSelector over pods that nobody can name, make that unknown. ' +
      'One without a Service, behind a URL, gives info: who answers there is not seen. Those that EKS runs in its control plane ' +
      '(pod-identity-webhook, vpc-resource-*, eks-*, 0500-amazon-eks-*, without a Service) give nothing, those of an EKS add-on info.',
    sources: [
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy',
      'https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/',
    ],
  },
  documentation: 'https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/',
  run: (context): CheckOutcome => {
    const { webhookConfigurations, namespaces, addons } = context;
    const of = (kind: Configured['kind'], configurations: readonly WebhookConfiguration[]) =>
      configurations.flatMap((configuration) => numbered(kind, configuration));
    const judged = [
      ...of('ValidatingWebhookConfiguration', webhookConfigurations.validating),
      ...of('MutatingWebhookConfiguration', webhookConfigurations.mutating),
    ].map((configured) => judge(configured, namespaces, context, addons));
    return {
      findings: judged.flatMap((one) => ('severity' in one ? [one] : [])),
      unknown: judged.flatMap((one) => ('evidence' in one ? [one] : [])),
    };
  },
});

interface Configured {
  readonly kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration';
  readonly configuration: WebhookConfiguration;
  readonly webhook: Webhook;
  /** The name of the webhook; of several of one name, which old API versions took, the later ones are numbered. */
  readonly discriminator: string;
}

function numbered(kind: Configured['kind'], configuration: WebhookConfiguration): Configured[] {
  const seen = new Map<string, number>();
  return (configuration.webhooks ?? []).map((webhook) => {
    const number = (seen.get(webhook.name) ?? 0) + 1;
    seen.set(webhook.name, number);
    return { kind, configuration, webhook, discriminator: number === 1 ? webhook.name : `${webhook.name}#${number}` };
  });
}

interface Nothing {
  readonly fine: true;
}

/** What can be said against a webhook that fails closed. */
interface Reach {
  readonly requests: readonly PodRequest[];
  /** Names of the namespaces that it is asked about. */
  readonly namespaces: readonly string[];
}

function judge(
  configured: Configured,
  namespaces: readonly Namespace[],
  lists: BackendLists,
  addons: readonly Addon[] | undefined,
): FindingDraft | Doubt | Nothing {
  const { configuration, webhook } = configured;
  const { url, service } = webhook.clientConfig ?? {};
  const requests = podRequestsOf(webhook.rules);
  if (webhook.failurePolicy === 'Ignore' || requests.length === 0) return { fine: true };
  const reached = namespaces.filter(({ metadata }) => reachesNamespace(webhook, namespaceLabels(metadata.name, metadata.labels)));
  if (reached.length === 0 || (!service && ofControlPlane.test(configuration.metadata.name))) return { fine: true };
  const reach = { requests, namespaces: reached.map(({ metadata }) => metadata.name).sort() };
  if (!service?.name) return url ? behindUrl(configured, reach) : doubt(configured, 'says neither a Service nor a URL');
  const backend = { namespace: service.namespace ?? 'default', name: service.name };
  if (serviceOf(backend, lists)?.spec?.type === 'ExternalName') return behindUrl(configured, reach);

  const ready = readyEndpoints(backend, lists);
  const own = requests.includes('create') && reach.namespaces.includes(backend.namespace) ? asksAboutItself(webhook, backend, lists) : 'no';
  if (ready >= wantedEndpoints && own === 'no') return { fine: true };
  if (ready >= wantedEndpoints && own === 'unknown')
    return doubt(
      configured,
      `reaches its own namespace ${backend.namespace}, and whether its objectSelector leaves its pods out could not be verified`,
    );
  if ((webhook.matchConditions ?? []).length > 0)
    return doubt(configured, 'fails closed on pods, unless its matchConditions leave them out');
  return closedFinding(
    configured,
    reach,
    { backend, ready, own: own === 'yes' },
    lists,
    isManagedByEks(configuration.metadata.labels, addons),
  );
}

/** Whether its own pods have to pass it: then none comes back once all are gone. */
function asksAboutItself(webhook: Webhook, service: ServiceName, lists: BackendLists): 'yes' | 'no' | 'unknown' {
  if (reachesObject(webhook, {}) && isEmpty(webhook.objectSelector)) return 'yes';
  const backends = backendsOf(service, lists);
  if (backends.length === 0) return 'unknown';
  return backends.some(({ podLabels }) => reachesObject(webhook, podLabels)) ? 'yes' : 'no';
}

function isEmpty(selector: Webhook['objectSelector']): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length === 0;
}

function doubt({ kind, configuration, discriminator }: Configured, what: string): Doubt {
  const message = `webhook ${discriminator} of ${kind} ${configuration.metadata.name} ${what}`;
  return { evidence: 'kubernetes.webhookConfigurations', code: 'InvalidResponse', message };
}

function about({ kind, configuration, discriminator }: Configured): Pick<FindingDraft, 'subject' | 'discriminator' | 'labels'> {
  return { subject: { kind, name: configuration.metadata.name }, discriminator, labels: configuration.metadata.labels };
}

const verbs: Readonly<Record<PodRequest, string>> = { create: 'created', evict: 'evicted', delete: 'deleted' };

/** `is asked before pods are created or evicted in 3 namespaces, kube-system among them` */
function reachText({ requests, namespaces }: Reach): string {
  const system = namespaces.includes('kube-system') ? ', kube-system among them' : '';
  return `must be asked before pods are ${inWords(requests.map((request) => verbs[request]))} in ${count(namespaces.length, 'namespace')}${system}`;
}

/** `created, evicted or deleted` */
function inWords(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), words.at(-1)].filter(Boolean).join(' or ');
}

function reachFacts({ webhook }: Configured, { requests, namespaces }: Reach): FindingDraft['facts'] {
  return {
    failurePolicy: webhook.failurePolicy ?? 'Fail',
    timeoutSeconds: webhook.timeoutSeconds ?? null,
    requests: [...requests],
    namespaces: [...namespaces],
    reachesKubeSystem: namespaces.includes('kube-system'),
  };
}

function behindUrl(configured: Configured, reach: Reach): FindingDraft {
  const { discriminator, configuration, kind } = configured;
  return {
    ...about(configured),
    severity: 'info',
    message: `Webhook ${discriminator} of ${kind} ${configuration.metadata.name} ${reachText(reach)}, and is answered outside of the cluster: whether it will be is not seen`,
    facts: { ...reachFacts(configured, reach), service: null },
    remediation: `Make sure that it answers while nodes are replaced: kubectl get ${kind.toLowerCase()} ${configuration.metadata.name} -o yaml`,
  };
}

interface Closed {
  readonly backend: ServiceName;
  readonly ready: number;
  readonly own: boolean;
}

function closedFinding(
  configured: Configured,
  reach: Reach,
  { backend, ready, own }: Closed,
  lists: BackendLists,
  managed: boolean,
): FindingDraft {
  const { discriminator, configuration, kind } = configured;
  const few = ready < wantedEndpoints;
  const problems = [
    ...(few
      ? [`its Service ${backend.namespace}/${backend.name} has ${count(ready, 'ready endpoint')}, fewer than ${wantedEndpoints}`]
      : []),
    ...(own ? [`it is asked about the pods of its own namespace ${backend.namespace}`] : []),
  ];
  return {
    ...about(configured),
    severity: managed ? 'info' : 'required',
    message:
      `Webhook ${discriminator} of ${kind} ${configuration.metadata.name} ${reachText(reach)}, and ${problems.join(', and ')}: ` +
      `a drain can deadlock${managed ? '; managed by AWS' : ''}`,
    facts: {
      ...reachFacts(configured, reach),
      service: `${backend.namespace}/${backend.name}`,
      readyEndpoints: ready,
      wantedEndpoints,
      reachesOwnNamespace: own,
      managedByEks: managed,
    },
    remediation: [
      ...(few ? [moreBackends(backend, lists)] : []),
      ...(own
        ? [
            `leave its own namespace out, with a namespaceSelector on kubernetes.io/metadata.name NotIn [${backend.namespace}]: ` +
              `kubectl edit ${kind.toLowerCase()} ${configuration.metadata.name}`,
          ]
        : []),
    ].join('; then '),
  };
}

function moreBackends(backend: ServiceName, lists: BackendLists): string {
  const scalable = backendsOf(backend, lists).find(({ kind }) => kind !== 'DaemonSet');
  return scalable
    ? `kubectl scale ${scalable.kind.toLowerCase()}/${scalable.name} -n ${backend.namespace} --replicas=${wantedEndpoints}`
    : `kubectl get endpointslices -n ${backend.namespace} -l kubernetes.io/service-name=${backend.name}`;
}
