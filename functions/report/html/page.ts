import { createHash } from 'node:crypto';
import { type Html, html } from './html.ts';
import { browserScript } from './script.generated.ts';
import { style } from './style.ts';

export interface Page {
  readonly title: string;
  readonly header: Html;
  readonly main: Html;
  /** Blocks of data behind the content: id → base64 of gzip-compressed JSON. */
  readonly data?: readonly (readonly [id: string, base64: string])[];
}

const scriptHash = createHash('sha256').update(browserScript).digest('base64');

/** One document that loads nothing: whatever a name in it says, no other script can run and no request can leave. */
const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; base-uri 'none'; form-action 'none'`;

/** A whole document. Its script is small and the same in all; what it shows is in the document already, or in its data. */
export function page({ title, header, main, data = [] }: Page): string {
  const blocks = data.map(([id, base64]) => html`<script type="application/gzip" id="${id}">${{ html: base64 }}</script>\n`);
  return html`<!doctype html>
<html lang="en" class="off">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="${{ html: policy }}">
<title>${title}</title>
<style>${{ html: style }}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header class="page">${header}</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer>Times are UTC. Made by EKS Greenlight from what was read; what was not read is named as such.</footer>
${blocks}<script>${{ html: browserScript }}</script>
</body>
</html>
`.html;
}
