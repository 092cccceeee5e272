import type { NotificationPorts } from '../notifications/ports.ts';
import { tellRotation } from '../notifications/rotation/tell.ts';
import { readLease } from '../rotation/lease.ts';
import type { RotationNotice, RotationOutside } from '../rotation/ports.ts';
import { keys } from '../store/layout.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { consoleLink } from './console-link.ts';
import { executionLink } from './execution-link.ts';

export interface RotationNoticesOptions {
  readonly ports: NotificationPorts;
  readonly store: ObjectStore;
  readonly clock: () => Date;
  /** The bucket of the store, and its region. */
  readonly bucket: string;
  readonly region: string;
}

/** `tell` of a rotation's outside: alerts, chat and Slack for what people must hear, the event bus for phases and ends. */
export function rotationNotices({ ports, store, clock, bucket, region }: RotationNoticesOptions): RotationOutside['tell'] {
  const linkTo = (key: string) => consoleLink(region, bucket, key);
  /** The execution that is at it, while the rotation holds the lease; its record before and after. */
  const placeOf = async ({ cluster, rotationId }: RotationNotice): Promise<string> => {
    const lease = await readLease({ store, cluster });
    const execution = lease?.owner === rotationId ? lease.execution : null;
    return execution === null ? linkTo(keys.rotationRecord(cluster, rotationId)) : executionLink(execution);
  };
  return async (notice) => {
    const news = {
      ...notice,
      reportLink: notice.reportKey === null ? null : linkTo(notice.reportKey),
      consoleLink: await placeOf(notice),
      store: `s3://${bucket}`,
    };
    await tellRotation({ news, store, ports, now: clock() });
  };
}
