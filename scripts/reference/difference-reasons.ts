import type { Relation } from '../../bench/compare/relations.ts';

/** Why we differ, for every difference that was seen; and what is worth saying of agreement. */
export interface Reason {
  readonly title: string;
  readonly text: string;
  readonly of: readonly Relation[];
}

export const differenceReasons: readonly Reason[] = [
  {
    title: 'The version of a launch template that a node group uses',
    text:
      'A group is behind when the version that it uses is older than the newest. eksup compares the default version of the template with the newest instead. A group may use any version, and the ' +
      'default stays at 1 until somebody moves it: a group on the newest version is reported, and one that is behind a default that was moved would pass. This is a defect of eksup (EKS006).',
    of: ['eksup alarm pinned'],
  },
  {
    title: 'Node affinity does not spread',
    text:
      'Replicas are spread by pod anti-affinity or by topology spread constraints. eksup (K8S005) takes node affinity for it too, which only says which nodes are right: all replicas ' +
      'may still run on one of them.',
    of: ['eksup silent huddled'],
  },
  {
    title: 'A budget that is there is not yet one that allows',
    text:
      'eksup (K8S004) asks whether a workload has a budget. Whether the budget can ever allow an eviction, and whether two of them select the same pod, so that each eviction is answered with an error, ' +
      'decides if a node can be drained at all: an update of a managed node group fails on it after 15 minutes.',
    of: ['eksup silent frozen', 'eksup silent twice'],
  },
  {
    title: 'Required is what breaks',
    text:
      'A finding is required here when, without it, the upgrade fails, or support, data or service is lost. One replica, no probe or no grace period are bad practice, and recommended to change; so is a ' +
      'mount of docker.sock, at which nothing has listened since Kubernetes 1.24. Calling them required would make almost every real cluster NOT_READY, and the word would say nothing. Whoever sees ' +
      'it otherwise sets `severities` in greenlight.yaml.',
    of: ['eksup harsher alone', 'eksup harsher unprobed', 'eksup harsher abrupt', 'eksup harsher socket'],
  },
  {
    title: 'What eksup does not look at',
    text:
      'Webhooks that fail closed, stored versions of custom resources, the Cluster Autoscaler, anonymous bindings, addresses that Kubernetes 1.36 refuses, AppArmor annotations, the strategy Recreate and ' +
      'AMI releases matter on the way of an upgrade. The audit log and the public endpoint are info here: good to know while one is at it.',
    of: [
      'eksup silent gate',
      'eksup silent unserved',
      'eksup silent cluster-autoscaler',
      'eksup silent anonymous',
      'eksup silent host-bits',
      'eksup silent apparmor',
      'eksup silent recreated',
      'eksup silent aged',
      'eksup silent logging',
      'eksup silent endpoint',
    ],
  },
  {
    title: 'API versions of objects',
    text: 'eksup leaves the API versions through which objects were applied to the insights of EKS, and to other tools.',
    of: ['eksup silent relic', 'eksup silent range'],
  },
  {
    title: 'What is gone cannot break',
    text:
      'An object whose annotation names an API version that the control plane stopped to serve years ago is stored and served in another one; nothing happens to it in an upgrade. It is info here, so that its ' +
      'manifest is looked for, and kinds whose versions were all removed before 1.29 are not listed at all: the request would cost something and could tell nothing that matters. Where it does break is the ' +
      'manifest, and for manifests (below) it is required.',
    of: ['pluto harsher relic', 'pluto alarm ancient', 'kubent alarm ancient'],
  },
  {
    title: 'An annotation that is out of date',
    text:
      'kubectl writes last-applied-configuration only when it applies on the client. Who moves on to server-side apply (Argo CD, Flux, kubectl apply --server-side) leaves it as it was. The managed fields say ' +
      'which came later, and the newest wins. pluto reads the annotation alone.',
    of: ['pluto alarm moved-on'],
  },
  {
    title: 'kubent asks for the version that is gone',
    text:
      'kubent lists each kind through the deprecated version itself. Where the API server no longer serves it the answer is 404, and objects with that version in their annotation are not seen. Where it is still ' +
      'served, the list counts as a use of the deprecated API in the metric and for 30 days in the insights of EKS. We never list through a deprecated version.',
    of: ['kubent silent relic'],
  },
  {
    title: 'Removals that are ahead',
    text:
      'The tables of pluto and kubent do not have the removal of `networking.k8s.io/v1beta1` in 1.37, and that of kubent nothing of `storagemigration.k8s.io`. Ours is made from the lifecycle that the API types of ' +
      'Kubernetes declare. What goes after the target is recommended.',
    of: ['pluto silent range', 'kubent silent range', 'pluto silent second-range', 'kubent silent second-range', 'kubent silent rewrite'],
  },
  {
    title: 'The same result, from another comparison',
    text:
      'eksup compares kubelets and kube-proxy with the control plane as it is, we with the target as well: what is three minors behind now is four behind after the upgrade, and that is what breaks. eksup ' +
      'reports each node, we each node group with its nodes. Free addresses are one finding a zone there, and one a cluster here, with all zones, as the sum decides.',
    of: ['eksup agrees al2', 'eksup agrees lagging', 'eksup agrees kube-proxy', 'eksup agrees addresses'],
  },
  {
    title: 'kube-proxy in mode ipvs',
    text:
      'Notes on Kubernetes 1.36, those of EKS among them, say that the mode is removed. KEP-5495 says otherwise: deprecated since 1.35, off by default from 1.40, removed in 1.43. It is recommended to leave it; eksup ' +
      'recommends it for 1.36 too.',
    of: ['eksup agrees kube-proxy-config'],
  },
];
