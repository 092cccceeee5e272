import type { RotationDesk } from '../../rotation/ports.ts';
import { abandonedRotations } from '../../rotation/sweep.ts';
import { revertStarter } from '../../wiring/watchdog.ts';
import { readStoreEnvironment, readWatchdogEnvironment } from './environment.ts';
import { openedDesk } from './opened-desk.ts';
import { logger } from './telemetry.ts';

/** Every quarter of an hour: starts the revert of rotations that nobody looks after any more. */
export async function sweep(
  desk: RotationDesk,
  startRevert: (rotationId: string) => Promise<void>,
): Promise<{ readonly started: readonly string[] }> {
  const abandoned = await abandonedRotations(desk);
  for (const rotationId of abandoned) await startRevert(rotationId);
  logger.info('rotations swept', { started: abandoned });
  return { started: abandoned };
}

export const handler = () => {
  const { revertStateMachineArn } = readWatchdogEnvironment();
  return sweep(openedDesk(), revertStarter({ stateMachineArn: revertStateMachineArn, region: readStoreEnvironment().region }));
};
