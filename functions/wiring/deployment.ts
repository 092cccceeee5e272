import { callerCredentials } from '../adapters/aws/credentials.ts';
import { stackOutputs } from '../adapters/aws/stack-outputs.ts';
import { type EndedExecution, runExecution } from '../adapters/aws/step-functions.ts';
import { configuredRegion } from '../adapters/aws/sts.ts';
import { CollectionError } from '../inventory/error-codes.ts';

/** The deployed product, and who asks for it. */
export interface DeploymentOptions {
  /** Name of the stack in the tooling account. */
  readonly stack: string;
  readonly profile?: string | undefined;
  /** @default what environment or profile configure */
  readonly region?: string | undefined;
  /** Milliseconds between two looks at an execution. @default 1000 */
  readonly pollMs?: number;
}

/** Starts the deployed fleet scan as its schedule does, and waits for its end.
 *  @throws CollectionError when the stack cannot be found, or the execution has not ended by the deadline */
export async function runFleetScan(input: unknown, deadline: AbortSignal, options: DeploymentOptions): Promise<EndedExecution> {
  const { stack, profile, pollMs } = options;
  const region = options.region ?? (await configuredRegion(profile));
  const credentials = callerCredentials(profile);
  const { FleetScanStateMachineArn: machine } = await stackOutputs(stack, { region, credentials });
  if (machine === undefined)
    throw new CollectionError(
      'NotFound',
      `stack ${stack} in ${region} has no output FleetScanStateMachineArn: is it the stack of the tooling account?`,
    );
  return runExecution(machine, input, deadline, { region, credentials, ...(pollMs === undefined ? {} : { pollMs }) });
}
