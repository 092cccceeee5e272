import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../functions/analysis/verdict.ts';
import { severities } from '../../functions/checks/finding.ts';
import { clusterHtml } from '../../functions/report/html/cluster-html.ts';
import { ownerFragment } from '../../functions/report/html/owners.ts';
import { clusterFragment } from '../../functions/report/html/place.ts';
import { runHtml } from '../../functions/report/html/run-html.ts';
import { verdictLook } from '../../functions/report/html/words.ts';
import { createFinding } from '../analysis/builders.ts';
import { compress, fullReport, reportOf, unknownCheck } from '../report/html/fleets.ts';
import { createRun } from '../report/text/builders.ts';
import { goTo, isVisible, textOf, withBrowser } from './browser.ts';
import { demoRun } from './demo-run.ts';

const open = withBrowser();
const run = await demoRun();
const demo = runHtml(run, { compress });
const worst = run.clusters.find(({ verdict }) => verdict === 'NOT_READY') ?? fullReport();
const namesIn = (page: Awaited<ReturnType<typeof open>>['page']) =>
  page.$$eval('table.fleet tbody th a', (links) => links.map(({ textContent }) => textContent ?? ''));
const press = async (page: Awaited<ReturnType<typeof open>>['page'], selector: string, key: 'Enter' | 'Space') => {
  await page.focus(selector);
  await page.keyboard.press(key);
};

