import type { AlertMessage, ChatMessage, EventEntry, SlackMessage } from './messages.ts';

/** The ways out. Each is one API operation in the API's words; each rejects with what went wrong after the retries of its adapter, and
 *  nothing was delivered then. */
export interface NotificationPorts {
  /** sns:Publish on the alerts topic: mail, HTTPS, SQS, Lambda. */
  publishAlert(message: AlertMessage): Promise<void>;
  /** sns:Publish on the chat topic of the owner's route, or on the default one. */
  publishChat(owner: string | null, message: ChatMessage): Promise<void>;
  /** POST to the Slack incoming webhook; absent where none is configured. */
  readonly postSlack?: ((message: SlackMessage) => Promise<void>) | undefined;
  /** events:PutEvents on the default bus; any number of entries. Where the bus still refuses one after the retries this rejects, although
   *  others of the same call may have been delivered. */
  putEvents(entries: readonly EventEntry[]): Promise<void>;
}

/** The ways on which a message goes out; the event bus hears single changes. */
export const channels = ['alerts', 'chat', 'slack', 'events'] as const;
export type Channel = (typeof channels)[number];
/** Those that carry messages to people. */
export type MessageChannel = Exclude<Channel, 'events'>;
