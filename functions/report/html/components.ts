import { type Html, html, type Part } from './html.ts';
import { remedyParts } from './remedy.ts';
import { moment } from './words.ts';

/** A section with a heading that names it. */
export function section(id: string, title: string, ...content: readonly Part[]): Html {
  return html`<section aria-labelledby="${id}"><h2 id="${id}" tabindex="-1">${title}</h2>${content.map((part) => html`${part}`)}</section>`;
}

export function list(items: readonly (string | Html)[], kind = 'plain'): Html {
  return html`<ul class="${kind}">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

export function time(iso: string): Html {
  return html`<time datetime="${iso}">${moment(iso)}</time>`;
}

/** A command with a button that copies it; the button works only with a script, and shows only then. */
function command(text: string): Html {
  return html`<div class="command"><pre tabindex="0" aria-label="Command"><code>${text}</code></pre><button type="button" class="copy js" data-copy>Copy</button></div>`;
}

/** The words of a remediation with its commands on lines of their own. */
export function remedy(remediation: string): Html {
  const parts = remedyParts(remediation).map(({ kind, text }) => {
    if (kind === 'command') return command(text);
    const words = text.replace(/^[\s,;.]+|\s+$/g, '');
    return words === '' ? html`` : html`<p class="words">${words}</p>`;
  });
  return html`<div class="remedy">${parts}</div>`;
}

export interface Column<Row> {
  readonly title: string;
  readonly kind?: 'number' | 'text';
  readonly of: (row: Row) => Html | string | number | null;
}

/** A table that scrolls by itself where it is wider than the page, and can be reached by keyboard to do so.
 *  @param options unseen: the caption is only read aloud, where a heading says the same */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[], { unseen = false } = {}): Html {
  const classOf = (kind: string | undefined) => (kind === undefined ? null : html` class="${kind}"`);
  const head = columns.map(({ title, kind }) => html`<th scope="col"${classOf(kind)}>${title}</th>`);
  const body = rows.map((row) => html`<tr>${columns.map(({ kind, of }) => html`<td${classOf(kind)}>${of(row)}</td>`)}</tr>`);
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table><caption${unseen ? html` class="hidden"` : null}>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** `code` between backticks, as the explanations of error codes write it. */
export function withCode(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
