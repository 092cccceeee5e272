import type { RotationOutside } from '../../rotation/ports.ts';
import { rotationOutside } from '../../wiring/rotation.ts';
import { readNotifyEnvironment } from '../notify/environment.ts';
import { readStoreEnvironment } from './environment.ts';

let outside: RotationOutside | undefined;

/** What a step has at hand, opened at the first invocation and kept for the next ones. */
export function openedOutside(): RotationOutside {
  outside ??= rotationOutside({ ...readStoreEnvironment(), ...readNotifyEnvironment() });
  return outside;
}
