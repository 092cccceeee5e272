import { describe, expect, it } from 'vitest';
import type { Ec2Port } from '../../functions/inventory/ports.ts';
import * as world from './fixture.ts';
import { all, type MakePort, using } from './port-under-test.ts';

const filtered = (...ids: string[]) => ({ Filters: [{ Name: 'subnet-id', Values: ids }] });

/** What every Ec2Port does, over the world of fixture.ts. */
export function describeEc2Port(name: string, makePort: MakePort<Ec2Port>): void {
  describe(`Ec2Port of ${name}`, () => {
    it('describes the subnets that a filter names, and leaves out those that do not exist', () =>
      using(makePort, {}, async ({ port, requests, bytes }) => {
        expect(await all(port.describeSubnets(filtered('subnet-0b', 'subnet-gone')))).toMatchObject([{ Subnets: [world.subnets[1]] }]);
        expect(requests()).toBe(1);
        expect(bytes()).toBeGreaterThan(20);
      }));

    it('says AccessDenied where the caller may not', () =>
      using(makePort, { fault: 'denied' }, async ({ port }) => {
        await expect(all(port.describeSubnets(filtered('subnet-0a')))).rejects.toMatchObject({ code: 'AccessDenied' });
      }));
  });
}
