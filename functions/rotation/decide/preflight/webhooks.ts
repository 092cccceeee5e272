import type { Pod } from '../../../inventory/evidence/kubernetes-pods.ts';
import { isReady, isTerminal } from '../../../workloads/pods.ts';
import { selects } from '../../../workloads/selectors.ts';
import { reachesNamespace, reachesObject } from '../../../workloads/webhooks.ts';
import type { Problem } from '../../record.ts';
import { compare, namespaceOf } from './assessed-pods.ts';
import type { PreflightFacts, WebhookFacts } from './facts.ts';
import { block, counted, warn } from './problems.ts';

/** (13) Webhooks that refuse pods while nobody answers (`failurePolicy: Fail`), and whose backend moves with blue. Certain where nobody answers
 *  now, and where the only backend could not come back: it is itself a pod that the webhook is asked about. F-43. */
export function webhooks(facts: PreflightFacts): Problem[] {
  const { webhooks: all, view } = facts;
  if (!all || !view) return [];
  return all
    .filter(({ failurePolicy, reachesPods, service }) => failurePolicy === 'Fail' && reachesPods && service !== null)
    .flatMap((webhook) => aboutBackend(webhook, backendOf(webhook, view.pods), facts))
    .sort((a, b) => compare(a.object, b.object) || compare(a.message, b.message));
}

function backendOf({ service }: WebhookFacts, pods: readonly Pod[]): Pod[] {
  const selector = service?.selector;
  if (!service || !selector || Object.keys(selector).length === 0) return [];
  return pods.filter(
    (pod) =>
      namespaceOf(pod) === service.namespace && !isTerminal(pod) && isReady(pod) && selects({ matchLabels: selector }, pod.metadata.labels),
  );
}

function aboutBackend(webhook: WebhookFacts, ready: readonly Pod[], { blueNodes }: PreflightFacts): Problem[] {
  const { service } = webhook;
  if (!service) return [];
  const object = `${webhook.kind} ${webhook.configuration}`;
  const asked = `webhook ${webhook.name} must be asked about pods, and its backend ${service.namespace}/${service.name}`;
  if (ready.length === 0) {
    const message = service.selector ? `${asked} has no ready pod` : `${asked} does not exist, or selects no pods`;
    return [block('webhook-backend-down', '13', object, message, 'bring its backend back, or delete the webhook')];
  }
  const onBlue = ready.filter(({ spec }) => blueNodes.has(spec?.nodeName ?? ''));
  if (onBlue.length < ready.length) return [];
  const [only] = ready;
  if (ready.length === 1 && only) {
    const message = `${asked} is the one pod ${only.metadata.name} on blue`;
    const remedy = 'give it a second replica, or let the webhook leave its own namespace out';
    return asksAbout(webhook, only)
      ? [block('webhook-backend-single', '13', object, `${message}: nobody is asked whether it may come back`, remedy)]
      : [warn('webhook-backend-single', '13', object, `${message}: no pod is made while it moves`, remedy)];
  }
  const message = `${asked} has all of its ${counted(ready.length, 'pod')} on blue`;
  return [warn('webhook-backend-on-blue', '13', object, message, 'give it a budget that keeps one pod')];
}

function asksAbout(webhook: WebhookFacts, pod: Pod): boolean {
  return reachesNamespace(webhook, webhook.service?.namespaceLabels) && reachesObject(webhook, pod.metadata.labels);
}
