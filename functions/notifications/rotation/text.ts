import { cut, oneLine } from '../words.ts';
import type { RotationNews } from './news.ts';

/** News of a rotation in words, for mail and chats to lay out. Every text is one line without control characters. */
export interface RotationText {
  /** What happened, the most important thing first. */
  readonly headline: string;
  readonly place: string;
  /** What it means, one sentence each. */
  readonly notes: readonly string[];
  readonly blockers: readonly string[];
  /** What to do, in words, and to be copied. */
  readonly advice: string | null;
  readonly commands: readonly string[];
  readonly links: readonly { readonly label: string; readonly href: string }[];
}

/** Characters of a sentence of others: causes and messages of APIs. */
const textLimit = 500;

export function rotationText(news: RotationNews): RotationText {
  const { headline, notes, advice, commands } = wordsOf(news);
  const { accountId, region } = news.cluster;
  const line = (text: string) => cut(oneLine(text), textLimit);
  return {
    headline: line(headline),
    place: line(`Account ${accountId}, ${region}, cluster ${news.cluster.name}, rotation ${news.rotationId}`),
    notes: notes.filter((note) => note !== null).map((note) => sentence(line(note))),
    blockers: news.blockers.map(line),
    advice: advice === null ? null : line(advice),
    commands: commands.map(oneLine),
    links: [
      ...(news.reportLink === null ? [] : [{ label: 'Report', href: news.reportLink }]),
      ...(news.consoleLink === null ? [] : [{ label: 'Console', href: news.consoleLink }]),
    ],
  };
}

interface Words {
  readonly headline: string;
  readonly notes: readonly (string | null)[];
  readonly advice: string | null;
  readonly commands: readonly string[];
}

function wordsOf(news: RotationNews): Words {
  switch (news.kind) {
    case 'approval-requested':
      return approvalWords(news);
    case 'needs-human':
      return humanWords(news);
    case 'finished':
      return { ...endWords(news), commands: [] };
    case 'phase-changed':
      return { headline: `${news.cluster.name}: rotation of ${blueOf(news)} is in ${news.phase}`, notes: [], advice: null, commands: [] };
  }
}

function approvalWords(news: RotationNews): Words {
  const { approval, cluster, phase } = news;
  const until = approval === null ? '' : ` by ${minute(approval.deadline)} UTC`;
  const approve = command(news, 'approve', approval === null ? '' : ` --nonce ${approval.nonce}`);
  return {
    headline: `${cluster.name}: approve the rotation of ${blueOf(news)} to ${greenOf(news)}${until}`,
    notes: [
      `All pods run on ${greenOf(news)}; ${blueOf(news)} is empty, cordoned and still up, so that going back is quick`,
      `After the approval ${blueOf(news)} goes to zero nodes; without an answer the rotation does what its option onNoAnswer says`,
      phase === 'approval' ? null : `It is in ${phase}`,
    ],
    advice: 'Approve, or refuse with the same command and --reject; opening a link approves nothing',
    commands: [approve, `${approve} --reject`],
  };
}

function humanWords(news: RotationNews): Words {
  const { headline, notes } = endWords(news);
  return {
    headline: headline.replace(': ', ': needs you: '),
    notes: [...notes, `No other rotation of ${news.cluster.name} starts before somebody has acknowledged this one`],
    advice: 'Look at what is left, put it right, then acknowledge it',
    commands: [command(news, 'status', ''), command(news, 'acknowledge', ' --reason "what was done"')],
  };
}

/** How a rotation ended, and what that means for the service. */
function endWords(news: RotationNews): Omit<Words, 'commands'> {
  const { cluster, cause } = news;
  const blue = blueOf(news);
  const green = greenOf(news);
  const words = (headline: string, meaning: string | null, advice: string | null = null) => ({
    headline: `${cluster.name}: ${headline}`,
    notes: [cause, meaning],
    advice,
  });
  switch (news.outcome) {
    case 'succeeded':
      return words(
        `${blue} rotated to ${green}`,
        null,
        'Put the new sizes into Terraform, CloudFormation or eksctl: the report says which, so that the next apply does not undo the rotation',
      );
    case 'noop':
      return words(`nothing to rotate in ${blue}`, 'Nothing was changed');
    case 'planned':
      return words(`rotation of ${blue} planned`, 'It was a dry run: nothing was changed');
    case 'busy':
      return words(`rotation of ${blue} not started`, 'Nothing was changed');
    case 'refused':
      return words(
        `rotation of ${blue} refused`,
        'Nothing was changed',
        'Remove what is in the way, or waive it by its id, and start again',
      );
    case 'reverted':
      return words(
        `rotation of ${blue} reverted`,
        `${blue} serves again, and everything is as it was`,
        'Remove the cause, and start again',
      );
    case 'hold-both-up':
      return words(
        `rotation stopped, ${blue} and ${green} are both up`,
        'No pod was lost and both groups serve; both cost money until somebody decides',
      );
    case 'dirty-finish':
      return words(`rotated to ${green}, but not everything could be tidied up`, `All pods run on ${green}`);
    default:
      return words(`rotation of ${blue} ended ${news.outcome ?? 'without an outcome'}`, null);
  }
}

/** `greenlight rotate approve ID --nonce N --store s3://BUCKET` */
function command({ rotationId, store }: RotationNews, verb: string, options: string): string {
  return `greenlight rotate ${verb} ${rotationId}${options}${store === null ? '' : ` --store ${store}`}`;
}

const blueOf = ({ blue }: RotationNews): string => blue ?? 'a node group';
const greenOf = ({ green }: RotationNews): string => green ?? 'a new node group';

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** `2026-11-22 06:00` */
function minute(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
