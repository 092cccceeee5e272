import { readOutcome } from '../../rotation/read-outcome.ts';
import { openedDesk } from './opened-desk.ts';

/** Last task of the machines: how it ended, from the record. */
export const handler = (event: unknown) => readOutcome(openedDesk(), event);
