import type { CollectContext } from './define-evidence.ts';
import { customResourceDefinitions } from './evidence/kubernetes-custom-resource-definitions.ts';
import { webhookConfigurations } from './evidence/kubernetes-webhooks.ts';

interface ServiceReference {
  readonly namespace?: string | null;
  readonly name?: string | null;
}

/** Names of the Services that admission webhooks and conversion webhooks name, by namespace. Where one of the two lists cannot be read, those
 *  of the other: who judges webhooks needs their list besides.
 *  @throws CollectionError why, when neither can be read */
export async function webhookServices(context: CollectContext): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const lists = await Promise.allSettled([admissionServices(context), conversionServices(context)]);
  const [admission, conversion] = lists;
  if (admission.status === 'rejected' && conversion.status === 'rejected') throw admission.reason;
  const byNamespace = new Map<string, Set<string>>();
  for (const { namespace, name } of lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []))) {
    if (!isLabel(namespace) || !isLabel(name)) continue;
    const names = byNamespace.get(namespace) ?? new Set();
    byNamespace.set(namespace, names.add(name));
  }
  return byNamespace;
}

async function admissionServices(context: CollectContext): Promise<ServiceReference[]> {
  const { validating, mutating } = await context.evidence(webhookConfigurations);
  return [...validating, ...mutating].flatMap(({ webhooks }) =>
    (webhooks ?? []).flatMap(({ clientConfig }) => clientConfig?.service ?? []),
  );
}

async function conversionServices(context: CollectContext): Promise<ServiceReference[]> {
  const definitions = await context.evidence(customResourceDefinitions);
  return definitions.flatMap(({ spec }) => spec?.conversion?.webhook?.clientConfig?.service ?? []);
}

/** As names of namespaces and Services must be. A webhook may name anything, and nothing else belongs into a path or a selector. */
function isLabel(name: string | null | undefined): name is string {
  return name != null && /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name);
}
