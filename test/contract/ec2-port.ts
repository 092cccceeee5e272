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

    it('describes launch templates by name, and leaves out those that do not exist', () =>
      using(makePort, {}, async ({ port }) => {
        const Filters = [{ Name: 'launch-template-name', Values: ['green-template', 'gone-template'] }];
        expect(await all(port.describeLaunchTemplates({ Filters }))).toMatchObject([{ LaunchTemplates: [world.launchTemplates[1]] }]);
      }));

    it('describes launch templates by id in pages, and is NotFound for all if one does not exist', () =>
      using(makePort, {}, async ({ port }) => {
        expect(await all(port.describeLaunchTemplates({ LaunchTemplateIds: ['lt-blue', 'lt-green', 'lt-other'] }))).toMatchObject([
          { LaunchTemplates: world.launchTemplates.slice(0, 2) },
          { LaunchTemplates: world.launchTemplates.slice(2) },
        ]);
        await expect(all(port.describeLaunchTemplates({ LaunchTemplateIds: ['lt-blue', 'lt-0'] }))).rejects.toMatchObject({
          code: 'NotFound',
          message: expect.stringContaining('lt-0'),
        });
      }));

    it('describes running instances and volumes of some types in pages', () =>
      using(makePort, {}, async ({ port }) => {
        const running = { Filters: [{ Name: 'instance-state-name', Values: ['running'] }] };
        expect(await all(port.describeInstances(running))).toMatchObject([
          { Reservations: world.instances.slice(0, 2).map((instance) => ({ Instances: [instance] })) },
          { Reservations: [{ Instances: [world.instances[2]] }] },
        ]);
        const gp3 = { Filters: [{ Name: 'volume-type', Values: ['gp3'] }] };
        expect(await all(port.describeVolumes(gp3))).toMatchObject([{ Volumes: [world.volumes[1]] }]);
      }));

    it('says AccessDenied where the caller may not', () =>
      using(makePort, { fault: 'denied' }, async ({ port }) => {
        await expect(all(port.describeLaunchTemplates({ LaunchTemplateIds: ['lt-blue'] }))).rejects.toMatchObject({ code: 'AccessDenied' });
        await expect(all(port.describeInstances({ Filters: [] }))).rejects.toMatchObject({ code: 'AccessDenied' });
        await expect(all(port.describeVolumes({ Filters: [] }))).rejects.toMatchObject({ code: 'AccessDenied' });
        await expect(all(port.describeSubnets(filtered('subnet-0a')))).rejects.toMatchObject({ code: 'AccessDenied' });
      }));
  });
}
