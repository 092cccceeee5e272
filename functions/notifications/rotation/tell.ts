import type { ObjectStore } from '../../store/object-store.ts';
import { type DeliveryFailure, NotificationFailed, reasonOf } from '../failed.ts';
import type { Channel, NotificationPorts } from '../ports.ts';
import { type Claimer, claim, recordSent } from '../record.ts';
import { rotationBusEntry } from './event.ts';
import { rotationAlert, rotationChat, rotationSlack } from './messages.ts';
import { type RotationNews, tellableOf } from './news.ts';

export interface RotationTelling {
  readonly news: RotationNews;
  readonly store: ObjectStore;
  readonly ports: NotificationPorts;
  /** The time of sending, for claims and records. */
  readonly now: Date;
}

/** Tells one piece of news: people of an end, an approval that is asked for, or what needs them; the event bus of phases and ends.
 *  What goes to people is claimed and recorded by channel, so that trying again repeats nothing that was sent. Phases, of which there are
 *  many and which only machines hear, are not recorded: at least once has to do.
 *  @throws NotificationFailed that names every channel that failed; the others were told */
export async function tellRotation({ news, store, ports, now }: RotationTelling): Promise<void> {
  const posts = postsOf(news, ports);
  const claimer: Claimer = { store, runId: news.rotationId, now };
  const tellable = tellableOf(news);
  const isRecorded = news.kind !== 'phase-changed';
  const claimed = isRecorded ? await claim(tellable, [...posts.keys()], claimer) : undefined;
  if (claimed?.status === 'told') return;
  const failures: DeliveryFailure[] = [];
  if (claimed?.status === 'busy')
    failures.push({ channel: 'records', owner: null, reason: `${claimed.runId} has been telling it since ${claimed.claimedAt}` });
  for (const [channel, post] of posts) {
    if (claimed && !(claimed.status === 'mine' && claimed.missing.includes(channel))) continue;
    try {
      await post();
      if (isRecorded) await recordSent(tellable, channel, claimer);
    } catch (error) {
      failures.push({ channel, owner: null, reason: reasonOf(error) });
    }
  }
  if (failures.length > 0) throw new NotificationFailed(`Telling of rotation ${news.rotationId}`, failures);
}

function postsOf(news: RotationNews, ports: NotificationPorts): Map<Channel, () => Promise<void>> {
  const posts = new Map<Channel, () => Promise<void>>();
  if (isForPeople(news)) {
    posts.set('alerts', () => ports.publishAlert(rotationAlert(news)));
    posts.set('chat', () => ports.publishChat(null, rotationChat(news)));
    const { postSlack } = ports;
    if (postSlack) posts.set('slack', () => postSlack(rotationSlack(news)));
  }
  const entry = rotationBusEntry(news);
  if (entry) posts.set('events', () => ports.putEvents([entry]));
  return posts;
}

/** An end that leaves something to be looked at is told to people once, as what needs them. Who asked for a plan has it. */
function isForPeople({ kind, outcome, dryRun }: RotationNews): boolean {
  if (dryRun) return false;
  return kind === 'approval-requested' || kind === 'needs-human' || (kind === 'finished' && !untoldEnds.includes(outcome ?? ''));
}

const untoldEnds: readonly string[] = ['planned', 'hold-both-up', 'dirty-finish'];
