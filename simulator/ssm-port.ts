import type { Nodegroup } from '../functions/inventory/evidence/eks-nodegroups.ts';
import { amiParameter } from '../functions/inventory/evidence/ssm-ami-release-versions.ts';
import type { SsmPort } from '../functions/inventory/ports.ts';
import { amiReleasesOf } from './aws-defaults.ts';
import { awsRequests } from './aws-requests.ts';
import type { Wire } from './wire.ts';
import { type Place, regionOf, type World } from './world.ts';

/** The public parameters of the AMIs for EKS in a region of the world.
 *  @param nodegroups of the cluster that asks: its own releases are the newest where the region does not say otherwise */
export function simulatedSsm(world: World, place: Place, nodegroups: readonly Nodegroup[], wire: Wire): SsmPort {
  const { request } = awsRequests(world, place, wire, 'ssm');
  return {
    getParameters: ({ Names }) =>
      request('GetParameters', () => {
        const values = new Map(
          amiReleasesOf(regionOf(world, place), nodegroups).map(({ amiType, kubernetesVersion, releaseVersion }) => [
            amiParameter(amiType, kubernetesVersion),
            amiType.startsWith('WINDOWS') ? JSON.stringify({ release_version: releaseVersion }) : releaseVersion,
          ]),
        );
        return {
          Parameters: Names.flatMap((Name) => (values.has(Name) ? [{ Name, Type: 'String', Value: values.get(Name) }] : [])),
          InvalidParameters: Names.filter((name) => !values.has(name)),
        };
      }),
  };
}
