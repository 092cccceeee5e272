import type { NetworkPolicy } from '../inventory/evidence/kubernetes-network-policies.ts';
import type { Service } from '../inventory/evidence/kubernetes-services.ts';
import { formatVersion } from '../versions/kubernetes-version.ts';
import { type IpDefect, type IpVerdict, judgeCidr, judgeIp } from '../workloads/canonical-ip.ts';
import { aboutWorkload, forKubectl, inWords } from './about-workload.ts';
import { type Doubt, defineCheck } from './define-check.ts';
import { count, someOf } from './phrases.ts';
import { hopOfChange, workloadChanges } from './workload-changes.ts';

const { onByDefaultIn } = workloadChanges.strictIpValidation;
const version = formatVersion(onByDefaultIn);

const words: Readonly<Record<IpDefect, string>> = {
  'leading-zeros': 'leading zeros',
  'ipv4-mapped': 'IPv4-mapped IPv6',
  'host-bits': 'bits beyond the prefix',
};

/** One value of an object, with its path. */
interface Field {
  readonly path: string;
  readonly value: string;
  readonly verdict: IpVerdict | undefined;
}

/** Addresses that a stricter API server refuses. What is stored stays: only a value that is new to its object is refused, so it is
 *  the next deployment, or a restore from manifests, that fails.
 *  @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4858-ip-cidr-validation */
export const nonCanonicalIp = defineCheck({
  id: 'non-canonical-ip',
  title: 'IP addresses that strict validation refuses',
  scope: 'now',
  against: 'each-hop',
  needs: [],
  completedBy: ['kubernetes.services', 'kubernetes.networkPolicies'],
  uses: ['eks.addons'],
  explanation: {
    rule:
      `From Kubernetes ${version} on, the control plane or the target, a recommended finding for each Service (clusterIPs, externalIPs, loadBalancerSourceRanges) and ` +
      'NetworkPolicy (cidr and except of its ipBlocks) with an IPv4 octet or a prefix length with leading zeros, an IPv4-mapped IPv6 address, or bits set beyond the ' +
      'prefix of a CIDR value: refused on create, and on update where the value is new. loadBalancerIP is not validated and not judged; IPv6 that is merely not shortened is taken. ' +
      'An object of an EKS add-on gives info: AWS manages it.',
    sources: [
      'https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4858-ip-cidr-validation',
      'https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/util/validation/ip.go',
    ],
  },
  documentation: 'https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4858-ip-cidr-validation',
  run: ({ identity, addons, controlPlane, target, services, networkPolicies }) => {
    const hop = hopOfChange(onByDefaultIn, { controlPlane, target });
    if (hop === undefined) return { findings: [], notApplicable: true };
    const objects = [
      ...(services ?? []).map((service) => ({ ...subjectOf('Service', service), fields: fieldsOfService(service) })),
      ...(networkPolicies ?? []).map((policy) => ({ ...subjectOf('NetworkPolicy', policy), fields: fieldsOfPolicy(policy) })),
    ];
    const findings = objects.flatMap(({ fields, ...subject }) => {
      const refused = fields.flatMap(({ path, value, verdict }) =>
        verdict?.defect ? [{ path, value, defect: verdict.defect, instead: [...verdict.instead] }] : [],
      );
      if (refused.length === 0) return [];
      const named = refused.map(({ path, value, defect }) => `${path} ${value}: ${words[defect]}`);
      const instead = refused.map(({ value, instead: forms }) => `${forms.join(' or ')} for ${value}`);
      return aboutWorkload(
        subject,
        {
          severity: 'recommended',
          hop,
          message: `${inWords(subject)} has ${count(refused.length, 'IP value')} that Kubernetes ${version} refuses on create or update (${someOf(named)})`,
          facts: { fields: refused, refusedFrom: version },
          remediation: `kubectl get ${forKubectl(subject)} -o yaml, then write ${someOf(instead)} in its manifest`,
          addonRemedy: 'update the add-on',
        },
        { identity, addons },
      );
    });
    return { findings, unknown: objects.flatMap(({ fields, ...subject }) => doubts(subject, fields)) };
  },
});

function subjectOf(kind: 'Service' | 'NetworkPolicy', { metadata: { name, namespace, labels } }: Service | NetworkPolicy) {
  return { kind, namespace: namespace ?? 'default', name, labels: labels ?? {} };
}

function ip(path: string, value: string): Field {
  return { path, value, verdict: judgeIp(value) };
}

function cidr(path: string, value: string): Field {
  return { path, value, verdict: judgeCidr(value) };
}

/** `clusterIP` is the first of `clusterIPs`, which an old API server did not have; `None` is a headless Service. Source ranges may be
 *  padded with spaces, by an accident that the API keeps. */
function fieldsOfService({ spec }: Service): Field[] {
  const { clusterIP, clusterIPs, externalIPs, loadBalancerSourceRanges } = spec ?? {};
  const listed = (clusterIPs ?? []).map((value, index) => [`spec.clusterIPs[${index}]`, value] as const);
  const all = listed.length === 0 && clusterIP ? [['spec.clusterIP', clusterIP] as const] : listed;
  return [
    ...all.filter(([, value]) => value !== 'None' && value !== '').map(([path, value]) => ip(path, value)),
    ...(externalIPs ?? []).map((value, index) => ip(`spec.externalIPs[${index}]`, value)),
    ...(loadBalancerSourceRanges ?? []).map((value, index) => cidr(`spec.loadBalancerSourceRanges[${index}]`, value.trim())),
  ];
}

function fieldsOfPolicy({ spec }: NetworkPolicy): Field[] {
  const rules = [
    ...(spec?.ingress ?? []).map(({ from }, index) => ({ path: `spec.ingress[${index}].from`, peers: from })),
    ...(spec?.egress ?? []).map(({ to }, index) => ({ path: `spec.egress[${index}].to`, peers: to })),
  ];
  return rules.flatMap(({ path, peers }) =>
    (peers ?? []).flatMap(({ ipBlock }, index) => {
      const block = `${path}[${index}].ipBlock`;
      if (!ipBlock) return [];
      return [cidr(`${block}.cidr`, ipBlock.cidr), ...(ipBlock.except ?? []).map((value, at) => cidr(`${block}.except[${at}]`, value))];
    }),
  );
}

function doubts(subject: ReturnType<typeof subjectOf>, fields: readonly Field[]): Doubt[] {
  const evidence = subject.kind === 'Service' ? 'kubernetes.services' : 'kubernetes.networkPolicies';
  return fields
    .filter(({ verdict }) => verdict === undefined)
    .map(({ path, value }) => ({ evidence, code: 'InvalidResponse', message: `${inWords(subject)}: ${path} ${value} is no IP address` }));
}
