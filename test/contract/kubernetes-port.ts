import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { KubernetesPort } from '../../functions/inventory/ports.ts';
import * as world from './fixture.ts';
import { all, type MakePort, using } from './port-under-test.ts';

const page = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

/** What every KubernetesPort does, over the world of fixture.ts. */
export function describeKubernetesPort(name: string, makePort: MakePort<KubernetesPort>): void {
  describe(`KubernetesPort of ${name}`, () => {
    it('gets one path', () =>
      using(makePort, {}, async ({ port, requests, bytes }) => {
        expect(await port.get('/version')).toMatchObject(world.kubernetesVersion);
        expect(requests()).toBe(1);
        expect(bytes()).toBeGreaterThan(10);
      }));

    it('gets one object of a namespace', () =>
      using(makePort, {}, async ({ port }) => {
        expect(await port.get('/apis/apps/v1/namespaces/shop/deployments/web')).toMatchObject(world.deployment);
      }));

    it('lists in pages of the size asked for, each object once', () =>
      using(makePort, {}, async ({ port, requests }) => {
        const pages = z.array(page).parse(await all(port.list('/api/v1/nodes', { limit: world.limit })));
        expect(pages.map(({ items }) => items.map(({ metadata }) => metadata.name))).toEqual([
          ['node-a', 'node-b'],
          ['node-c', 'node-d'],
          ['node-e'],
        ]);
        expect(requests()).toBe(3);
      }));

    it('asks for a page only when it is wanted', () =>
      using(makePort, {}, async ({ port, requests }) => {
        for await (const _page of port.list('/api/v1/nodes', { limit: world.limit })) break;
        expect(requests()).toBe(1);
      }));

    it('lists whole objects, or their metadata alone', () =>
      using(makePort, {}, async ({ port }) => {
        const path = '/apis/apps/v1/replicasets';
        const [whole] = await all(port.list(path, { limit: 10 }));
        expect(whole).toMatchObject({ items: world.replicaSets });
        const [trimmed] = z.array(page).parse(await all(port.list(path, { limit: 10, metadataOnly: true })));
        expect(trimmed?.items).toHaveLength(2);
        expect(JSON.stringify(await all(port.list(path, { limit: 10, metadataOnly: true })))).not.toContain('spec');
      }));

    it('says NotFound, and of which path, where there is none', () =>
      using(makePort, {}, async ({ port }) => {
        await expect(all(port.list('/apis/karpenter.sh/v1/nodepools', { limit: 10 }))).rejects.toMatchObject({
          code: 'NotFound',
          message: expect.stringContaining('/apis/karpenter.sh/v1/nodepools'),
        });
        await expect(port.get('/apis/apps/v1/namespaces/shop/deployments/gone')).rejects.toMatchObject({ code: 'NotFound' });
      }));

    it('says Forbidden where the caller may not', () =>
      using(makePort, { fault: 'denied' }, async ({ port }) => {
        await expect(all(port.list('/api/v1/nodes', { limit: 10 }))).rejects.toMatchObject({ code: 'Forbidden' });
      }));
  });
}
