import { type Html, html } from './html.ts';
import { moment } from './words.ts';

type Cell = Html | string | number | null;

export interface Column<Row> {
  readonly title: string;
  readonly kind?: 'number' | 'text' | 'bars';
  readonly of: (row: Row) => Cell;
}

/** A table that scrolls by itself where it is wider than the page, and can be reached by keyboard to do so. */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const head = columns.map(({ title, kind }) => html`<th scope="col"${classOf(kind)}>${title}</th>`);
  const body = rows.map((row) => html`<tr>${columns.map(({ kind, of }) => html`<td${classOf(kind)}>${of(row)}</td>`)}</tr>`);
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

export function list(items: readonly (string | Html)[]): Html {
  return html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

/** A section with a heading; nothing at all where there is nothing to show. */
export function section(id: string, title: string, ...content: readonly (Html | undefined)[]): Html {
  const shown = content.filter((one) => one !== undefined);
  return shown.length === 0 ? html`` : html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${shown}</section>`;
}

export function time(iso: string): Html {
  return html`<time datetime="${iso}">${moment(iso)}</time>`;
}

function classOf(kind: string | undefined): Html {
  return kind === undefined ? html`` : html` class="${kind}"`;
}
