import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listCollector, listPermission } from '../listing.ts';
import { metadata } from './kubernetes-metadata.ts';

const clusterRoleBinding = z.object({
  metadata,
  roleRef: z.object({ kind: z.string().nullish(), name: z.string().nullish() }).nullish(),
  subjects: z.array(z.object({ kind: z.string().nullish(), namespace: z.string().nullish(), name: z.string().nullish() })).nullish(),
});
export type ClusterRoleBinding = z.output<typeof clusterRoleBinding>;

const listBindings = listCollector('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', clusterRoleBinding);

/** Who signs in as nobody.
 *  @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests */
function isAnonymous({ kind, name }: { readonly kind?: string | null; readonly name?: string | null }): boolean {
  return (kind === 'User' && name === 'system:anonymous') || (kind === 'Group' && name === 'system:unauthenticated');
}

export const clusterRoleBindings = defineEvidence({
  key: 'kubernetes.clusterRoleBindings',
  summary: 'ClusterRoleBindings to system:anonymous or system:unauthenticated; no others are kept, and no other subjects',
  schema: z.array(clusterRoleBinding),
  kubernetes: listPermission('rbac.authorization.k8s.io', 'clusterrolebindings'),
  collect: async (context) =>
    (await listBindings(context)).flatMap((binding) => {
      const subjects = (binding.subjects ?? []).filter(isAnonymous);
      return subjects.length > 0 ? [{ ...binding, subjects }] : [];
    }),
});
