import type { Insight } from '../../functions/inventory/evidence/eks-insights.ts';
import type { ManifestFile } from '../../functions/inventory/evidence/files-manifests.ts';
import type { AppliedApiVersion } from '../../functions/inventory/evidence/kubernetes-applied-api-versions.ts';
import type { CustomResourceDefinition } from '../../functions/inventory/evidence/kubernetes-custom-resource-definitions.ts';
import type { DeprecatedApiRequest } from '../../functions/inventory/evidence/kubernetes-deprecated-api-requests.ts';
import type { HelmRelease } from '../../functions/inventory/evidence/kubernetes-helm-releases.ts';
import type { Service } from '../../functions/inventory/evidence/kubernetes-services.ts';

/** ServiceCIDR `extra` through an API that Kubernetes 1.37 removes. */
export function createAppliedVersion(overrides: Partial<AppliedApiVersion> = {}): AppliedApiVersion {
  return {
    apiVersion: 'networking.k8s.io/v1beta1',
    kind: 'ServiceCIDR',
    namespace: null,
    name: 'extra',
    manager: 'terraform',
    source: 'managedFields',
    ...overrides,
  };
}

/** The same in release `network` of namespace `infra`. */
export function createHelmRelease(overrides: Partial<HelmRelease> = {}): HelmRelease {
  return {
    name: 'network',
    namespace: 'infra',
    chart: 'network-1.2.3',
    appVersion: '1.2',
    manifestApiVersions: [{ apiVersion: 'networking.k8s.io/v1beta1', kind: 'ServiceCIDR', name: 'extra' }],
    ...overrides,
  };
}

/** The same in line 7 of `deploy/network.yaml`. */
export function createManifestFile(overrides: Partial<ManifestFile> = {}): ManifestFile {
  return {
    file: 'deploy/network.yaml',
    objects: [{ apiVersion: 'networking.k8s.io/v1beta1', kind: 'ServiceCIDR', namespace: null, name: 'extra', line: 7 }],
    problems: [],
    ...overrides,
  };
}

export function createDeprecatedApiRequest(overrides: Partial<DeprecatedApiRequest> = {}): DeprecatedApiRequest {
  return {
    group: 'networking.k8s.io',
    version: 'v1beta1',
    resource: 'servicecidrs',
    subresource: '',
    removedRelease: '1.37',
    value: 1,
    ...overrides,
  };
}

type ClientStat = NonNullable<
  NonNullable<NonNullable<NonNullable<Insight['categorySpecificSummary']>['deprecationDetails']>[number]>['clientStats']
>[number];

/** An insight of EKS on the removal of an API.
 *  @param usage path of the API as EKS writes it */
export function createDeprecationInsight(usage: string, clients: readonly ClientStat[], overrides: Partial<Insight> = {}): Insight {
  return {
    id: 'a1b2',
    name: 'Deprecated APIs removed in Kubernetes v1.37',
    category: 'UPGRADE_READINESS',
    kubernetesVersion: '1.37',
    insightStatus: { status: 'ERROR' },
    categorySpecificSummary: { deprecationDetails: [{ usage, stopServingVersion: '1.37', clientStats: [...clients] }] },
    ...overrides,
  };
}

/** Serves and stores v1 and v1beta1. */
export function createCustomResourceDefinition(
  overrides: {
    readonly versions?: NonNullable<CustomResourceDefinition['spec']>['versions'];
    readonly storedVersions?: readonly string[] | null;
    readonly conversion?: NonNullable<CustomResourceDefinition['spec']>['conversion'];
    readonly spec?: CustomResourceDefinition['spec'];
  } = {},
): CustomResourceDefinition {
  const versions = overrides.versions ?? [
    { name: 'v1', served: true, storage: true },
    { name: 'v1beta1', served: true, storage: false },
  ];
  const spec = {
    group: 'example.com',
    names: { kind: 'Widget', plural: 'widgets' },
    versions,
    conversion: overrides.conversion ?? { strategy: 'None' },
  };
  const storedVersions = overrides.storedVersions === undefined ? ['v1beta1', 'v1'] : overrides.storedVersions;
  return {
    metadata: { name: 'widgets.example.com', labels: { team: 'widgets' } },
    spec: overrides.spec === undefined ? spec : overrides.spec,
    status: storedVersions === null ? null : { storedVersions: [...storedVersions] },
  };
}

export function createService(namespace: string, name: string): Service {
  return { metadata: { namespace, name }, spec: { type: 'ClusterIP' } };
}
