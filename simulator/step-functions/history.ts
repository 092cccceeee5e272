import type { StateMachine } from 'aws-local-stepfunctions';
import type { Json } from './asl.ts';
import { Defect } from './step-errors.ts';

/** Below the 25,000 events at which Step Functions ends an execution. */
export const mostEvents = 20_000;

/** Of the input and output of a state, in bytes of UTF-8.
 *  @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const largestPayload = 262_144;

type Log = ReturnType<StateMachine['run']>['eventLogs'];

/** How Step Functions writes a state down. `distributed`: a Distributed Map, whose children have histories of their own. `sync`: a task that
 *  waits for what it started. */
export type Recorded = 'task' | 'sync' | 'distributed' | 'inline' | 'other';

/** Events of one try, beside that the state was entered and exited.
 *  - task: scheduled, started, succeeded or failed; `sync` also submitted
 *  - distributed: map run started, succeeded or failed
 *  - inline map or parallel: started, succeeded or failed */
const eventsOfTry: Readonly<Record<Recorded, number>> = { task: 3, sync: 4, distributed: 2, inline: 2, other: 0 };

/** What one execution leaves behind: an estimate of its events in the history of Step Functions, the states it entered, and its largest
 *  payload. */
export function history(recordedAs: (state: string) => Recorded) {
  const seen = { events: 0, largest: 0, visited: [] as string[], last: undefined as { state: string; input: Json } | undefined };
  /** @throws Defect when it is larger than Step Functions takes */
  const weigh = (state: string, what: string, payload: unknown) => {
    const bytes = Buffer.byteLength(JSON.stringify(payload) ?? '');
    seen.largest = Math.max(seen.largest, bytes);
    if (bytes > largestPayload) throw new Defect(`${state}: ${what} has ${bytes} bytes, at most ${largestPayload} are allowed`);
  };
  const count = (events: number) => {
    seen.events += events;
    if (seen.events > mostEvents) throw new Defect(`more than ${mostEvents} events, the last in ${seen.visited.at(-1)}`);
  };
  const note = (event: Awaited<ReturnType<Log['next']>>['value'], isOwn: (state: string) => boolean) => {
    switch (event.type) {
      case 'StateEntered': {
        const { name, input } = event.state;
        seen.visited.push(name);
        if (isOwn(name)) seen.last = { state: name, input };
        weigh(name, 'its input', input);
        return count(1 + eventsOfTry[recordedAs(name)]);
      }
      case 'StateExited':
        weigh(event.state.name, 'its output', event.state.output);
        return count(1);
      case 'StateRetried':
        return count(eventsOfTry[recordedAs(event.state.name)]);
      // Step Functions does not write these down apart from how the try or the branch ended.
      case 'StateFailed':
      case 'StateCaught':
      case 'ParallelBranchStarted':
      case 'ParallelBranchSucceeded':
      case 'ParallelBranchFailed':
        return;
      default:
        return count(1);
    }
  };
  return {
    seen,
    weigh,
    /** Follows the execution to its end, and ends it where it goes beyond a limit: then that is returned. */
    async follow(log: Log, isOwn: (state: string) => boolean, abort: () => void): Promise<unknown> {
      let beyond: unknown;
      for await (const event of log) {
        try {
          note(event, isOwn);
        } catch (defect) {
          beyond ??= defect;
          abort();
        }
      }
      return beyond;
    },
  };
}
