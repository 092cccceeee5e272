import type { Subnet } from '../inventory/evidence/ec2-subnets.ts';
import type { Doubt } from './define-check.ts';
import { someOf } from './phrases.ts';

/** Free IPv4 addresses of some subnets. */
export interface SubnetAddresses {
  /** Each once, sorted. */
  readonly subnetIds: readonly string[];
  /** Of all that could be read. */
  readonly available: number;
  /** By zone id, zones ascending. */
  readonly availableByZone: Readonly<Record<string, number>>;
  /** Named, and no answer of EC2. */
  readonly notFound: readonly string[];
  /** Answered without a zone or a count. */
  readonly unreadable: readonly string[];
}

/** @param ids of the subnets to count; one that is named twice counts once */
export function addressesOf(ids: Iterable<string>, subnets: readonly Subnet[]): SubnetAddresses {
  const subnetIds = [...new Set(ids)].sort();
  const byId = new Map(subnets.map((subnet) => [subnet.SubnetId, subnet]));
  const byZone = new Map<string, number>();
  const notFound: string[] = [];
  const unreadable: string[] = [];
  for (const id of subnetIds) {
    const subnet = byId.get(id);
    // The id is the same place in every account; names are shuffled per account.
    const zone = subnet?.AvailabilityZoneId || subnet?.AvailabilityZone;
    const free = subnet?.AvailableIpAddressCount;
    if (!subnet) notFound.push(id);
    else if (!zone || free == null) unreadable.push(id);
    else byZone.set(zone, (byZone.get(zone) ?? 0) + free);
  }
  return {
    subnetIds,
    available: [...byZone.values()].reduce((sum, free) => sum + free, 0),
    availableByZone: Object.fromEntries([...byZone].sort(([a], [b]) => (a < b ? -1 : 1))),
    notFound,
    unreadable,
  };
}

/** Whether every subnet was counted: without one of them the sum may be too small. */
export function allCounted({ notFound, unreadable }: SubnetAddresses): boolean {
  return notFound.length === 0 && unreadable.length === 0;
}

/** The subnets that were not counted.
 *  @param users who uses them: `which the node groups use` */
export function uncountedSubnets({ notFound, unreadable }: SubnetAddresses, users: string): Doubt[] {
  const doubts: Doubt[] = [];
  if (notFound.length > 0)
    doubts.push({ evidence: 'ec2.subnets', code: 'NotFound', message: `EC2 does not know ${someOf(notFound)}, ${users}` });
  if (unreadable.length > 0)
    doubts.push({
      evidence: 'ec2.subnets',
      code: 'InvalidResponse',
      message: `EC2 gives no zone or no number of free addresses for ${someOf(unreadable)}`,
    });
  return doubts;
}

/** `euw1-az1 has 5, euw1-az2 has 4` */
export function zonesText({ availableByZone }: SubnetAddresses): string {
  return Object.entries(availableByZone)
    .map(([zone, available]) => `${zone} has ${available}`)
    .join(', ');
}

/** What takes the addresses of the subnets. */
export function whatTakesThem({ subnetIds }: SubnetAddresses, region: string): string {
  return (
    `aws ec2 describe-network-interfaces --region ${region} --filters Name=subnet-id,Values=${subnetIds.join(',')} ` +
    "--query 'NetworkInterfaces[].[SubnetId,InterfaceType,Description]'"
  );
}
