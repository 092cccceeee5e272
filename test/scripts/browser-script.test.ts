import { expect, it } from 'vitest';
import { browserScriptFile } from '../../scripts/browser-script.ts';

const text = await browserScriptFile();

it('is small: nothing of what only analyses is in it', () => {
  expect(text.length).toBeLessThan(40_000);
  expect(text).not.toContain('safeParse');
});

it('cannot end itself inside of a document, and is the same every time', async () => {
  expect(text).not.toMatch(/<\/script|<!--/i);
  expect(await browserScriptFile()).toBe(text);
});
