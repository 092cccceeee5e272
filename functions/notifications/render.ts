import { messageAttributes } from './attributes.ts';
import { chatMessage } from './chat.ts';
import { alertEvent } from './event.ts';
import { mailSubject, mailText } from './mail.ts';
import type { Told } from './message-parts.ts';
import type { AlertMessage } from './messages.ts';
import type { MessageChannel, NotificationPorts } from './ports.ts';
import { slackMessage } from './slack.ts';

export function alertMessage(told: Told): AlertMessage {
  return { subject: mailSubject(told), text: mailText(told), event: alertEvent(told), attributes: messageAttributes(told) };
}

/** Sends one message on one channel, in the form of that channel. Rejects with what the port says. */
export async function send(channel: MessageChannel, told: Told, ports: NotificationPorts): Promise<void> {
  switch (channel) {
    case 'alerts':
      return ports.publishAlert(alertMessage(told));
    case 'chat':
      return ports.publishChat(told.owner, chatMessage(told));
    case 'slack':
      return ports.postSlack?.(slackMessage(told));
  }
}
