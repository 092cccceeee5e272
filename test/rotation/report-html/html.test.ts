import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from '../../../functions/rotation/report-html/html.ts';

describe('the HTML builder', () => {
  it('escapes what is put in, and keeps what it built', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(html`<p title="${'"\'&'}">${inner}${[inner, '<']}${null}${undefined}${0}</p>`.html).toBe(
      '<p title="&quot;&#39;&amp;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b>&lt;0</p>',
    );
  });

  it('shows control characters and changes of direction as their codes', () => {
    expect(html`${'a\u202eb\u0000c\nd'}`.html).toBe('a\\u202eb\\u0000c d');
  });

  it('lets nothing out of its place', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[<>"'\p{Cc}\u202a-\u202e]/u.test(html`${text}`.html)));
  });
});
