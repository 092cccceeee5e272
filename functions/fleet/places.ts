import { byCodeUnit } from '../analysis/order.ts';

interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly name?: string;
}

/** Account, region, name, by code unit. */
export function comparePlaces(a: Place, b: Place): number {
  return byCodeUnit(a.accountId, b.accountId) || byCodeUnit(a.region, b.region) || byCodeUnit(a.name ?? '', b.name ?? '');
}

/** Account, region and name in one text, by which clusters are looked up. */
export function placeId({ accountId, region, name }: Required<Place>): string {
  return `${accountId}/${region}/${name}`;
}
