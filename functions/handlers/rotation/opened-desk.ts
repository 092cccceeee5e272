import type { RotationDesk } from '../../rotation/ports.ts';
import { rotationDesk } from '../../wiring/rotation-store.ts';
import { readNotifyEnvironment } from '../notify/environment.ts';
import { readStoreEnvironment } from './environment.ts';

let desk: RotationDesk | undefined;

/** What a function that enters no account has at hand. A module of its own: such a function carries neither the clients of EKS nor that of
 *  Kubernetes. */
export function openedDesk(): RotationDesk {
  desk ??= rotationDesk({ ...readStoreEnvironment(), ...readNotifyEnvironment() });
  return desk;
}
