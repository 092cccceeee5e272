import type { FailedPlace } from '../../../functions/access/ports.ts';
import type { Configuration } from '../../../functions/config/schema.ts';
import type { AccessScope } from '../../../functions/wiring/access.ts';
import { configurationFor } from '../configuration.ts';
import { CommandFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

/** Role through which accounts are entered, as the wiring takes it. */
export interface RoleOption {
  readonly name?: string | undefined;
  readonly arn?: string | undefined;
  readonly externalId?: string | undefined;
}

export interface ScopeOptions {
  readonly cluster?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly config?: string;
}

/** The cluster that was named, or the fleet of greenlight.yaml.
 *  @param roles how accounts are entered: `one` for a named cluster, `fleet` for all */
export async function accessScope(
  options: ScopeOptions,
  roles: (configuration: Configuration) => { readonly one: RoleOption | undefined; readonly fleet: RoleOption | undefined },
  terminal: Terminal,
): Promise<{ readonly scope: AccessScope; readonly configuration: Configuration }> {
  const { clusterAccess, fleetAccess } = await import('../../../functions/wiring/access.ts');
  const { configuration, file } = await configurationFor(options.config);
  const region = options.region ?? terminal.environment.region;
  const caller = { session: terminal.environment.user, profile: options.profile };
  const { one, fleet } = roles(configuration);
  if (options.cluster === undefined) {
    if (file === undefined) throw new CommandFailure('which clusters? Give --cluster NAME, or describe the fleet in greenlight.yaml');
    terminal.progress('finding the clusters');
    return { scope: await fleetAccess({ ...caller, region, configuration, role: fleet }), configuration };
  }
  if (region === undefined) throw new CommandFailure('no region: give --region, or set AWS_REGION');
  return { scope: await clusterAccess({ ...caller, cluster: options.cluster, region, role: one }), configuration };
}

/** Lines about accounts and regions in which not even the clusters are known. */
export function failedPlaceLines(failed: readonly FailedPlace[]): string[] {
  return failed.flatMap(({ accountId, region, code, message }) => [`${accountId} ${region}: ${code}`, `  ${message}`]);
}
