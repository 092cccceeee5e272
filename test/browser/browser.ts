import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll } from 'vitest';

export interface Reader {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  readonly javaScript?: boolean;
  /** What stands behind the # of the address. */
  readonly hash?: string;
}

export interface OpenReport {
  readonly page: Page;
  /** Addresses that were asked for, beside the document itself. */
  readonly requests: readonly string[];
  /** What the page threw or complained of. */
  readonly errors: readonly string[];
}

/** One Chromium for the tests of a file.
 *  @returns opens a document from a file, as somebody does who was sent one */
export function withBrowser(): (document: string, reader?: Reader) => Promise<OpenReport> {
  let browser: Browser;
  let folder: string;
  let files = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'greenlight-browser-'));
    browser = await puppeteer.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--no-proxy-server'],
    });
  });

  afterAll(async () => {
    await browser?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  return async (document, { width = 1280, scheme = 'light', javaScript = true, hash = '' } = {}) => {
    const file = join(folder, `report-${files++}.html`);
    await writeFile(file, document);
    for (const old of await browser.pages()) if (!old.isClosed() && (await browser.pages()).length > 1) await old.close();
    const page = await browser.newPage();
    const requests: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => {
      if (!request.isNavigationRequest()) requests.push(request.url());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) errors.push(message.text());
    });
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setJavaScriptEnabled(javaScript);
    await page.goto(pathToFileURL(file).href + hash);
    if (javaScript) await page.waitForSelector('html.on');
    return { page, requests, errors };
  };
}

/** Follows a link or an address inside of the document, and waits until its view is there. */
export async function goTo(page: Page, hash: string, selector: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.waitForSelector(selector, { visible: true });
}

/** The text of an element, on one line. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => (element.textContent ?? '').replaceAll(/\s+/g, ' ').trim());
}

export async function isVisible(page: Page, selector: string): Promise<boolean> {
  return page.$$eval(selector, (elements) => elements.some((element) => element.checkVisibility()));
}
