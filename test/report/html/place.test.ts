import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routeOf } from '../../../functions/report/html/browser/route.ts';
import { ownerFragment } from '../../../functions/report/html/owners.ts';
import { clusterFragment, clusterPageLink, fleetPageLink } from '../../../functions/report/html/place.ts';
import { keys } from '../../../functions/store/layout.ts';

const cluster = { accountId: '111111111111', region: 'eu-west-1', name: 'payments' };
const text = fc.string({ unit: 'binary', minLength: 1 }).filter((one) => one.isWellFormed());
const place = fc.record({ accountId: fc.stringMatching(/^\d{12}$/), region: text, name: text });
const base = 'https://bucket/';

describe('where a cluster is shown', () => {
  it('reads as one would write it', () => {
    expect(clusterFragment(cluster)).toBe('#/111111111111/eu-west-1/payments');
    expect(clusterPageLink(cluster)).toBe('clusters/111111111111/eu-west-1/payments.html');
  });

  it('the page lies beside the JSON of the same cluster, whatever its name', () => {
    expect(clusterPageLink({ ...cluster, name: 'a.b c' })).toBe('clusters/111111111111/eu-west-1/a%252Eb%2520c.html');
    fc.assert(
      fc.property(place, (one) => {
        const link = new URL(clusterPageLink(one), `${base}runs/r/report.html`).pathname.slice(1);
        expect(decodeURIComponent(link)).toBe(keys.clusterReport('r', one).replace(/\.json$/, '.html'));
      }),
    );
  });

  it('the page of a cluster leads back to the fleet', () => {
    expect(new URL(fleetPageLink, new URL(clusterPageLink(cluster), `${base}runs/r/report.html`)).href).toBe(`${base}runs/r/report.html`);
  });

  it('the address of a section is read back as it was written', () => {
    fc.assert(
      fc.property(place, text, (one, owner) => {
        expect(routeOf(clusterFragment(one))).toEqual({
          view: 'cluster',
          place: [one.accountId, one.region, one.name],
          finding: undefined,
        });
        expect(routeOf(ownerFragment(owner))).toEqual({ view: 'owner', owner });
      }),
    );
  });

  it.each([
    ['', { view: 'fleet' }],
    ['#/', { view: 'fleet' }],
    ['#/owners', { view: 'owners' }],
    ['#/owners/', { view: 'owner', owner: '' }],
    ['#/everything', { view: 'everything' }],
    ['#/1/2', { view: 'fleet' }],
    ['#/1/2/%E0%A4%A', { view: 'cluster', place: ['1', '2', '%E0%A4%A'], finding: undefined }],
    ['#/1/2/3/abc', { view: 'cluster', place: ['1', '2', '3'], finding: 'abc' }],
    ['#coverage', undefined],
  ])('reads %j', (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
  });
});
