import type { Configuration } from '../../functions/config/schema.ts';

/** A filter policy on the message attribute `owner`: any one of the conditions suffices.
 *  @see https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html */
export type OwnerFilter = readonly (string | { readonly 'anything-but': readonly string[] } | { readonly exists: boolean })[];

/** What each mail address receives; undefined is everything. An owner with a route gets her own messages, the default route gets those of
 *  everybody else and what has no owner, such as alarms. SNS knows an address once per topic, so all it is named for is in one filter. */
export function mailFilters({ email, routes }: Configuration['notifications']): ReadonlyMap<string, OwnerFilter | undefined> {
  const addresses = new Set([...email, ...routes.flatMap((route) => route.email)]);
  const routed = routes.map(({ owner }) => owner);
  return new Map(
    [...addresses].map((address): [string, OwnerFilter | undefined] => {
      const own = routes.filter((route) => route.email.includes(address)).map(({ owner }) => owner);
      if (!email.includes(address)) return [address, own];
      const others = routed.filter((owner) => !own.includes(owner));
      return [address, others.length === 0 ? undefined : [{ 'anything-but': others }, { exists: false }]];
    }),
  );
}
