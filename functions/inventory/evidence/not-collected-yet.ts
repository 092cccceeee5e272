import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';

/** Keys of an inventory that no check reads yet: known, so that nobody takes the name for something else, and `NotRequested`.
 *  A check that needs one gives it a schema and a collector in a file of its own. */
const announce = <const K extends string>(key: K, summary: string) => defineEvidence({ key, summary, schema: z.unknown() });

export const notCollectedYet = [
  announce('eks.insights', 'Cluster insights'),
  announce('eks.updates', 'Updates of the last 30 days'),
  announce('ssm.amiReleaseVersions', 'Newest AMI release per AMI type and Kubernetes version'),
  announce('ec2.launchTemplates', 'Launch templates that node groups use'),
  announce('ec2.usage', 'Usage that counts against EC2 and EBS quotas'),
  announce('servicequotas.quotas', 'EC2 and EBS quotas'),
  announce('autoscaling.groups', 'Auto Scaling groups tagged for the cluster'),
  announce('kubernetes.jobs', 'Jobs'),
  announce('kubernetes.cronJobs', 'CronJobs'),
  announce('kubernetes.namespaces', 'Namespaces'),
  announce('kubernetes.services', 'Services'),
  announce('kubernetes.networkPolicies', 'NetworkPolicies'),
  announce('kubernetes.persistentVolumes', 'PersistentVolumes'),
  announce('kubernetes.storageClasses', 'StorageClasses'),
  announce('kubernetes.priorityClasses', 'PriorityClasses'),
  announce('kubernetes.endpointSlices', 'EndpointSlices of Services that webhooks name'),
  announce('kubernetes.clusterRoleBindings', 'ClusterRoleBindings to anonymous users'),
  announce('kubernetes.webhookConfigurations', 'Admission webhook configurations'),
  announce('kubernetes.customResourceDefinitions', 'CustomResourceDefinitions without their schemas'),
  announce('kubernetes.eniConfigs', 'ENIConfigs of the VPC CNI'),
  announce('kubernetes.nodePools', 'Karpenter NodePools'),
  announce('kubernetes.ec2NodeClasses', 'Karpenter EC2NodeClasses'),
  announce('kubernetes.kubeProxyConfig', 'Configuration of kube-proxy'),
  announce('kubernetes.deprecatedApiRequests', 'Requests to deprecated APIs, from /metrics'),
  announce('kubernetes.appliedApiVersions', 'API versions through which objects were applied'),
  announce('kubernetes.helmReleases', 'Helm releases and the API versions of their manifests'),
] as const;
