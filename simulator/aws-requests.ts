import { CollectionError } from '../functions/inventory/error-codes.ts';
import type { Filter } from '../functions/inventory/ports.ts';
import { pagesOf, type Wire } from './wire.ts';
import { denialOf, type Place, type World } from './world.ts';

/** The API of one service of AWS in an account and region of the world, which refuses everything where the place cannot be read.
 *  @param service as IAM calls it, e.g. `ec2` */
export function awsRequests(world: World, place: Place, wire: Wire, service: string) {
  const request = (operation: string, respond: () => unknown): Promise<unknown> =>
    wire.request(service, `${service}:${operation}`, () => {
      const denial = denialOf(world, place);
      if (denial) throw new CollectionError(denial.code, denial.message);
      return respond();
    });
  const list = <T>(operation: string, field: string, size: number, items: () => readonly T[]): AsyncIterable<unknown> =>
    pagesOf({ items, size, request: (respond) => request(operation, respond), answer: (page) => ({ [field]: page }) });
  return { request, list };
}

/** What exists, or the error of what does not. */
export function named<T>(what: string, found: T | undefined): T {
  if (found === undefined) throw new CollectionError('NotFound', `No ${what} found (ResourceNotFoundException)`);
  return found;
}

/** Whether filters, of which each must match, let something through. Values are exact.
 *  @param valuesOf what it has under the name of a filter; nothing for a filter that is not simulated, which then matches nothing */
export function matchesFilters(filters: readonly Filter[], valuesOf: (name: string) => readonly (string | null | undefined)[]): boolean {
  return filters.every(({ Name, Values }) => valuesOf(Name).some((value) => typeof value === 'string' && Values.includes(value)));
}
