import { setTimeout as sleep } from 'node:timers/promises';
import type { RotationInput } from '../../../functions/rotation/input.ts';
import type { RotationRecord } from '../../../functions/rotation/record.ts';
import type { RotationDeployment, StartedRotation } from '../../../functions/wiring/rotation-console.ts';
import { openStore } from '../../../functions/wiring/stores.ts';
import type { Terminal } from '../terminal.ts';
import { follow } from './follow.ts';
import type { PlaceOptions } from './options.ts';
import { openScreen, type Screen } from './screen.ts';

export interface FollowOptions extends PlaceOptions {
  /** Seconds between two looks. */
  readonly every?: number;
  /** Nothing but a progress line. */
  readonly quiet?: boolean;
  /** Standard output is for JSON: lines go to standard error. */
  readonly format?: 'text' | 'json';
}

const usualSeconds = 5;

/** Starts a rotation in the deployment.
 *  @throws CollectionError */
export async function start(input: RotationInput, deployment: RotationDeployment): Promise<StartedRotation> {
  const { startRotationExecution } = await import('../../../functions/wiring/rotation-console.ts');
  return startRotationExecution(deployment, input);
}

/** Shows a rotation of the deployment until its end.
 *  @throws CommandFailure when its execution ended before there was a record: its input was wrong, or the machine may not do something */
export async function followStarted(
  started: StartedRotation,
  deployment: RotationDeployment,
  options: FollowOptions,
  terminal: Terminal,
): Promise<RotationRecord> {
  const { executionOf } = await import('../../../functions/wiring/rotation-console.ts');
  const { rotationId, executionArn } = started;
  const location = options.store ?? `s3://${deployment.bucket}`;
  return follow({
    store: openStore(location, { profile: options.profile, region: deployment.region }),
    rotationId,
    terminal,
    screen: screenFor(options, terminal),
    clock: () => new Date(),
    pause: () => sleep((options.every ?? usualSeconds) * 1000),
    whyNone: async () => {
      const { status, error, cause } = await executionOf(deployment, executionArn);
      return status === 'RUNNING' ? undefined : `${rotationId} did not begin: its execution ended ${status}: ${error}: ${cause}`;
    },
  });
}

export async function startAndFollow(
  input: RotationInput,
  deployment: RotationDeployment,
  options: FollowOptions,
  terminal: Terminal,
): Promise<RotationRecord> {
  const started = await start(input, deployment);
  return followStarted(started, deployment, options, terminal);
}

function screenFor({ quiet, format }: FollowOptions, terminal: Terminal): Screen {
  if (quiet) return { show: async (_frame, lines) => terminal.progress(lines.at(-1) ?? '') };
  if (format === 'json') return { show: async (_frame, lines) => lines.forEach((line) => void terminal.note(line)) };
  return openScreen(terminal);
}
