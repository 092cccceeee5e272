import type { Channel, NotificationPorts } from '../../functions/notifications/ports.ts';

/** What was delivered, as one text a delivery. */
export type Delivered = Record<Channel, string[]>;

/** Ports that remember what went out. `before` may refuse a delivery, and nothing is delivered then; `after` may fail once it is. */
export function fakePorts({
  before,
  after,
}: {
  readonly before?: (channel: Channel) => void;
  readonly after?: (channel: Channel) => void;
} = {}) {
  const delivered: Delivered = { alerts: [], chat: [], slack: [], events: [] };
  const deliver = async (channel: Channel, ...messages: readonly object[]): Promise<void> => {
    before?.(channel);
    delivered[channel].push(...messages.map((message) => JSON.stringify(message)));
    after?.(channel);
  };
  const ports: NotificationPorts = {
    publishAlert: (message) => deliver('alerts', message),
    publishChat: (owner, message) => deliver('chat', { owner, ...message }),
    postSlack: (message) => deliver('slack', message),
    putEvents: (entries) => deliver('events', ...entries),
  };
  return { ports, delivered };
}
