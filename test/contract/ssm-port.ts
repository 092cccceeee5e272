import { describe, expect, it } from 'vitest';
import type { SsmPort } from '../../functions/inventory/ports.ts';
import * as world from './fixture.ts';
import { type MakePort, using } from './port-under-test.ts';

/** What every SsmPort does, over the world of fixture.ts. */
export function describeSsmPort(name: string, makePort: MakePort<SsmPort>): void {
  describe(`SsmPort of ${name}`, () => {
    it('gives the parameters that exist, and names the others', () =>
      using(makePort, {}, async ({ port, requests, bytes }) => {
        const [linux, windows, bottlerocket] = world.parameterNames;
        expect(await port.getParameters({ Names: world.parameterNames })).toMatchObject({
          Parameters: [
            { Name: linux, Value: '1.34.2-20261115' },
            { Name: windows, Value: expect.stringContaining('"release_version":"1.34-2026.11.10"') },
          ],
          InvalidParameters: [bottlerocket],
        });
        expect(requests()).toBe(1);
        expect(bytes()).toBeGreaterThan(100);
      }));

    it('says AccessDenied where the caller may not', () =>
      using(makePort, { fault: 'denied' }, async ({ port }) => {
        await expect(port.getParameters({ Names: world.parameterNames })).rejects.toMatchObject({ code: 'AccessDenied' });
      }));
  });
}
