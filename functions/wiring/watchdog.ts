import { startExecution } from '../adapters/aws/step-functions.ts';

/** Starts the revert of a rotation, as the sweep does. */
export function revertStarter(options: {
  readonly stateMachineArn: string;
  readonly region: string;
}): (rotationId: string) => Promise<void> {
  return async (rotationId) => {
    await startExecution(options.stateMachineArn, { rotationId }, { region: options.region });
  };
}
