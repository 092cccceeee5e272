import { Document, isScalar, visit } from 'yaml';
import type { PolicyRule } from './cluster-rules.ts';
import type { EvidenceChoice } from './evidence-in-use.ts';
import { collectorClusterRole } from './names.ts';
import { type AccessProfile, scanProfile } from './profile.ts';

const rbac = 'rbac.authorization.k8s.io';

export interface ClusterRole {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1';
  readonly kind: 'ClusterRole';
  readonly metadata: { readonly name: string };
  readonly rules: readonly PolicyRule[];
}

export interface ClusterRoleBinding {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1';
  readonly kind: 'ClusterRoleBinding';
  readonly metadata: { readonly name: string };
  readonly roleRef: { readonly apiGroup: string; readonly kind: 'ClusterRole'; readonly name: string };
  readonly subjects: readonly Subject[];
}

export type Subject =
  | { readonly apiGroup: string; readonly kind: 'Group'; readonly name: string }
  | { readonly kind: 'ServiceAccount'; readonly name: string; readonly namespace: string };

export interface ServiceAccountName {
  readonly name: string;
  readonly namespace: string;
}

type Manifests = readonly [ClusterRole, ClusterRoleBinding];

/** ClusterRole and ClusterRoleBinding of a role, for the group of its access entry, in the order in which they are applied. */
export function manifestsOf({ clusterRole, group, rules }: AccessProfile): Manifests {
  return bound(clusterRole, rules, { apiGroup: rbac, kind: 'Group', name: group });
}

/** The same of the scan.
 *  @param serviceAccount the subject, for the in-cluster collector. @default the group of the access entry */
export function clusterRoleManifests(choice: EvidenceChoice, serviceAccount?: ServiceAccountName): Manifests {
  const profile = scanProfile(choice);
  if (!serviceAccount) return manifestsOf(profile);
  const { name, namespace } = serviceAccount;
  return bound(collectorClusterRole, profile.rules, { kind: 'ServiceAccount', name, namespace });
}

function bound(name: string, rules: readonly PolicyRule[], subject: Subject): Manifests {
  return [
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects: [subject],
    },
  ];
}

/** Manifests as `kubectl apply -f` takes them: documents of one YAML stream, lists of names on one line. */
export function yamlOf(manifests: readonly object[]): string {
  return manifests.map(documentOf).join('---\n');
}

function documentOf(manifest: object): string {
  const document = new Document(manifest);
  visit(document, {
    Seq(_, list) {
      list.flow = list.items.every((item) => isScalar(item));
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
