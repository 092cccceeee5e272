/** What goes out (docs/guide/notifications.md). */

/** One publication on the alerts topic. */
export interface AlertMessage {
  /** At most 100 ASCII characters. */
  readonly subject: string;
  /** Plain text for mail. */
  readonly text: string;
  /** What HTTPS, SQS and Lambda subscribers get, as JSON. */
  readonly event: Readonly<Record<string, unknown>>;
  /** Message attributes for filter policies: one value is a String, several are a String.Array; what does not apply is left out. */
  readonly attributes: MessageAttributes;
}

export const attributeNames = ['kind', 'severity', 'accountId', 'region', 'cluster', 'owner', 'version', 'environment'] as const;
export type AttributeName = (typeof attributeNames)[number];
export type MessageAttributes = Readonly<Partial<Record<AttributeName, readonly string[]>>>;

/** Custom notification of Amazon Q Developer in chat applications.
 *  @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
export interface ChatMessage {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps?: readonly string[];
    readonly keywords?: readonly string[];
  };
  readonly metadata: {
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly additionalContext: Readonly<Record<string, string>>;
  };
}

/** Body of a Slack incoming webhook, in Block Kit.
 *  @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export interface SlackMessage {
  /** Shown in notifications and by screen readers. */
  readonly text: string;
  readonly blocks: readonly Readonly<Record<string, unknown>>[];
}

export const detailTypes = [
  'Cluster Support Milestone',
  'Finding Appeared',
  'Finding Resolved',
  'Verdict Changed',
  'Cluster Discovered',
  'Cluster Vanished',
  'Cluster Version Changed',
  'Cluster Stale',
  'Fleet Scan Completed',
  'Rotation Phase Changed',
  'Rotation Finished',
] as const;

/** One event on the default bus, source `eks-greenlight`. */
export interface EventEntry {
  readonly detailType: (typeof detailTypes)[number];
  /** ARNs that the event is about. */
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}
