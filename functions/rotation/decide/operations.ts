import type { RotationRecord } from '../record.ts';
import { isReverting } from './reverting.ts';

/** What a person may ask of a rotation under way. */
export type Operation = 'pause' | 'resume' | 'abort' | 'approve' | 'reject';

/** Pure. Why a rotation does not take an operation now, and what happens or helps instead; undefined where it does.
 *  @param now ISO time, for the deadline of an approval */
export function refusalOf(record: RotationRecord, operation: Operation, now: Date, nonce?: string): string | undefined {
  if (record.outcome) return endedRefusal(record, operation);
  switch (operation) {
    case 'pause':
      return pauseRefusal(record);
    case 'resume':
      return resumeRefusal(record);
    case 'abort':
      return abortRefusal(record);
    case 'approve':
    case 'reject':
      return answerRefusal(record, now, nonce);
  }
}

function endedRefusal(record: RotationRecord, operation: Operation): string {
  const { outcome } = record;
  const ended = `it has ended ${outcome?.name} at ${outcome?.at}: ${outcome?.cause}`;
  return operation === 'abort' && outcome?.name === 'succeeded' ? `${ended}; ${wayBack(record)}` : ended;
}

/** After the end, or the commit point: the same rotation with the colours exchanged. */
function wayBack({ cluster, blue, green }: RotationRecord): string {
  const { name, region, accountId } = cluster;
  if (!blue || !green) return 'to go back, rotate in the other direction';
  const option = ({ kind }: NonNullable<typeof blue>) => (kind === 'managed' ? '--nodegroup' : '--asg');
  return (
    'to go back, rotate in the other direction: greenlight rotate start ' +
    `--account ${accountId} --region ${region} --cluster ${name} ${option(green)} ${green.name} --green ${blue.name}`
  );
}

function pauseRefusal(record: RotationRecord): string | undefined {
  if (isReverting(record)) return 'it is reverting, and a revert is not held up: it leaves the cluster as it was';
  if (record.desiredState === 'revert') return 'it was aborted, and its revert begins with the next step';
  if (record.desiredState === 'pause') return `it is paused already${reasonOf(record)}`;
  return undefined;
}

function resumeRefusal(record: RotationRecord): string | undefined {
  if (isReverting(record)) return 'it is reverting, and nothing brings it forward again: start another rotation when it has ended';
  if (record.desiredState === 'revert') return 'it was aborted, and its revert begins with the next step';
  if (record.desiredState === 'continue') return 'it is not paused; a maintenance window or rotation.freeze may hold it, see its status';
  return undefined;
}

function abortRefusal(record: RotationRecord): string | undefined {
  if (isReverting(record)) return `it is reverting already: ${record.revert?.cause ?? 'its revert has begun'}`;
  if (record.committed)
    return `the size of ${record.blue?.name ?? 'blue'} has been lowered already, so the way is forward: it finishes by itself; when it has ended, ${wayBack(record)}`;
  if (record.desiredState === 'revert') return `it was aborted already${reasonOf(record)}`;
  return undefined;
}

function answerRefusal(record: RotationRecord, now: Date, nonce: string | undefined): string | undefined {
  const { approval, phase } = record;
  if (isReverting(record)) return 'it is reverting: there is nothing left to approve';
  if (!approval) return `it asks for no approval now: it is in ${phase}`;
  if (approval.state !== 'pending') return `it was ${approval.state} already${by(approval)}`;
  if (approval.nonce !== nonce) return 'the nonce is not that of the request that is open: take the one of the newest message';
  if (Date.parse(approval.deadline) <= now.getTime()) return `the deadline passed at ${approval.deadline}: option onNoAnswer decides`;
  return undefined;
}

const by = ({ by: who, at }: { readonly by: string | null; readonly at: string | null }): string =>
  `${who === null ? '' : ` by ${who}`}${at === null ? '' : ` at ${at}`}`;

const reasonOf = ({ desiredReason }: RotationRecord): string => (desiredReason === null ? '' : `: ${desiredReason}`);
