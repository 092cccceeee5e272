import type { CustomResourceDefinition } from '../inventory/evidence/kubernetes-custom-resource-definitions.ts';
import type { Service } from '../inventory/evidence/kubernetes-services.ts';
import { type Doubt, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { someOf } from './phrases.ts';

/** Custom resources that may be stored in a version that nobody can read any more, or that cannot be converted.
 *  @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/ */
export const crdStoredVersions = defineCheck({
  id: 'crd-stored-versions',
  title: 'Stored versions of custom resources',
  scope: 'now',
  needs: ['kubernetes.customResourceDefinitions'],
  completedBy: ['kubernetes.services'],
  explanation: {
    rule:
      'A CustomResourceDefinition is recommended to be mended when a version under status.storedVersions is not served, ' +
      'or when it converts by a webhook whose Service does not exist.',
    sources: [
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#upgrade-existing-objects-to-a-new-stored-version',
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#webhook-conversion',
    ],
  },
  documentation: 'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/',
  run: ({ customResourceDefinitions, services }) => {
    if (customResourceDefinitions.length === 0) return { findings: [], notApplicable: true };
    return {
      findings: customResourceDefinitions.flatMap((definition) => [
        ...storedFindings(definition),
        ...conversionFindings(definition, services),
      ]),
      unknown: customResourceDefinitions.flatMap(doubts),
    };
  },
});

function storedFindings({ metadata, spec, status }: CustomResourceDefinition): FindingDraft[] {
  const stored = status?.storedVersions ?? [];
  const versions = spec?.versions;
  if (!versions) return [];
  const served = versions.filter((version) => version.served).map(({ name }) => name);
  const unserved = stored.filter((name) => !served.includes(name));
  if (unserved.length === 0) return [];
  const storage = versions.find((version) => version.storage)?.name ?? 'STORAGE_VERSION';
  const { name } = metadata;
  const resource = `${spec.names?.plural ?? name.split('.')[0]}.${spec.group ?? name.split('.').slice(1).join('.')}`;
  const one = unserved.length === 1;
  return [
    {
      severity: 'recommended',
      subject: { kind: 'CustomResourceDefinition', name },
      discriminator: 'stored-version-not-served',
      message: `Objects of ${name} may be stored as ${someOf(unserved)}, which ${one ? 'is' : 'are'} not served: they cannot be read in ${one ? 'that version' : 'those versions'} any more`,
      facts: { storedVersions: [...stored], servedVersions: served, notServed: unserved, storageVersion: storage },
      remediation:
        `Write all objects again, which stores them as ${storage}: kubectl get ${resource} --all-namespaces -o json | kubectl replace -f -; ` +
        `then take what is not served out of the list: kubectl patch crd ${name} --subresource=status --type=merge -p '${JSON.stringify({ status: { storedVersions: remaining(stored, unserved, storage) } })}'`,
      labels: metadata.labels,
    },
  ];
}

/** The storage version is always one of those that objects may be stored in. */
function remaining(stored: readonly string[], unserved: readonly string[], storage: string): string[] {
  return [...new Set([...stored.filter((name) => !unserved.includes(name)), storage])];
}

function conversionFindings({ metadata, spec }: CustomResourceDefinition, services: readonly Service[] | undefined): FindingDraft[] {
  const service = spec?.conversion?.strategy === 'Webhook' ? spec.conversion.webhook?.clientConfig?.service : undefined;
  // A webhook outside of the cluster is called by its URL.
  if (!service?.name || !service.namespace || services === undefined) return [];
  const there = services.some((one) => one.metadata.name === service.name && one.metadata.namespace === service.namespace);
  if (there) return [];
  const { name } = metadata;
  return [
    {
      severity: 'recommended',
      subject: { kind: 'CustomResourceDefinition', name },
      discriminator: 'conversion-webhook-missing',
      message: `${name} converts its objects by a webhook of Service ${service.namespace}/${service.name}, which does not exist: objects stored in another version cannot be read`,
      facts: { service: { namespace: service.namespace, name: service.name }, strategy: 'Webhook' },
      remediation: `Install what serves it again, or remove what is left of it: kubectl get crd ${name} -o jsonpath='{.spec.conversion}'; kubectl get service ${service.name} -n ${service.namespace}`,
      labels: metadata.labels,
    },
  ];
}

/** What a definition leaves open cannot be judged. */
function doubts({ metadata, spec, status }: CustomResourceDefinition): Doubt[] {
  const problems = [
    ...(spec?.versions ? [] : ['it says no versions']),
    ...(status?.storedVersions ? [] : ['it says no storedVersions']),
    ...(spec?.conversion?.strategy === 'Webhook' && !spec.conversion.webhook ? ['its conversion names no webhook'] : []),
  ];
  return problems.map((problem) => ({
    evidence: 'kubernetes.customResourceDefinitions',
    code: 'InvalidResponse',
    message: `CustomResourceDefinition ${metadata.name}: ${problem}`,
  }));
}
