import type { Addon } from '../inventory/evidence/eks-addons.ts';

type Labels = Readonly<Record<string, string>>;

/** Labels by which the objects of an EKS add-on name it. coredns and kube-proxy carry the first, installed as an add-on or not; the
 *  other add-ons (aws-ebs-csi-driver, amazon-cloudwatch-observability, eks-node-monitoring-agent, …) the recommended labels of
 *  Kubernetes with `EKS` as what manages them. managedFields, which would name the manager `eks`, are no part of an inventory. */
const labelsOfCoreAddons = ['eks.amazonaws.com/component'] as const;
const labelsOfOtherAddons = ['app.kubernetes.io/name', 'app.kubernetes.io/instance'] as const;

/** Whether an object belongs to an EKS add-on of the cluster, so that its fields are AWS's to change. A Helm chart of AWS writes the same
 *  labels when somebody else installs it: the add-on must be there. Without the list of add-ons only `managed-by: EKS` is believed.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-field-management.html */
export function isManagedByEks(labels: Labels | null | undefined, addons: readonly Addon[] | undefined): boolean {
  const managedByEks = labels?.['app.kubernetes.io/managed-by'] === 'EKS';
  if (addons === undefined) return managedByEks;
  const names = [...labelsOfCoreAddons, ...(managedByEks ? labelsOfOtherAddons : [])].map((label) => labels?.[label]);
  return addons.some(({ addonName }) => names.includes(addonName));
}
