import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { KubernetesPort } from '../../functions/inventory/ports.ts';
import * as world from './fixture.ts';
import { all, type MakePort, using } from './port-under-test.ts';

const page = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

/** What every port that reads an API server does, over the world of fixture.ts. */
export function describeKubernetesPort(name: string, makePort: MakePort<Pick<KubernetesPort, 'get' | 'list'>>): void {
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

    it.each([
      [{}, ['web.v1', 'web.v2', 'token', 'nightly.v1', 'password']],
      [{ labelSelector: 'owner=helm' }, ['web.v1', 'web.v2', 'token', 'nightly.v1']],
      [{ labelSelector: 'owner=helm,status=deployed' }, ['web.v2', 'token', 'nightly.v1']],
      [{ labelSelector: 'status!=deployed' }, ['web.v1', 'password']],
      [{ labelSelector: '!owner' }, ['password']],
      [{ labelSelector: 'owner' }, ['web.v1', 'web.v2', 'token', 'nightly.v1']],
      [{ labelSelector: 'owner=helm,status in (superseded,failed)' }, ['web.v1']],
      [{ fieldSelector: 'type=helm.sh/release.v1' }, ['web.v1', 'web.v2', 'nightly.v1']],
      [{ labelSelector: 'status=deployed', fieldSelector: 'type=helm.sh/release.v1' }, ['web.v2', 'nightly.v1']],
      [{ fieldSelector: 'type=none' }, []],
    ])('lists what %o selects, page by page', (selectors, names) =>
      using(makePort, {}, async ({ port, requests }) => {
        const pages = z.array(page).parse(await all(port.list('/api/v1/secrets', { limit: world.limit, ...selectors })));
        expect(pages.flatMap(({ items }) => items.map(({ metadata }) => metadata.name))).toEqual(names);
        expect(requests()).toBe(Math.max(1, Math.ceil(names.length / world.limit)));
      }),
    );

    it('lists one namespace', () =>
      using(makePort, {}, async ({ port }) => {
        const options = { limit: 10, labelSelector: 'owner=helm', metadataOnly: true };
        const [batch] = z.array(page).parse(await all(port.list('/api/v1/namespaces/batch/secrets', options)));
        expect(batch?.items.map(({ metadata }) => metadata.name)).toEqual(['nightly.v1']);
      }));
  });
}

/** What every port that reads texts does. */
export function describeKubernetesTexts(name: string, makePort: MakePort<Pick<KubernetesPort, 'lines'>>): void {
  describe(`KubernetesPort.lines of ${name}`, () => {
    it('gives the lines, empty ones too, none after the last line break', () =>
      using(makePort, {}, async ({ port, requests, bytes }) => {
        const lines = await all(port.lines('/metrics'));
        expect(lines).toEqual(['# HELP apiserver_requested_deprecated_apis größer', '', 'up 1\r', 'last 2']);
        expect(requests()).toBe(1);
        expect(bytes()).toBeGreaterThan(10);
      }));

    it('gives each line of a large text once, and the last one without a line break', () =>
      using(makePort, {}, async ({ port }) => {
        expect(`${(await all(port.lines('/large'))).join('\n')}`).toBe(world.texts['/large']);
      }));

    it('asks only when a line is wanted, and again each time', () =>
      using(makePort, {}, async ({ port, requests }) => {
        const unread = port.lines('/metrics');
        expect(requests()).toBe(0);
        for await (const _line of unread) break;
        await all(port.lines('/metrics'));
        expect(requests()).toBe(2);
      }));

    it('says NotFound, and of which path, where there is none', () =>
      using(makePort, {}, async ({ port }) => {
        await expect(all(port.lines('/none'))).rejects.toMatchObject({ code: 'NotFound', message: expect.stringContaining('/none') });
      }));

    it('says Forbidden where the caller may not', () =>
      using(makePort, { fault: 'denied' }, async ({ port }) => {
        await expect(all(port.lines('/metrics'))).rejects.toMatchObject({ code: 'Forbidden' });
      }));
  });
}
