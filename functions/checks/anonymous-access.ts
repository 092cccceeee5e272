import type { ClusterRoleBinding } from '../inventory/evidence/kubernetes-cluster-role-bindings.ts';
import { compareVersions, formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import { defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';

/** From this version on EKS lets requests without credentials through to the health endpoints only. */
const restrictedSince: KubernetesVersion = { major: 1, minor: 32 };
const since = formatVersion(restrictedSince);
const healthEndpoints = '/healthz, /livez and /readyz';

/** Who a request without credentials is. */
const anonymousSubjects = [
  { kind: 'User', name: 'system:anonymous' },
  { kind: 'Group', name: 'system:unauthenticated' },
] as const;

/** The one binding to them that Kubernetes itself makes, and its role: health and version. Those to system:discovery and
 *  system:basic-user were made before 1.14 and stay in clusters that are as old.
 *  @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles */
const defaultBinding = 'system:public-info-viewer';

/** Bindings that give rights to requests without credentials: such requests get 401 from Kubernetes 1.32 on, whatever RBAC says.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html */
export const anonymousAccess = defineCheck({
  id: 'anonymous-access',
  title: 'Anonymous access',
  scope: 'now',
  against: 'each-hop',
  needs: ['kubernetes.clusterRoleBindings'],
  explanation: {
    rule:
      `A recommended finding for each ClusterRoleBinding to system:anonymous or system:unauthenticated other than ${defaultBinding}, which Kubernetes makes itself, ` +
      `when the target, or the control plane already, is ${since} or later: EKS then answers 401 to requests without credentials except for ${healthEndpoints}. RoleBindings are not judged.`,
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html',
      'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles',
    ],
    elsewhere: 'AX',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html',
  run: ({ clusterRoleBindings, controlPlane, target }) => {
    const restricted = isRestricted(controlPlane);
    if (!restricted && !(target && isRestricted(target))) return [];
    return clusterRoleBindings
      .filter((binding) => !isDefault(binding) && anonymousOf(binding).length > 0)
      .map((binding) => bindingFinding(binding, restricted));
  },
});

function isRestricted(version: KubernetesVersion): boolean {
  return compareVersions(version, restrictedSince) >= 0;
}

function isDefault({ metadata, roleRef }: ClusterRoleBinding): boolean {
  return metadata.name === defaultBinding && roleRef?.name === defaultBinding;
}

/** Names of the anonymous subjects of a binding. */
function anonymousOf({ subjects }: ClusterRoleBinding): string[] {
  const names = (subjects ?? []).flatMap(({ kind, name }) => {
    const known = anonymousSubjects.find((subject) => subject.name === name);
    return known && (!kind || kind === known.kind) ? [known.name] : [];
  });
  return [...new Set(names)].sort();
}

function bindingFinding(binding: ClusterRoleBinding, restricted: boolean): FindingDraft {
  const { name, labels } = binding.metadata;
  const anonymous = anonymousOf(binding);
  const role = binding.roleRef?.name ?? null;
  const others = (binding.subjects ?? []).filter((subject) => !anonymous.some((one) => one === subject.name)).map((one) => one.name ?? '');
  const then = restricted
    ? `which EKS has refused since Kubernetes ${since} except at ${healthEndpoints}`
    : `which EKS refuses from Kubernetes ${since} on except at ${healthEndpoints}`;
  return {
    severity: 'recommended',
    subject: { kind: 'ClusterRoleBinding', name },
    hop: restricted ? null : since,
    message: `ClusterRoleBinding ${name} gives ${role ?? 'a role'} to requests without credentials (${anonymous.join(', ')}), ${then}`,
    facts: { role, anonymousSubjects: anonymous, otherSubjects: others, restrictedSince: since },
    remediation:
      others.length > 0
        ? `Give its clients credentials, then take ${anonymous.join(' and ')} out of its subjects: kubectl edit clusterrolebinding ${name}`
        : `Give its clients credentials, then: kubectl delete clusterrolebinding ${name}`,
    labels,
  };
}
