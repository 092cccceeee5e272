import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Manifests before they are applied, each of an API version that goes or is gone. */
export const manifests: readonly { readonly name: string; readonly what: string; readonly object: object }[] = [
  {
    name: 'autoscaler',
    what: 'HorizontalPodAutoscaler of `autoscaling/v2beta2`, removed in 1.26',
    object: {
      apiVersion: 'autoscaling/v2beta2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'autoscaler', namespace: 'orchard' },
      spec: { maxReplicas: 4, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
    },
  },
  {
    name: 'flows',
    what: 'FlowSchema of `flowcontrol.apiserver.k8s.io/v1beta3`, removed in 1.32',
    object: {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3',
      kind: 'FlowSchema',
      metadata: { name: 'flows' },
      spec: { priorityLevelConfiguration: { name: 'workload-low' } },
    },
  },
  {
    name: 'rewrite',
    what: 'StorageVersionMigration of `storagemigration.k8s.io/v1alpha1`, which the target does not serve',
    object: {
      apiVersion: 'storagemigration.k8s.io/v1alpha1',
      kind: 'StorageVersionMigration',
      metadata: { name: 'rewrite' },
      spec: { resource: { group: '', version: 'v1', resource: 'secrets' } },
    },
  },
  {
    name: 'second-range',
    what: 'ServiceCIDR of `networking.k8s.io/v1beta1`, removed after the target, in 1.37',
    object: {
      apiVersion: 'networking.k8s.io/v1beta1',
      kind: 'ServiceCIDR',
      metadata: { name: 'second-range' },
      spec: { cidrs: ['10.200.0.0/16'] },
    },
  },
];

/** One file each. @returns their paths */
export function writeManifests(folder: string): string[] {
  return manifests.map(({ name, object }) => {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, stringify(object));
    return path;
  });
}
