import type { GateAnswer } from './gate-answer.ts';

/** An alarm as DescribeAlarms gives it, trimmed. */
export interface Alarm {
  readonly AlarmName: string;
  readonly StateValue?: string | null;
  readonly StateReason?: string | null;
}

const arnShape = /^arn:[^:]+:cloudwatch:([^:]+):(\d{12}):alarm:(.+)$/;

/** The name by which an alarm can be asked for in a cluster's account and region; undefined for one that is elsewhere, and cannot be seen
 *  from there. */
export function alarmName(
  nameOrArn: string,
  { accountId, region }: { readonly accountId: string; readonly region: string },
): string | undefined {
  if (!nameOrArn.startsWith('arn:')) return nameOrArn;
  const [, itsRegion, itsAccount, name] = arnShape.exec(nameOrArn) ?? [];
  return itsRegion === region && itsAccount === accountId ? name : undefined;
}

/** What one alarm says: OK passes, ALARM fails, and an alarm that has not enough data says nothing. One that is not there cannot guard. */
export function alarmAnswer(asked: string, alarm: Alarm | undefined): GateAnswer {
  if (!alarm) return { verdict: 'error', problems: [`alarm ${asked} does not exist in the account and region of the cluster`] };
  const reason = alarm.StateReason ? `: ${alarm.StateReason}` : '';
  switch (alarm.StateValue) {
    case 'OK':
      return { verdict: 'pass', problems: [] };
    case 'ALARM':
      return { verdict: 'fail', problems: [`alarm ${asked} is in ALARM${reason}`] };
    case 'INSUFFICIENT_DATA':
      return { verdict: 'inconclusive', problems: [`alarm ${asked} has not enough data${reason}`] };
    default:
      return { verdict: 'error', problems: [`alarm ${asked} has no state that is known: ${alarm.StateValue ?? 'none'}`] };
  }
}
