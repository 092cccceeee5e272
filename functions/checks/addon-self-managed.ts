import type { ClusterIdentity } from '../inventory/inventory.ts';
import { type CheckOutcome, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';

/** What EKS starts every cluster with, and the add-on that takes each over. */
const components = [
  { kind: 'DaemonSet', name: 'aws-node', addonName: 'vpc-cni' },
  { kind: 'DaemonSet', name: 'kube-proxy', addonName: 'kube-proxy' },
  { kind: 'Deployment', name: 'coredns', addonName: 'coredns' },
] as const;
type Component = (typeof components)[number];

const namespace = 'kube-system';

/** Components that EKS installed and nobody made an add-on: an upgrade of the cluster leaves them as they are.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html */
export const addonSelfManaged = defineCheck({
  id: 'addon-self-managed',
  title: 'Self-managed add-ons',
  scope: 'now',
  platform: true,
  needs: ['eks.addons', 'eks.cluster'],
  completedBy: ['kubernetes.daemonSets', 'kubernetes.deployments'],
  explanation: {
    rule:
      'A recommended finding for each of aws-node, kube-proxy and coredns that runs in kube-system without being an EKS add-on ' +
      '(vpc-cni, kube-proxy, coredns): EKS will not update it. ' +
      'Not applicable on EKS Auto Mode, which runs them itself, and where none of them is there.',
    sources: [
      'https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html',
      'https://docs.aws.amazon.com/eks/latest/userguide/automode.html',
    ],
    elsewhere: 'AX',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/creating-an-add-on.html',
  run: ({ identity, addons, cluster, daemonSets, deployments }): CheckOutcome => {
    if (cluster.computeConfig?.enabled === true) return { findings: [], notApplicable: true };
    const present = components.flatMap((component) => {
      const objects = component.kind === 'DaemonSet' ? daemonSets : deployments;
      const object = objects?.find(({ metadata }) => metadata.namespace === namespace && metadata.name === component.name);
      return object ? [{ component, labels: object.metadata.labels }] : [];
    });
    const installed = new Set(addons.map(({ addonName }) => addonName));
    return {
      notApplicable: present.length === 0,
      findings: present
        .filter(({ component }) => !installed.has(component.addonName))
        .map(({ component, labels }) => finding(component, labels, identity)),
    };
  },
});

function finding(
  { kind, name, addonName }: Component,
  labels: FindingDraft['labels'],
  { region, name: cluster }: ClusterIdentity,
): FindingDraft {
  return {
    severity: 'recommended',
    subject: { kind, namespace, name },
    message: `${kind} ${namespace}/${name} runs without EKS add-on ${addonName}: EKS will not update it with the cluster`,
    facts: { addon: addonName },
    remediation:
      `aws eks create-addon --region ${region} --cluster-name ${cluster} --addon-name ${addonName} --resolve-conflicts NONE, ` +
      'which fails where settings of its own would be lost; OVERWRITE gives them up',
    labels,
  };
}
