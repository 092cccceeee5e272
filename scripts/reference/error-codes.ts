import { errorCodeMeanings } from '../../functions/inventory/error-code-meanings.ts';
import { errorCodes } from '../../functions/inventory/error-codes.ts';
import { document, heading, table } from './markdown.ts';

/** docs/reference/error-codes.md */
export function errorCodesReference(): string {
  return document([
    ...heading('Error codes', 'functions/inventory/error-code-meanings.ts'),
    'Why a piece of evidence, a cluster or an account could not be read. The list is closed: reports hold no other code.',
    'Any code but `NotRequested` makes the coverage of a run incomplete.',
    '',
    ...table(
      ['Code', 'What it means', 'What to do'],
      errorCodes.map((name) => [`\`${name}\``, linked(errorCodeMeanings[name].meaning), linked(errorCodeMeanings[name].advice)]),
    ),
  ]);
}

function linked(text: string): string {
  return text.replaceAll('permissions.md', '[permissions.md](permissions.md)');
}
