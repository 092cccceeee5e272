import { openRunStore, type RunStore } from '../../wiring/run-store.ts';
import { readEnvironment } from './environment.ts';

let opened: RunStore | undefined;

/** The store of a function that enters no account, opened at the first invocation. A module of its own: such a function carries neither
 *  the clients of EKS nor that of Kubernetes. */
export function openedStore(): RunStore {
  opened ??= openRunStore(readEnvironment());
  return opened;
}
