/// <reference lib="dom" />
import type { FleetData } from '../fleet-data.ts';
import { html } from '../html.ts';
import { badge } from '../words.ts';
import { copyCommand } from './copy.ts';
import { readBlock } from './data.ts';
import { enablePreview } from './preview.ts';
import { type Route, routeOf } from './route.ts';
import { enableTable } from './table.ts';
import { Sections } from './views.ts';

const root = document.documentElement;
const title = document.title;

document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>('[data-copy]') : null;
  if (button) void copyCommand(button);
});
openDetailsForPrinting();
void start().catch(failed);

async function start(): Promise<void> {
  for (const section of document.querySelectorAll('article.cluster')) enablePreview(section);
  if (document.getElementById('fleet-data')) {
    const data = await readBlock<FleetData>('fleet-data');
    const showVerdict = enableTable(data.rows);
    document.addEventListener('click', ({ target }) => {
      const verdict = target instanceof Element ? target.closest<HTMLElement>('[data-show]')?.dataset.show : undefined;
      if (verdict !== undefined) showVerdict(verdict);
    });
    const sections = new Sections(data);
    const follow = (moveFocus: boolean) => open(routeOf(location.hash), sections, moveFocus).catch(failed);
    addEventListener('hashchange', () => void follow(true));
    await follow(location.hash.startsWith('#/'));
  }
  root.classList.remove('off');
  root.classList.add('on');
}

let latest = 0;

async function open(route: Route | undefined, sections: Sections, moveFocus: boolean): Promise<void> {
  const mine = ++latest;
  const content = await contentOf(route, sections);
  // Somebody who is faster than a block of data wants to see what was asked for last.
  if (mine !== latest) return;
  // The only cluster of a run is in its overview, and so is what the id of a place names.
  const view = content === undefined && route?.view !== 'owners' ? 'fleet' : (route?.view ?? 'fleet');
  const element = document.querySelector<HTMLElement>(`[data-view="${view}"]`);
  if (!element) return;
  for (const one of document.querySelectorAll<HTMLElement>('[data-view]')) {
    one.hidden = one !== element && !(view === 'everything' && one.dataset.view === 'fleet');
    // An id is there once: what was made for another address goes.
    if (one.dataset.view === 'cluster' || one.dataset.view === 'owner' || one.dataset.view === 'everything') one.replaceChildren();
  }
  if (content instanceof Element) element.replaceChildren(content);
  else if (content !== undefined) element.innerHTML = content;
  for (const link of document.querySelectorAll<HTMLElement>('[data-nav]')) {
    if (link.dataset.nav === view || (link.dataset.nav === 'owners' && view === 'owner')) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const heading = element.querySelector<HTMLElement>(route?.view === 'cluster' ? 'article.cluster h2, h2' : 'h2');
  document.title = view === 'fleet' ? title : `${heading?.textContent ?? view} – ${title}`;
  if (route === undefined) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  else if (moveFocus) focusOn(route, heading);
}

function focusOn(route: Route, heading: HTMLElement | null): void {
  const finding = route.view === 'cluster' && route.finding !== undefined ? document.getElementById(`f-${route.finding}`) : null;
  finding?.closest('details')?.setAttribute('open', '');
  (finding ?? heading)?.focus();
  if (!finding && route.view !== 'everything') scrollTo(0, 0);
}

/** What has to be made for the address; undefined where it is in the document already. */
async function contentOf(route: Route | undefined, sections: Sections): Promise<Element | string | undefined> {
  if (route?.view === 'owner') return sections.ofOwner(route.owner);
  if (route?.view === 'everything') return sections.everything();
  if (route?.view !== 'cluster') return undefined;
  const row = sections.row(route.place);
  if (!row) return notHere(route.place);
  const made = await sections.element(row);
  if (made && document.querySelector('[data-view="fleet"] article.cluster')) return undefined;
  return (
    made ??
    html`<h2 tabindex="-1">${row.name}</h2><p>${badge(row.verdict)} <a href="${row.link}">The page of this cluster</a> says why.</p>`.html
  );
}

function notHere([accountId, region, name]: readonly string[]): string {
  return html`<h2 tabindex="-1">No such cluster</h2><p>${name} in ${accountId} ${region} is not in this report. <a href="#/">Back to the overview</a></p>`
    .html;
}

/** What is folded is not printed: it is opened before, and closed after. */
function openDetailsForPrinting(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details')].filter((one) => !one.open);
    for (const one of opened) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of opened) one.open = false;
  });
}

function failed(error: unknown): void {
  const note = document.createElement('p');
  note.className = 'note';
  note.setAttribute('role', 'alert');
  note.textContent = `This report could not be shown in full: ${error instanceof Error ? error.message : String(error)}. Use a browser of 2023 or newer, and the whole file.`;
  document.querySelector('main')?.prepend(note);
}
