import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatVersion } from '../../functions/versions/kubernetes-version.ts';
import {
  cleanVersionsOf,
  groupOf,
  isStored,
  listedKindOf,
  removedApiOf,
  removedApiOfResource,
  removedApis,
  removedApisAsOf,
  resourceOf,
} from '../../functions/versions/removed-apis.ts';

const readPluto =
  // versions.yaml of FairwindsOps/pluto 5.24.0 (Apache-2.0), component k8s: apiVersion, minor that removes it, replacement, kinds.
  // Without kinds that end in List and without audit.k8s.io, which is the configuration of an API server.
  `
  extensions/v1beta1 1.16 apps/v1 Deployment DaemonSet ReplicaSet
  apps/v1beta2 1.16 apps/v1 Deployment StatefulSet DaemonSet ReplicaSet
  apps/v1beta1 1.16 apps/v1 Deployment StatefulSet ReplicaSet
  extensions/v1beta1 1.16 networking.k8s.io/v1 NetworkPolicy
  extensions/v1beta1 1.22 networking.k8s.io/v1 Ingress
  networking.k8s.io/v1beta1 1.22 networking.k8s.io/v1 Ingress IngressClass
  extensions/v1beta1 1.16 policy/v1beta1 PodSecurityPolicy
  policy/v1beta1 1.25 - PodSecurityPolicy
  scheduling.k8s.io/v1beta1 1.22 scheduling.k8s.io/v1 PriorityClass
  scheduling.k8s.io/v1alpha1 1.17 scheduling.k8s.io/v1 PriorityClass
  apiextensions.k8s.io/v1beta1 1.22 apiextensions.k8s.io/v1 CustomResourceDefinition
  admissionregistration.k8s.io/v1beta1 1.22 admissionregistration.k8s.io/v1 MutatingWebhookConfiguration ValidatingWebhookConfiguration
  rbac.authorization.k8s.io/v1alpha1 1.22 rbac.authorization.k8s.io/v1 ClusterRoleBinding ClusterRole Role RoleBinding
  rbac.authorization.k8s.io/v1beta1 1.22 rbac.authorization.k8s.io/v1 ClusterRoleBinding ClusterRole Role RoleBinding
  node.k8s.io/v1beta1 1.25 node.k8s.io/v1 RuntimeClass
  policy/v1beta1 1.25 policy/v1 PodDisruptionBudget
  autoscaling/v2beta1 1.25 autoscaling/v2 HorizontalPodAutoscaler
  autoscaling/v2beta2 1.26 autoscaling/v2 HorizontalPodAutoscaler
  batch/v1beta1 1.25 batch/v1 CronJob
  storage.k8s.io/v1beta1 1.22 storage.k8s.io/v1 CSINode CSIDriver StorageClass VolumeAttachment
  storage.k8s.io/v1beta1 1.27 storage.k8s.io/v1 CSIStorageCapacity
  apiregistration.k8s.io/v1beta1 1.22 apiregistration.k8s.io/v1 APIService
  authentication.k8s.io/v1beta1 1.22 authentication.k8s.io/v1 TokenReview
  certificates.k8s.io/v1beta1 1.22 certificates.k8s.io/v1 CertificateSigningRequest
  coordination.k8s.io/v1beta1 1.22 coordination.k8s.io/v1 Lease
  events.k8s.io/v1beta1 1.25 events.k8s.io/v1 Event
  discovery.k8s.io/v1beta1 1.25 discovery.k8s.io/v1 EndpointSlice
  flowcontrol.apiserver.k8s.io/v1beta1 1.26 flowcontrol.apiserver.k8s.io/v1beta2 FlowControl
  flowcontrol.apiserver.k8s.io/v1beta1 1.29 flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema PriorityLevelConfiguration
  flowcontrol.apiserver.k8s.io/v1beta2 1.29 flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema PriorityLevelConfiguration
  flowcontrol.apiserver.k8s.io/v1beta3 1.32 flowcontrol.apiserver.k8s.io/v1 FlowSchema PriorityLevelConfiguration
  admissionregistration.k8s.io/v1alpha1 1.33 admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
  resource.k8s.io/v1beta1 1.36 resource.k8s.io/v1beta2 ResourceSlice ResourceClaim DeviceClass ResourceClaimTemplate
  resource.k8s.io/v1alpha3 1.34 resource.k8s.io/v1 ResourceSlice ResourceClaim DeviceClass ResourceClaimTemplate
  storage.k8s.io/v1beta1 - storage.k8s.io/v1 VolumeAttributesClass
  storage.k8s.io/v1alpha1 1.35 storage.k8s.io/v1 VolumeAttributesClass
  storagemigration.k8s.io/v1alpha1 1.35 storagemigration.k8s.io/v1beta1 StorageVersionMigration
  `;

