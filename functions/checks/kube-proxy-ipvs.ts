import { parse } from 'yaml';
import * as z from 'zod';
import { compareVersions, formatVersion } from '../versions/kubernetes-version.ts';
import { datedFacts, kubernetesMinor } from './dated-facts.ts';
import { type CheckOutcome, defineCheck } from './define-check.ts';
import ipvsFacts from './facts/kube-proxy-ipvs.json' with { type: 'json' };

const facts = datedFacts
  .extend({ kep: z.string(), warningFrom: kubernetesMinor, gateOffByDefault: kubernetesMinor, removedIn: kubernetesMinor })
  .parse(ipvsFacts);

/** The day on which the end of the mode ipvs was last read from its source. */
export const kubeProxyIpvsAsOf: string = facts.asOf;

const [warningFrom, gateOff, removed] = [facts.warningFrom, facts.gateOffByDefault, facts.removedIn].map(formatVersion);

/** `KubeProxyConfiguration`, as far as it says how Services are implemented. */
const configuration = z.object({ mode: z.string().nullish() });

/** All that there are or were; none stands for the default of the operating system. */
const modes: readonly string[] = ['', 'iptables', 'ipvs', 'nftables', 'userspace', 'kernelspace'];

/** The mode ipvs of kube-proxy is deprecated and goes in steps.
 *  @see https://github.com/kubernetes/enhancements/blob/master/keps/sig-network/5495-deprecate-ipvs-mode-in-kube-proxy/README.md */
export const kubeProxyIpvs = defineCheck({
  id: 'kube-proxy-ipvs',
  title: 'kube-proxy in mode ipvs',
  scope: 'now',
  against: 'each-hop',
  platform: true,
  needs: ['kubernetes.kubeProxyConfig'],
  explanation: {
    rule:
      'Mode ipvs in the configuration of kube-proxy (ConfigMap kube-system/kube-proxy-config) is recommended to leave from Kubernetes ' +
      `${warningFrom} on, where kube-proxy warns of it, and required from ${removed}, which removes it (${facts.kep}; ` +
      `its feature gate is off by default from ${gateOff}). It is not removed in 1.36, as other notes say. No ConfigMap: not ` +
      'applicable. A text that cannot be read, or a mode that is not known, is unknown. A flag --proxy-mode is not seen.',
    sources: [
      'https://github.com/kubernetes/enhancements/blob/master/keps/sig-network/5495-deprecate-ipvs-mode-in-kube-proxy/README.md',
      'https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-ipvs',
    ],
    elsewhere: 'K8S012',
  },
  documentation: 'https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-nftables',
  run: (context): CheckOutcome => {
    const { identity, kubeProxyConfig } = context;
    if (kubeProxyConfig === null) return { findings: [], notApplicable: true };
    const mode = modeOf(kubeProxyConfig);
    if ('unreadable' in mode) {
      const message = `ConfigMap kube-system/kube-proxy-config: ${mode.unreadable}`;
      return { findings: [], unknown: [{ evidence: 'kubernetes.kubeProxyConfig', code: 'InvalidResponse', message }] };
    }
    if (mode.mode !== 'ipvs') return { findings: [] };
    const { controlPlane, target } = context;
    const version = target ?? controlPlane;
    if (compareVersions(version, facts.warningFrom) < 0) return { findings: [] };
    const isRemoved = compareVersions(version, facts.removedIn) >= 0;
    const begins = isRemoved ? facts.removedIn : facts.warningFrom;
    const effect = isRemoved
      ? `Kubernetes ${removed} removed it: kube-proxy does not start`
      : `deprecated since ${warningFrom}, off by default from ${gateOff}, removed in ${removed} (${facts.kep})`;
    return {
      findings: [
        {
          severity: isRemoved ? 'required' : 'recommended',
          subject: { kind: 'ConfigMap', namespace: 'kube-system', name: 'kube-proxy-config' },
          hop: compareVersions(controlPlane, begins) >= 0 ? null : formatVersion(version),
          message: `kube-proxy runs in mode ipvs: ${effect}`,
          facts: {
            mode: mode.mode,
            kep: facts.kep,
            warningFrom: warningFrom ?? null,
            gateOffByDefault: gateOff ?? null,
            removedIn: removed ?? null,
          },
          remediation:
            `Move to iptables, or to nftables on kernel 5.13 or newer: aws eks update-addon --region ${identity.region} ` +
            `--cluster-name ${identity.name} --addon-name kube-proxy ` +
            `--configuration-values '{"mode":"iptables"}' --resolve-conflicts OVERWRITE, or without the add-on: kubectl edit ` +
            'configmap/kube-proxy-config -n kube-system',
        },
      ],
    };
  },
});

function modeOf(text: string): { readonly mode: string } | { readonly unreadable: string } {
  const read = readYaml(text);
  if ('unreadable' in read) return read;
  const parsed = configuration.safeParse(read.value);
  if (!parsed.success) return { unreadable: 'expected a KubeProxyConfiguration with a mode' };
  const mode = parsed.data.mode ?? '';
  return modes.includes(mode) ? { mode } : { unreadable: `mode ${JSON.stringify(mode)} is not known` };
}

function readYaml(text: string): { readonly value: unknown } | { readonly unreadable: string } {
  try {
    return { value: parse(text, { logLevel: 'error' }) };
  } catch {
    // What the parser says quotes the text, which is not ours to show.
    return { unreadable: 'it is not valid YAML' };
  }
}
