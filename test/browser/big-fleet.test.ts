import { describe, expect, it } from 'vitest';
import type { StoredRun } from '../../functions/fleet/run-report.ts';
import { clusterFragment } from '../../functions/report/html/place.ts';
import { runHtml } from '../../functions/report/html/run-html.ts';
import { bigFleet, compress, fullReport } from '../report/html/fleets.ts';
import { createRun } from '../report/text/builders.ts';
import { isVisible, textOf, withBrowser } from './browser.ts';

const open = withBrowser();
const clusters = 1000;
const document = runHtml(bigFleet(clusters), { compress });

describe('a fleet of 1,000 clusters', () => {
  it('is at most 10 MB, and shows 200 clusters before it is asked for all', async () => {
    expect(Buffer.byteLength(document)).toBeLessThan(10_000_000);
    const started = performance.now();
    const { page, errors, requests } = await open(document);
    console.log(
      `${clusters} clusters: ${(Buffer.byteLength(document) / 1e6).toFixed(1)} MB, interactive after ${Math.round(performance.now() - started)} ms`,
    );
    const rows = () => page.$$eval('table.fleet tbody tr', ({ length }) => length);
    expect(await rows()).toBe(200);
    expect(await textOf(page, '[data-more]')).toBe('Show all 1,000');
    await page.click('[data-more] button');
    expect(await rows()).toBe(1000);
    expect(await isVisible(page, '[data-more]')).toBe(false);
    expect([errors, requests]).toEqual([[], []]);
  });

  it('opens any cluster, and links to the page that has the rest', async () => {
    const { page } = await open(document);
    await page.focus('table.fleet tbody a');
    await page.keyboard.press('Enter');
    await page.waitForSelector('article.cluster');
    expect(await page.$eval('article.cluster .note a', (link) => link.getAttribute('href'))).toMatch(
      /^clusters\/\d{12}\/[a-z0-9-]+\/cluster-[0-9a-f]{10}\.html$/,
    );
    expect(await page.$$eval('article.cluster .findings > li', ({ length }) => length)).toBe(60);
  });

  it('says without JavaScript where else to look', async () => {
    const { page } = await open(document, { javaScript: false });
    expect(await isVisible(page, '#clusters ~ .note')).toBe(true);
    expect(await textOf(page, '#clusters ~ .note')).toContain('This fleet has 1,000 clusters');
  });

  it('of which the run holds summaries leads to the page of a cluster, from the table and from an address', async () => {
    const { checks: _, findings: __, evidence: ___, ...rest } = fullReport();
    const run: StoredRun = {
      ...createRun([fullReport()]),
      clusters: [{ ...rest, counts: { required: 3, recommended: 2, info: 1 }, reportKey: 'k' }],
    };
    const { page, errors } = await open(runHtml(run, { compress }), { hash: clusterFragment(rest.cluster) });
    const link = 'clusters/111111111111/eu-west-1/payments.html';
    expect(await page.$eval('[data-view=cluster] a', (anchor) => anchor.getAttribute('href'))).toBe(link);
    expect(await page.$eval('table.fleet tbody a', (anchor) => anchor.getAttribute('href'))).toBe(link);
    expect(errors).toEqual([]);
  });
});
