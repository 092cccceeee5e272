import { describe, expect, it } from 'vitest';
import type { AutoScalingPort } from '../../functions/inventory/ports.ts';
import * as world from './fixture.ts';
import { all, type MakePort, using } from './port-under-test.ts';

const tagged = (...keys: string[]) => ({ Filters: [{ Name: 'tag-key', Values: keys }] });

/** What every AutoScalingPort does, over the world of fixture.ts. */
export function describeAutoScalingPort(name: string, makePort: MakePort<AutoScalingPort>): void {
  describe(`AutoScalingPort of ${name}`, () => {
    it('describes in pages the groups that have one of the tags', () =>
      using(makePort, {}, async ({ port, requests, bytes }) => {
        const [a, b, c] = world.autoScalingGroups;
        const both = tagged('kubernetes.io/cluster/payments', 'k8s.io/cluster/payments');
        expect(await all(port.describeAutoScalingGroups(both))).toMatchObject([{ AutoScalingGroups: [a, b] }, { AutoScalingGroups: [c] }]);
        expect(requests()).toBe(2);
        expect(bytes()).toBeGreaterThan(100);
        expect(await all(port.describeAutoScalingGroups(tagged('k8s.io/cluster/payments')))).toMatchObject([{ AutoScalingGroups: [b] }]);
        expect(await all(port.describeAutoScalingGroups(tagged('gone')))).toMatchObject([{ AutoScalingGroups: [] }]);
      }));

    it('says AccessDenied where the caller may not', () =>
      using(makePort, { fault: 'denied' }, async ({ port }) => {
        await expect(all(port.describeAutoScalingGroups(tagged('any')))).rejects.toMatchObject({ code: 'AccessDenied' });
      }));
  });
}
