import { compareVersions, type KubernetesVersion } from './kubernetes-version.ts';

/** Minors that a kubelet may be older than the API server. */
export const allowedKubeletSkew = 3;
/** The same of kubelets that were tested with no more. */
export const allowedSkewOfOldKubelets = 2;
const newSkewSince: KubernetesVersion = { major: 1, minor: 25 };

/** Minors that this kubelet may be older than the API server: two before 1.25, three from then on. It is never newer.
 *  @see https://kubernetes.io/releases/version-skew-policy/#kubelet */
export function kubeletSkewLimit(kubelet: KubernetesVersion): number {
  return compareVersions(kubelet, newSkewSince) < 0 ? allowedSkewOfOldKubelets : allowedKubeletSkew;
}