const dynamicResources = ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice'];
const flowControl = ['FlowSchema', 'PriorityLevelConfiguration'];

/** Where the two differ, and who is right. The table takes the lifecycle that the API types themselves carry. */
const knownDifferences: readonly { readonly apiVersion: string; readonly kinds: readonly string[]; readonly why: string }[] = [
  { apiVersion: 'apps/v1beta1', kinds: ['ReplicaSet'], why: 'never existed: apps/v1beta1 had Deployment and StatefulSet' },
  { apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta1', kinds: ['FlowControl'], why: 'is no kind' },
  {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta1',
    kinds: flowControl,
    why: 'the deprecation guide says 1.26; pluto has the date of v1beta2',
  },
  { apiVersion: 'scheduling.k8s.io/v1alpha1', kinds: ['PriorityClass'], why: 'alpha from before types carried their lifecycle' },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1alpha1',
    kinds: ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
    why: 'alpha from before types carried their lifecycle',
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1alpha1',
    kinds: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    why: 'alpha: introduced in 1.26, so removed in 1.32 by the rule of six minors; pluto counts from another release',
  },
  {
    apiVersion: 'resource.k8s.io/v1beta1',
    kinds: dynamicResources,
    why: 'introduced in 1.32, so 1.38; pluto counts three minors from v1beta2',
  },
  {
    apiVersion: 'resource.k8s.io/v1alpha3',
    kinds: dynamicResources,
    why: 'alpha: its types say 1.37; pluto has the release in which it was no longer needed',
  },
  { apiVersion: 'storage.k8s.io/v1beta1', kinds: ['VolumeAttributesClass'], why: 'pluto knows no removal yet' },
  {
    apiVersion: 'storagemigration.k8s.io/v1alpha1',
    kinds: ['StorageVersionMigration'],
    why: 'alpha: its types say 1.36; pluto has the release of its successor',
  },
];

const rowsOfPluto = readPluto
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [apiVersion = '', removedIn = '', , ...kinds] = line.trim().split(' ');
    return kinds.map((kind) => ({ apiVersion, kind, removedIn }));
  });
const isKnown = (apiVersion: string, kind: string) =>
  knownDifferences.some((known) => known.apiVersion === apiVersion && known.kinds.includes(kind));

