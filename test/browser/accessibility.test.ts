import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { clusterHtml } from '../../functions/report/html/cluster-html.ts';
import { ownerFragment } from '../../functions/report/html/owners.ts';
import { clusterFragment } from '../../functions/report/html/place.ts';
import { runHtml } from '../../functions/report/html/run-html.ts';
import { compress, fullReport, reportOf } from '../report/html/fleets.ts';
import { createRun } from '../report/text/builders.ts';
import { withBrowser } from './browser.ts';
import { demoRun } from './demo-run.ts';

declare const window: { readonly axe: { run(): Promise<AxeResults> } };

const open = withBrowser();
const run = await demoRun();
const demo = runHtml(run, { compress });
const full = runHtml(createRun([fullReport(), reportOf('second')]), { compress });

const documents: readonly (readonly [name: string, html: string, hash: string])[] = [
  ['the fleet', demo, ''],
  ['a fleet with everything', full, ''],
  ['a cluster', full, clusterFragment(fullReport().cluster)],
  [
    'a cluster that nobody knows much of',
    demo,
    clusterFragment((run.clusters.find(({ verdict }) => verdict === 'CANNOT_DETERMINE') ?? fullReport()).cluster),
  ],
  ['owners', full, '#/owners'],
  ['an owner', full, ownerFragment('team-payments')],
  ['everything', full, '#/everything'],
  ['a run of one cluster', runHtml(createRun([fullReport()]), { compress }), ''],
  ['the page of a cluster', clusterHtml(fullReport()), ''],
];
const readers = [
  { width: 1280, scheme: 'light' },
  { width: 390, scheme: 'dark' },
  { width: 1280, scheme: 'dark' },
  { width: 390, scheme: 'light' },
] as const;

/** What axe finds that keeps somebody from reading, with everything unfolded. */
async function obstaclesIn(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    for (const one of document.querySelectorAll('details')) one.open = true;
  });
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(({ html }) => html)
          .join(' ')}`,
    );
}

describe.each(documents)('%s', (_, report, hash) => {
  it.each(readers)('can be read by everybody, at $width pixels, $scheme', async ({ width, scheme }) => {
    const { page } = await open(report, { width, scheme, hash });
    expect(await obstaclesIn(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });

  it('has one heading of the first level, no level left out, a caption for each table, and each id once', async () => {
    const { page } = await open(report, { hash });
    const levels = await page.$$eval('h1,h2,h3,h4,h5,h6', (heads) =>
      heads.filter((head) => head.checkVisibility()).map(({ tagName }) => Number(tagName[1])),
    );
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0), `heading ${index}`).toBeLessThanOrEqual(1);
    expect(await page.$$eval('table', (tables) => tables.filter((one) => !one.caption?.textContent).length)).toBe(0);
    const ids = await page.$$eval('[id]', (all) => all.map(({ id }) => id));
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});
