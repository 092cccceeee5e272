import { describe, expect, it } from 'vitest';
import type { EksPort } from '../../functions/inventory/ports.ts';
import * as world from './fixture.ts';
import { all, type MakePort, using } from './port-under-test.ts';

const payments = { clusterName: 'payments' };

/** What every EksPort does, over the world of fixture.ts. */
export function describeEksPort(name: string, makePort: MakePort<EksPort>): void {
  describe(`EksPort of ${name}`, () => {
    it('lists clusters in pages', () =>
      using(makePort, {}, async ({ port, requests }) => {
        expect(await all(port.listClusters())).toMatchObject([{ clusters: ['alpha', 'beta'] }, { clusters: ['payments'] }]);
        expect(requests()).toBe(2);
      }));

    it('asks for a page only when it is wanted', () =>
      using(makePort, {}, async ({ port, requests }) => {
        for await (const _page of port.listClusters()) break;
        expect(requests()).toBe(1);
      }));

    it('describes a cluster as EKS answers, with dates as ISO strings', () =>
      using(makePort, {}, async ({ port, bytes }) => {
        const answer = await port.describeCluster({ name: 'payments' });
        expect(answer).toMatchObject({ cluster: world.cluster });
        expect(answer).not.toHaveProperty('$metadata');
        expect(answer).toEqual(JSON.parse(JSON.stringify(answer)));
        expect(bytes()).toBeGreaterThan(100);
      }));

    it('lists and describes node groups, add-ons and Fargate profiles', () =>
      using(makePort, {}, async ({ port }) => {
        expect(await all(port.listNodegroups(payments))).toMatchObject([{ nodegroups: ['blue', 'green'] }]);
        expect(await port.describeNodegroup({ ...payments, nodegroupName: 'green' })).toMatchObject({ nodegroup: world.nodegroups[1] });
        expect(await all(port.listAddons(payments))).toMatchObject([{ addons: ['vpc-cni'] }]);
        expect(await port.describeAddon({ ...payments, addonName: 'vpc-cni' })).toMatchObject({ addon: world.addon });
        expect(await all(port.listFargateProfiles(payments))).toMatchObject([{ fargateProfileNames: ['batch'] }]);
        const profile = await port.describeFargateProfile({ ...payments, fargateProfileName: 'batch' });
        expect(profile).toMatchObject({ fargateProfile: world.fargateProfile });
      }));

    it('describes the catalogue in pages', () =>
      using(makePort, {}, async ({ port }) => {
        const [first, second] = [world.clusterVersions.slice(0, 2), world.clusterVersions.slice(2)];
        expect(await all(port.describeClusterVersions({ includeAll: true }))).toMatchObject([
          { clusterVersions: first },
          { clusterVersions: second },
        ]);
        expect(await all(port.describeAddonVersions({}))).toMatchObject([
          { addons: world.addonVersions.slice(0, 2) },
          { addons: world.addonVersions.slice(2) },
        ]);
      }));

    it('lists summaries of insights in pages, and describes one in full', () =>
      using(makePort, {}, async ({ port }) => {
        const [first, second] = await all(port.listInsights(payments));
        expect(first).toMatchObject({
          insights: world.insights.slice(0, 2).map(({ id, name, insightStatus }) => ({ id, name, insightStatus })),
        });
        expect(second).toMatchObject({ insights: [{ id: 'insight-3', lastRefreshTime: '2026-11-21T00:00:00.000Z' }] });
        expect(JSON.stringify([first, second])).not.toMatch(/recommendation|categorySpecificSummary/);
        expect(await port.describeInsight({ ...payments, id: 'insight-2' })).toMatchObject({ insight: world.insights[1] });
      }));

    it('lists the ids of updates in pages, a page only when it is wanted, and describes one', () =>
      using(makePort, {}, async ({ port, requests }) => {
        for await (const page of port.listUpdates({ name: 'payments' })) {
          expect(page).toMatchObject({ updateIds: ['update-0', 'update-1'] });
          break;
        }
        expect(requests()).toBe(1);
        expect(await all(port.listUpdates({ name: 'payments' }))).toMatchObject([{}, { updateIds: ['update-2'] }]);
        const answer = await port.describeUpdate({ name: 'payments', updateId: 'update-1' });
        expect(answer).toMatchObject({ update: world.updates[1] });
      }));

    it('says NotFound, and of what, where there is none', () =>
      using(makePort, {}, async ({ port }) => {
        await expect(port.describeCluster({ name: 'gone' })).rejects.toMatchObject({
          code: 'NotFound',
          message: expect.stringContaining('gone'),
        });
        await expect(port.describeNodegroup({ ...payments, nodegroupName: 'gone' })).rejects.toMatchObject({ code: 'NotFound' });
        await expect(all(port.listAddons({ clusterName: 'gone' }))).rejects.toMatchObject({ code: 'NotFound' });
        await expect(port.describeInsight({ ...payments, id: 'gone' })).rejects.toMatchObject({ code: 'NotFound' });
        await expect(port.describeUpdate({ name: 'payments', updateId: 'gone' })).rejects.toMatchObject({ code: 'NotFound' });
      }));

    it('says AccessDenied where the caller may not', () =>
      using(makePort, { fault: 'denied' }, async ({ port }) => {
        await expect(port.describeCluster({ name: 'payments' })).rejects.toMatchObject({ code: 'AccessDenied', name: 'AccessDenied' });
        await expect(all(port.listClusters())).rejects.toMatchObject({ code: 'AccessDenied' });
        await expect(all(port.listInsights(payments))).rejects.toMatchObject({ code: 'AccessDenied' });
        await expect(all(port.listUpdates({ name: 'payments' }))).rejects.toMatchObject({ code: 'AccessDenied' });
      }));
  });
}
