import { randomUUID } from 'node:crypto';
import { s3Store } from '../adapters/aws/s3-store.ts';
import type { RotationDesk } from '../rotation/ports.ts';
import { type NotificationPortsOptions, notificationPorts } from './notifications.ts';
import { rotationNotices } from './rotation-notices.ts';

export interface RotationStoreOptions extends NotificationPortsOptions {
  readonly bucket: string;
}

/** What the functions of a rotation have that enter no account: the bucket, the clock, and the ways to tell people. */
export function rotationDesk(options: RotationStoreOptions): RotationDesk {
  const { bucket, region } = options;
  const store = s3Store({ bucket, region });
  const clock = () => new Date();
  return {
    store,
    clock,
    randomId: () => randomUUID(),
    tell: rotationNotices({ ports: notificationPorts(options), store, clock, bucket, region }),
  };
}
