/** Slack reads `<`, `>` and `&` as markup: a name must not become a mention or a link. Teams shows the same text.
 *  @see https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text of a block. Verbatim: Slack then leaves names of channels and people alone. */
export function mrkdwn(text: string): { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true } {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** A link ends at `>` or `|`. */
export function encodedLink(link: string): string {
  return escaped(link.replaceAll('>', '%3E').replaceAll('<', '%3C').replaceAll('|', '%7C'));
}