describe('the report in a browser', () => {
  it('asks for nothing and complains of nothing in any of its views', async () => {
    const { page, requests, errors } = await open(demo);
    await goTo(page, clusterFragment(worst.cluster), 'article.cluster');
    await goTo(page, '#/owners', '[data-view=owners] h2');
    await goTo(page, ownerFragment(null), '[data-view=owner] h2');
    await goTo(page, '#/everything', '.everything h2');
    await goTo(page, '#/', '#summary');
    expect(requests).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('could not ask for anything if it wanted to', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.setHeader('access-control-allow-origin', '*').end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
    const { page } = await open(demo);
    const ended = await page.evaluate(async (to) => {
      const image = new Promise((settle) => {
        const element = new Image();
        element.onerror = () => settle('refused');
        element.onload = () => settle('loaded');
        element.src = to;
      });
      const script = document.createElement('script');
      script.src = to;
      document.body.append(script);
      const fetched = fetch(to).then(
        () => 'sent',
        () => 'refused',
      );
      return [await image, await fetched];
    }, url);
    server.close();
    expect(ended).toEqual(['refused', 'refused']);
    expect(asked).toBe(0);
  });

  it('opens a cluster that an address names, and one of its findings', async () => {
    const finding = worst.findings.at(-1);
    const { page } = await open(demo, { hash: clusterFragment(worst.cluster) });
    expect(await textOf(page, '#cluster-name')).toContain(worst.cluster.name);
    expect(await page.title()).toContain(worst.cluster.name);
    expect(await isVisible(page, '#summary')).toBe(false);
    for (const { message } of worst.findings.slice(0, 3)) expect(await textOf(page, 'article.cluster')).toContain(message);
    await goTo(page, `${clusterFragment(worst.cluster)}/${finding?.id}`, `#f-${finding?.id}:focus`);
  });

  it('opens a cluster from the table by keyboard, and has the focus on its name', async () => {
    const { page } = await open(demo);
    const [first] = await namesIn(page);
    await press(page, 'table.fleet tbody th a', 'Enter');
    await page.waitForSelector('#cluster-name:focus');
    expect(await textOf(page, '#cluster-name')).toContain(first);
    await press(page, 'nav [data-nav=fleet]', 'Enter');
    await page.waitForSelector('#summary', { visible: true });
    expect(await page.$eval('[data-nav=fleet]', (link) => link.getAttribute('aria-current'))).toBe('page');
  });

  it('says so when the cluster of an address is not in it', async () => {
    const { page } = await open(demo, { hash: '#/111111111111/eu-west-1/no<b>such' });
    expect(await textOf(page, '[data-view=cluster]')).toContain('no<b>such in 111111111111 eu-west-1 is not in this report');
  });

  it('shows the overview at the place that an address names', async () => {
    const { page } = await open(demo, { hash: clusterFragment(worst.cluster) });
    await goTo(page, '#coverage', '#coverage');
    expect(await isVisible(page, 'article.cluster')).toBe(false);
  });

  it('shows findings by owner', async () => {
    const { page } = await open(runHtml(createRun([fullReport(), reportOf('second')]), { compress }), { hash: '#/owners' });
    await press(page, '[data-view=owners] tbody a', 'Enter');
    await page.waitForSelector('[data-view=owner] h2', { visible: true });
    const text = await textOf(page, '[data-view=owner]');
    expect(text).toContain('Findings of team-checkout');
    expect(text).toContain('2 nodes cannot be drained');
    expect(text).not.toContain('vpc-cni is wrong');
  });

  it('a run of one cluster has it in the overview, and its address leads there', async () => {
    const single = runHtml(createRun([fullReport()]), { compress });
    const { page } = await open(single, { hash: clusterFragment(fullReport().cluster) });
    expect(await page.$$eval('article.cluster', ({ length }) => length)).toBe(1);
    expect(await page.$eval('#cluster-name', (heading) => heading === document.activeElement)).toBe(true);
    await press(page, '[data-tick=all]', 'Enter');
    expect(await textOf(page, '[data-preview-result]')).toContain('READY.');
    await goTo(page, '#/111111111111/eu-west-1/other', '[data-view=cluster] h2');
    await goTo(page, '#/', '#cluster-name');
  });

  it('copies a command, or selects it where the clipboard is refused', async () => {
    const { page } = await open(clusterHtml(fullReport()));
    await press(page, '[data-copy]', 'Enter');
    await page.waitForFunction(() => /Copied|Selected/.test(document.querySelector('[data-copy]')?.textContent ?? ''));
  });

  it('says what is wrong when a part of the file is missing', async () => {
    const { page } = await open(demo.replace('id="block-0"', 'id="gone"'), {
      hash: clusterFragment(run.clusters[0]?.cluster ?? worst.cluster),
    });
    expect(await textOf(page, '[role=alert]')).toContain('this document has no data block-0: it is not complete');
  });
});

describe('the table of the fleet', () => {
  it('sorts by keyboard, and says how', async () => {
    const { page } = await open(demo);
    const sorted = run.clusters.map(({ cluster }) => cluster.name).sort();
    await press(page, '[data-sort=name]', 'Enter');
    expect(await namesIn(page)).toEqual(sorted);
    expect(
      await page.$$eval('th[aria-sort]', (heads) =>
        heads.map((head) => `${head.getAttribute('data-column')} ${head.getAttribute('aria-sort')}`),
      ),
    ).toEqual(['name ascending']);
    await press(page, '[data-sort=name]', 'Space');
    expect(await namesIn(page)).toEqual(sorted.toReversed());
    await press(page, '[data-sort=required]', 'Enter');
    expect(await page.$eval('[data-column=required]', (head) => head.getAttribute('aria-sort'))).toBe('descending');
  });

  it('filters by keyboard, counts what is left, and takes it back', async () => {
    const { page } = await open(demo);
    const shop = run.clusters.filter(({ cluster }) => cluster.name.includes('shop'));
    await page.focus('[data-filter=text]');
    await page.keyboard.type('shop');
    expect(new Set(await namesIn(page))).toEqual(new Set(shop.map(({ cluster }) => cluster.name)));
    expect(await textOf(page, '[data-matching]')).toBe(`${shop.length} of ${run.clusters.length} clusters`);
    await page.select('[data-filter=verdict]', 'NOT_READY');
    expect(await namesIn(page)).toHaveLength(shop.filter(({ verdict }) => verdict === 'NOT_READY').length);
    await press(page, '[data-clear]', 'Enter');
    expect(await namesIn(page)).toHaveLength(run.clusters.length);
  });

  it('shows the clusters of the verdict that is chosen above', async () => {
    const { page } = await open(demo);
    await press(page, '[data-show=CANNOT_DETERMINE]', 'Enter');
    expect(await namesIn(page)).toHaveLength(run.totals.verdicts.CANNOT_DETERMINE);
    expect(await page.$eval('[data-filter=verdict]', (select) => (select instanceof HTMLSelectElement ? select.value : ''))).toBe(
      'CANNOT_DETERMINE',
    );
  });
});

describe('the verdict preview', () => {
  const findings = severities.map((severity) => createFinding({ severity, message: `a ${severity} one` }));
  const checks = [unknownCheck('decides', true), unknownCheck('does-not', false)];
  const report = reportOf('preview', { findings, checks, verdict: verdictOf(findings, checks) });
  const items = [...findings.map(({ severity }) => ({ severity })), ...checks.map(({ essential }) => ({ essential }))];

  it.each([
    ['the page of a cluster', clusterHtml(report), ''],
    ['the section of a fleet', runHtml(createRun([report, reportOf('second')]), { compress }), clusterFragment(report.cluster)],
  ])('agrees with the analysis whatever is ticked, in %s', async (_, text, hash) => {
    const { page } = await open(text, { hash });
    for (let ticked = 0; ticked < 2 ** items.length; ticked++) {
      const said = await page.evaluate((bits) => {
        const boxes = [...document.querySelectorAll<HTMLInputElement>('article.cluster input[type=checkbox]')];
        for (const [index, box] of boxes.entries()) if (box.checked !== ((bits >> index) & 1) > 0) box.click();
        return document.querySelector('[data-preview-result]')?.textContent;
      }, ticked);
      const left = items.filter((__, index) => ((ticked >> index) & 1) === 0);
      const verdict = verdictOf(
        left.flatMap((item) => ('severity' in item ? [item] : [])),
        left.flatMap((item) => ('essential' in item ? [item] : [])),
      );
      const number = items.length - left.length;
      const words = verdictLook[verdict].words;
      expect(said).toBe(number === 0 ? `Nothing is ticked: ${words}.` : `With ${number} of ${items.length} done: ${words}.`);
    }
  });

  it('is worked by keyboard: a box, all that blocks, all, none', async () => {
    const { page } = await open(clusterHtml(report));
    const said = () => textOf(page, '[data-preview-result]');
    await press(page, 'article.cluster input', 'Space');
    expect(await said()).toBe('With 1 of 5 done: CANNOT DETERMINE.');
    await press(page, '[data-tick=all]', 'Enter');
    expect(await said()).toBe('With 5 of 5 done: READY.');
    await press(page, '[data-tick=none]', 'Enter');
    expect(await said()).toBe('Nothing is ticked: NOT READY.');
    await press(page, '[data-tick=required]', 'Enter');
    expect(await said()).toBe('With 1 of 5 done: CANNOT DETERMINE.');
  });

  it('stays while another cluster is looked at', async () => {
    const { page } = await open(runHtml(createRun([report, reportOf('second')]), { compress }), { hash: clusterFragment(report.cluster) });
    await press(page, '[data-tick=all]', 'Enter');
    await goTo(page, clusterFragment(reportOf('second').cluster), 'article.cluster[data-verdict=READY]');
    await goTo(page, clusterFragment(report.cluster), 'article.cluster[data-verdict=NOT_READY]');
    expect(await textOf(page, '[data-preview-result]')).toBe('With 5 of 5 done: READY.');
  });
});

describe('without JavaScript', () => {
  it('the overview is there, with all clusters, and nothing that would not work', async () => {
    const { page } = await open(demo, { javaScript: false });
    expect(await namesIn(page)).toHaveLength(run.clusters.length);
    expect(await isVisible(page, 'table.fleet tbody a')).toBe(true);
    for (const selector of ['form.filters', 'nav', 'th button', '[data-view=owners]'])
      expect(await isVisible(page, selector), selector).toBe(false);
    expect(await textOf(page, 'header.page')).toContain('Scripts are off');
  });

  it('the page of a cluster is there', async () => {
    const { page } = await open(clusterHtml(fullReport()), { javaScript: false });
    expect(await textOf(page, 'article.cluster')).toContain('vpc-cni is wrong');
    for (const selector of ['.preview', '[data-copy]', 'input']) expect(await isVisible(page, selector), selector).toBe(false);
  });
});

describe('on paper', () => {
  it('leaves out what can only be clicked, and opens what is folded', async () => {
    const { page } = await open(demo, { hash: clusterFragment(worst.cluster) });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await page.$$eval('details:not([open])', ({ length }) => length)).toBe(0);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.$$eval('details[open]', ({ length }) => length)).toBe(0);
    await page.emulateMediaType('print');
    for (const selector of ['nav', '.preview', '[data-copy]', 'input']) expect(await isVisible(page, selector), selector).toBe(false);
    expect(await isVisible(page, 'article.cluster code')).toBe(true);
  });

  it('everything is all clusters, each once', async () => {
    const { page } = await open(demo, { hash: '#/everything' });
    expect(await isVisible(page, '#summary')).toBe(true);
    const names = await page.$$eval('.everything article.cluster > header h2', (heads) =>
      heads.map(({ firstChild }) => firstChild?.textContent?.trim()),
    );
    expect(names).toEqual(run.clusters.map(({ cluster }) => cluster.name));
    expect(await page.$$eval('.everything input, .everything .preview', ({ length }) => length)).toBe(0);
    await page.emulateMediaType('print');
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
  });
});
