import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from '../../../functions/report/html/html.ts';

describe('html', () => {
  it('escapes what is put in, and leaves what it built itself', () => {
    expect(html`<p>${'<b>&"\''}</p>`.html).toBe('<p>&lt;b&gt;&amp;&quot;&#39;</p>');
    expect(html`<p>${html`<b>${'<'}</b>`}</p>`.html).toBe('<p><b>&lt;</b></p>');
    expect(html`${['<', html`<br>`]}${1}${null}${undefined}`.html).toBe('&lt;<br>1');
  });

  it('shows control characters and turns of direction as their code, half a surrogate pair as U+FFFD', () => {
    expect(html`${'a\u0000b\u202ec\u001b[2Jd\nx\ud800'}`.html).toBe('a\\u0000b\\u202ec\\u001b[2Jd x\ufffd');
  });

  it('nothing that is put in can open a tag or end an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html`${text}`.html).not.toMatch(/[<>"'\u202e\p{Cc}]/u);
      }),
    );
  });
});