describe('the table of removed APIs, against pluto', () => {
  it.each(rowsOfPluto.filter(({ apiVersion, kind }) => !isKnown(apiVersion, kind)))(
    '$apiVersion $kind',
    ({ apiVersion, kind, removedIn }) => {
      const api = removedApiOf(apiVersion, kind);
      expect(api && formatVersion(api.removedIn)).toBe(removedIn);
    },
  );

  it('every difference that is explained exists', () => {
    for (const { apiVersion, kinds } of knownDifferences) {
      for (const kind of kinds) {
        const ours = removedApiOf(apiVersion, kind);
        const theirs = rowsOfPluto.find((row) => row.apiVersion === apiVersion && row.kind === kind);
        expect(theirs, `${apiVersion} ${kind} in pluto`).toBeDefined();
        expect(ours && formatVersion(ours.removedIn), `${apiVersion} ${kind}`).not.toBe(theirs?.removedIn);
      }
    }
  });

  /** Kinds that pluto knows in another version, but not in this one: all of them are newer than its data or never stand in a manifest. */
  it('knows more than pluto only of APIs that are no manifest, or removed in 1.31 or later, or were alpha', () => {
    const theirs = new Set(rowsOfPluto.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
    const more = removedApis.filter(({ apiVersion, kind }) => !theirs.has(`${apiVersion} ${kind}`));
    const unexplained = more.filter(
      (api) => isStored(api) && api.removedIn.minor < 31 && !api.apiVersion.includes('alpha') && api.kind !== 'ControllerRevision',
    );
    expect(unexplained).toEqual([]);
  });
});

describe('the table of removed APIs, against the deprecation guide', () => {
  // https://kubernetes.io/docs/reference/using-api/deprecation-guide/, "Removed APIs by release", with the version to migrate to.
  it.each([
    ['1.32', 'flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema', 'flowcontrol.apiserver.k8s.io/v1'],
    ['1.29', 'flowcontrol.apiserver.k8s.io/v1beta2', 'PriorityLevelConfiguration', 'flowcontrol.apiserver.k8s.io/v1'],
    ['1.27', 'storage.k8s.io/v1beta1', 'CSIStorageCapacity', 'storage.k8s.io/v1'],
    ['1.26', 'flowcontrol.apiserver.k8s.io/v1beta1', 'FlowSchema', 'flowcontrol.apiserver.k8s.io/v1'],
    ['1.26', 'autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'autoscaling/v2'],
    ['1.25', 'batch/v1beta1', 'CronJob', 'batch/v1'],
    ['1.25', 'discovery.k8s.io/v1beta1', 'EndpointSlice', 'discovery.k8s.io/v1'],
    ['1.25', 'policy/v1beta1', 'PodDisruptionBudget', 'policy/v1'],
    ['1.25', 'policy/v1beta1', 'PodSecurityPolicy', null],
    ['1.25', 'node.k8s.io/v1beta1', 'RuntimeClass', 'node.k8s.io/v1'],
    ['1.22', 'apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', 'apiextensions.k8s.io/v1'],
    ['1.22', 'apiregistration.k8s.io/v1beta1', 'APIService', 'apiregistration.k8s.io/v1'],
    ['1.22', 'extensions/v1beta1', 'Ingress', 'networking.k8s.io/v1'],
    ['1.16', 'extensions/v1beta1', 'NetworkPolicy', 'networking.k8s.io/v1'],
  ] as const)('%s removes %s %s', (removedIn, apiVersion, kind, replacement) => {
    const api = removedApiOf(apiVersion, kind);
    expect(api && { removedIn: formatVersion(api.removedIn), replacement: api.replacement }).toEqual({ removedIn, replacement });
  });
});

describe('the table of removed APIs, in itself', () => {
  it('has each API once, and replaces none by one that goes earlier', () => {
    expect(new Set(removedApis.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).size).toBe(removedApis.length);
    for (const { kind, removedIn, replacement } of removedApis) {
      const next = replacement === null ? undefined : removedApiOf(replacement, kind);
      if (next) expect(next.removedIn.minor, `${replacement} ${kind}`).toBeGreaterThan(removedIn.minor);
    }
  });

  it('says when it was read', () => {
    expect(removedApisAsOf).toBe('2026-07-24');
  });

  it('knows neither what is current nor another case of a kind', () => {
    expect(removedApiOf('policy/v1', 'PodDisruptionBudget')).toBeUndefined();
    expect(removedApiOf('policy/v1beta1', 'poddisruptionbudget')).toBeUndefined();
    expect(removedApiOf('v1', 'Pod')).toBeUndefined();
  });
});

describe('names of resources', () => {
  it.each([
    ['Ingress', 'ingresses'],
    ['IngressClass', 'ingressclasses'],
    ['NetworkPolicy', 'networkpolicies'],
    ['IPAddress', 'ipaddresses'],
    ['ServiceCIDR', 'servicecidrs'],
    ['CSIStorageCapacity', 'csistoragecapacities'],
    ['DeviceClass', 'deviceclasses'],
    ['EndpointSlice', 'endpointslices'],
    ['PodDisruptionBudget', 'poddisruptionbudgets'],
  ])('%s is %s', (kind, resource) => {
    expect(resourceOf(kind)).toBe(resource);
  });

  it('lead back to the row, of every kind that is stored', () => {
    fc.assert(
      fc.property(fc.constantFrom(...removedApis.filter(isStored)), (api) => {
        expect(removedApiOfResource(api.apiVersion, resourceOf(api.kind))).toBe(api);
        expect(listedKindOf(`/apis/${api.apiVersion}/${resourceOf(api.kind)}`)).toBe(api.kind);
        expect(listedKindOf(`/apis/${api.apiVersion}/namespaces/shop/${resourceOf(api.kind)}`)).toBe(api.kind);
      }),
    );
  });

  it('know subresources that are a kind of their own, and no others', () => {
    expect(removedApiOfResource('policy/v1beta1', 'pods', 'eviction')).toMatchObject({ kind: 'Eviction' });
    expect(removedApiOfResource('apps/v1beta2', 'deployments', 'scale')).toMatchObject({ kind: 'Scale' });
    expect(removedApiOfResource('policy/v1beta1', 'poddisruptionbudgets', 'status')).toMatchObject({ kind: 'PodDisruptionBudget' });
  });

  it('are read from the paths of lists through current versions too, and from nothing else', () => {
    expect(listedKindOf('/apis/apps/v1/deployments')).toBe('Deployment');
    expect(listedKindOf('/apis/apps/v1/deployments?limit=5')).toBeUndefined();
    expect(listedKindOf('/api/v1/pods')).toBeUndefined();
    expect(listedKindOf('/apis/example.com/v1/ingresses')).toBeUndefined();
    expect(listedKindOf('/apis/batch/v1/jobs')).toBeUndefined();
  });
});

describe('versions to list a kind through', () => {
  const minor = (number: number) => ({ major: 1, minor: number });

  it('are the lasting one, then betas that are not yet deprecated, the longest-lived first', () => {
    expect(cleanVersionsOf('FlowSchema', minor(34))).toEqual(['flowcontrol.apiserver.k8s.io/v1']);
    expect(cleanVersionsOf('ResourceClaim', minor(34))).toEqual([
      'resource.k8s.io/v1',
      'resource.k8s.io/v1beta2',
      'resource.k8s.io/v1beta1',
    ]);
  });

  it('leave a beta out as soon as it is deprecated, three minors before its removal', () => {
    expect(cleanVersionsOf('FlowSchema', minor(28))).toContain('flowcontrol.apiserver.k8s.io/v1beta3');
    expect(cleanVersionsOf('FlowSchema', minor(29))).not.toContain('flowcontrol.apiserver.k8s.io/v1beta3');
  });

  it('are never alpha, never another kind, and without a control plane only what lasts', () => {
    fc.assert(
      fc.property(fc.constantFrom(...removedApis.filter(isStored)), fc.integer({ min: 20, max: 45 }), ({ kind }, number) => {
        for (const apiVersion of cleanVersionsOf(kind, minor(number))) {
          expect(apiVersion).not.toContain('alpha');
          const row = removedApiOf(apiVersion, kind);
          if (row) expect(row.removedIn.minor - number).toBeGreaterThan(3);
        }
        for (const apiVersion of cleanVersionsOf(kind, undefined)) expect(removedApiOf(apiVersion, kind)).toBeUndefined();
      }),
    );
  });
});

it('a group is what stands before the slash', () => {
  expect(groupOf('networking.k8s.io/v1')).toBe('networking.k8s.io');
});
