import type { Service } from '../inventory/evidence/kubernetes-services.ts';
import { formatVersion } from '../versions/kubernetes-version.ts';
import { aboutWorkload, inWords, patchCommand } from './about-workload.ts';
import { defineCheck } from './define-check.ts';
import { count, someOf } from './phrases.ts';
import { hopOfChange, workloadChanges } from './workload-changes.ts';

const { deprecatedIn, offByDefaultIn, removedIn } = workloadChanges.serviceExternalIps;
const [deprecated, offByDefault, removed] = [deprecatedIn, offByDefaultIn, removedIn].map(formatVersion);

/** Services that answer on addresses of their own choosing, which kube-proxy will stop to do.
 *  @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/5707-deprecate-service-externalips */
export const serviceExternalIps = defineCheck({
  id: 'service-external-ips',
  title: 'externalIPs of Services',
  scope: 'now',
  against: 'each-hop',
  needs: ['kubernetes.services'],
  uses: ['eks.addons'],
  explanation: {
    rule:
      `From Kubernetes ${deprecated} on, the control plane or the target, a recommended finding for each Service with spec.externalIPs: deprecated there, ` +
      `off by default in kube-proxy in ${offByDefault} and removed in ${removed} as planned by KEP-5707. Headless and ExternalName Services are left out: the field is ignored. ` +
      'A Service of an EKS add-on gives info: AWS manages it.',
    sources: ['https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/5707-deprecate-service-externalips'],
    elsewhere: 'AX',
  },
  documentation: 'https://kubernetes.io/docs/concepts/services-networking/service/#external-ips',
  run: ({ identity, addons, controlPlane, target, services }) => {
    const hop = hopOfChange(deprecatedIn, { controlPlane, target });
    if (hop === undefined) return { findings: [], notApplicable: true };
    return services.flatMap((service) => {
      const externalIps = service.spec?.externalIPs ?? [];
      if (externalIps.length === 0 || isIgnored(service)) return [];
      const { name, namespace, labels } = service.metadata;
      const subject = { kind: 'Service', namespace: namespace ?? 'default', name, labels: labels ?? {} };
      return aboutWorkload(
        subject,
        {
          severity: 'recommended',
          hop,
          message: `${inWords(subject)} has ${count(externalIps.length, 'external IP')} (${someOf(externalIps)}): deprecated in Kubernetes ${deprecated}, planned to be off by default in ${offByDefault} and removed in ${removed}`,
          facts: {
            externalIPs: externalIps,
            type: service.spec?.type ?? null,
            deprecatedIn: deprecated ?? null,
            offByDefaultIn: offByDefault ?? null,
            removedIn: removed ?? null,
          },
          remediation: `Expose it by a load balancer, an Ingress or a Gateway, then ${patchCommand(subject, { spec: { externalIPs: null } })}`,
          addonRemedy: 'update the add-on',
        },
        { identity, addons },
      );
    });
  },
});

/** As the warnings of the API server leave them out.
 *  @see https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/api/service/warnings.go GetWarningsForService */
function isIgnored({ spec }: Service): boolean {
  const isHeadless = (spec?.type ?? 'ClusterIP') === 'ClusterIP' && spec?.clusterIP === 'None';
  return isHeadless || spec?.type === 'ExternalName';
}
