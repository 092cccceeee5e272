import type { Channel } from './ports.ts';
import { cut, oneLine } from './words.ts';

/** One thing that went wrong while telling. */
export interface DeliveryFailure {
  readonly channel: Channel | 'records';
  /** For whom; null is the default route, or everybody where there is no route. */
  readonly owner: string | null;
  /** What the channel or the store said: no text of the message, no address. */
  readonly reason: string;
}

/** Not everything was told. The same run tells the rest when the step is run again; nothing is told twice for it. */
export class NotificationFailed extends Error {
  override readonly name = 'NotificationFailed';
  readonly failures: readonly DeliveryFailure[];

  constructor(attempt: string, failures: readonly DeliveryFailure[]) {
    super(`${attempt}: ${told(failures)}. Run the step again: only what is missing is sent.`);
    this.failures = failures;
  }
}

/** Failures that are named before the rest is counted. */
const named = 10;

function told(failures: readonly DeliveryFailure[]): string {
  const sentences = [...new Set(failures.map(sentence))];
  const rest = sentences.length - named;
  return sentences.slice(0, named).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

function sentence({ channel, owner, reason }: DeliveryFailure): string {
  const whom = channel === 'events' || channel === 'records' ? '' : ` for ${owner === null ? 'the default route' : `owner ${owner}`}`;
  return `${names[channel]}${whom}: ${withoutAddresses(cut(oneLine(reason), reasonLength))}`;
}

const names: Readonly<Record<DeliveryFailure['channel'], string>> = {
  alerts: 'alerts topic',
  chat: 'chat topic',
  slack: 'Slack webhook',
  events: 'event bus',
  records: 'record of what was sent',
};

/** Characters of an answer that are repeated. */
const reasonLength = 500;

/** What was answered is not ours: a web address may be a key, and a mail address is somebody's. */
function withoutAddresses(text: string): string {
  return text
    .replaceAll(/\bhttps?:\/\/\S+/gi, '(address left out)')
    .replaceAll(/[^\s@<>"']+@[^\s@<>"']+\.[^\s@<>"']+/g, '(address left out)');
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
