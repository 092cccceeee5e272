import { addonVersionBehind } from './addon-version-behind.ts';
import { addonVersionUnsupported } from './addon-version-unsupported.ts';
import { amazonLinux2 } from './amazon-linux-2.ts';
import { clusterHealth } from './cluster-health.ts';
import { clusterStatus } from './cluster-status.ts';
import { controlPlaneSubnetIps } from './control-plane-subnet-ips.ts';
import type { Check } from './define-check.ts';
import { kubeProxyVersionSkew } from './kube-proxy-version-skew.ts';
import { kubeletVersionSkew } from './kubelet-version-skew.ts';
import { nodegroupHealth } from './nodegroup-health.ts';
import { pdbBlocksDrain } from './pdb-blocks-drain.ts';
import { replicasMinimum } from './replicas-minimum.ts';
import { supportEnding } from './support-ending.ts';

/** All checks, in the order of the reference. Adding one is its file, its test, and one line here. */
export const checks: readonly Check[] = [
  supportEnding,
  clusterStatus,
  controlPlaneSubnetIps,
  clusterHealth,
  kubeletVersionSkew,
  nodegroupHealth,
  amazonLinux2,
  addonVersionUnsupported,
  addonVersionBehind,
  kubeProxyVersionSkew,
  replicasMinimum,
  pdbBlocksDrain,
];
