/// <reference lib="dom" />
import { clusterSection } from '../cluster-section.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { TitleOf } from '../findings.ts';
import type { FleetData } from '../fleet-data.ts';
import type { FleetRow } from '../fleet-row.ts';
import { html } from '../html.ts';
import { ownerFindings } from '../owners.ts';
import { badge, count } from '../words.ts';
import { readBlock } from './data.ts';
import { enablePreview } from './preview.ts';

/** Sections of clusters, made when they are asked for. One that was open keeps its ticks. */
export class Sections {
  readonly #data: FleetData;
  readonly #titleOf: TitleOf;
  readonly #blocks = new Map<number, Promise<readonly ClusterView[]>>();
  readonly #elements = new Map<FleetRow, Element>();

  constructor(data: FleetData) {
    this.#data = data;
    const titles = new Map(data.titles);
    this.#titleOf = (check) => titles.get(check) ?? check;
  }

  row(place: readonly string[]): FleetRow | undefined {
    return this.#data.rows.find(({ accountId, region, name }) => accountId === place[0] && region === place[1] && name === place[2]);
  }

  /** The section of a cluster; undefined where it is not in this document. */
  async element(row: FleetRow): Promise<Element | undefined> {
    const known = this.#elements.get(row);
    if (known) return known;
    const view = await this.#view(row);
    if (!view) return undefined;
    const element = elementOf(clusterSection(view, this.#titleOf).html);
    enablePreview(element);
    this.#elements.set(row, element);
    return element;
  }

  /** All that is one owner's, cluster by cluster. */
  async ofOwner(owner: string): Promise<string> {
    const known = this.#data.owners.find((one) => (one.owner ?? '') === owner);
    if (!known) return html`<h2 tabindex="-1">Nothing of ${owner}</h2><p>No finding in this report has that owner.</p>`.html;
    const parts: string[] = [
      html`<h2 tabindex="-1">Findings of ${known.owner ?? 'nobody'}</h2><p>${count(known.rows.length, 'cluster')}.</p>`.html,
    ];
    for (const index of known.rows) {
      const row = this.#data.rows[index];
      const view = row && (await this.#view(row));
      if (view) parts.push(ownerFindings(known.owner, view, row.link, this.#titleOf).html);
    }
    return parts.join('');
  }

  /** Every cluster, to print. Ids that are unique in one section are left out. */
  async everything(): Promise<string> {
    const parts: string[] = [html`<h2 tabindex="-1">All clusters</h2><p class="muted">Each begins a page when printed.</p>`.html];
    for (const row of this.#data.rows) {
      const view = await this.#view(row);
      if (view)
        parts.push(
          clusterSection({ ...view, preview: false }, this.#titleOf).html.replaceAll(/ (?:id|aria-labelledby)="cluster-name"/g, ''),
        );
      else
        parts.push(html`<article><h2>${row.name} ${badge(row.verdict)}</h2><p><a href="${row.link}">Its own page</a></p></article>`.html);
    }
    return parts.join('');
  }

  async #view({ at }: FleetRow): Promise<ClusterView | undefined> {
    if (at === null) return undefined;
    const [block, index] = at;
    const views = this.#blocks.get(block) ?? readBlock<readonly ClusterView[]>(`block-${block}`);
    this.#blocks.set(block, views);
    return (await views)[index];
  }
}

function elementOf(markup: string): Element {
  const holder = document.createElement('div');
  holder.innerHTML = markup;
  return holder;
}
