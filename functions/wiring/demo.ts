import { demoNow } from '../../simulator/fleet/clock.ts';
import { demoFleet, demoTargets } from '../../simulator/fleet/demo-fleet.ts';
import { defaultConfiguration } from '../config/defaults.ts';
import type { Configuration } from '../config/schema.ts';

/** What the company of the demo has in its greenlight.yaml besides the defaults: extended support as the policy, the evidence that has to be
 *  asked for, and what the payments team has accepted of add-ons that EKS manages. */
export const demoConfiguration: Configuration = {
  ...defaultConfiguration,
  supportPolicy: 'EXTENDED',
  kubernetes: { ...defaultConfiguration.kubernetes, helmReleases: true, metrics: true },
  suppressions: [
    { check: 'min-ready-seconds', name: 'coredns' },
    { check: 'min-ready-seconds', name: 'ebs-csi-controller' },
    { check: 'readiness-probe', name: 'ebs-csi-controller' },
  ].map((accepted) => ({
    ...accepted,
    namespace: 'kube-system',
    cluster: 'payments-*',
    reason: 'EKS manages this add-on and does not let us set it',
    owner: 'team-payments',
    expires: '2027-05-01',
  })),
};

/** The demo fleet as a scan sees it. Clock and run id are fixed: the same report every time. */
export function demoScope() {
  return {
    targets: demoTargets,
    failedTargets: [],
    sources: demoFleet(),
    configuration: demoConfiguration,
    clock: () => demoNow,
    suffix: 'de000000',
  };
}
