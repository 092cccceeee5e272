import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { EventEntry } from '../../notifications/messages.ts';
import type { NotificationPorts } from '../../notifications/ports.ts';
import { clientSettings } from './client-settings.ts';
import type { CredentialProvider } from './credentials.ts';
import { awsError } from './errors.ts';

/** Limits of one call: entries, and bytes of all of them.
 *  @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const entriesOfCall = 10;
const bytesOfCall = 256 * 1024;

/** Calls for one batch, the first included. */
const attempts = 4;

/** Single entries are refused for these for a moment only.
 *  @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const passing = /^(ThrottlingException|InternalFailure|InternalException|ServiceUnavailable)$/;

export interface EventBridgeOptions {
  readonly region: string;
  /** @default those of the environment */
  readonly credentials?: CredentialProvider | undefined;
  /** Waits before another attempt, in milliseconds.
   *  @default by the clock */
  readonly wait?: ((milliseconds: number) => Promise<void>) | undefined;
}

/** The default bus, source `eks-greenlight`. Entries that the bus refuses for a moment are put again, the others fail at once. */
export function eventBus({ region, credentials, wait = sleep }: EventBridgeOptions): Pick<NotificationPorts, 'putEvents'> {
  const client = new EventBridgeClient({ ...clientSettings, region, ...(credentials ? { credentials } : {}) });
  const call = { action: 'events:PutEvents', target: `the default bus in ${region}` };

  /** @returns the entries that were refused, with the code of each */
  const put = async (entries: readonly PutEventsRequestEntry[]): Promise<Refused[]> => {
    const answer = await client.send(new PutEventsCommand({ Entries: [...entries] })).catch((error: unknown) => {
      throw awsError(error, call);
    });
    return entries.flatMap((entry, index) => {
      const code = answer.Entries?.[index]?.ErrorCode;
      return code === undefined ? [] : [{ entry, code }];
    });
  };

  const putBatch = async (batch: readonly PutEventsRequestEntry[]): Promise<void> => {
    let refused = await put(batch);
    for (let attempt = 1; attempt < attempts && refused.length > 0 && refused.every(({ code }) => passing.test(code)); attempt += 1) {
      await wait(500 * 2 ** attempt);
      refused = await put(refused.map(({ entry }) => entry));
    }
    if (refused.length === 0) return;
    const codes = [...new Set(refused.map(({ code }) => code))].join(', ');
    throw new Error(`${call.action} of ${call.target}: ${refused.length} of ${batch.length} entries refused (${codes})`);
  };

  return {
    async putEvents(entries) {
      for (const batch of batches(entries.map(requestEntry))) await putBatch(batch);
    },
  };
}

interface Refused {
  readonly entry: PutEventsRequestEntry;
  readonly code: string;
}

function requestEntry({ detailType, resources, detail }: EventEntry): PutEventsRequestEntry {
  return { Source: 'eks-greenlight', DetailType: detailType, Resources: [...resources], Detail: JSON.stringify(detail) };
}

function batches(entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const result: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    const last = result.at(-1);
    if (last !== undefined && last.length < entriesOfCall && bytes + size <= bytesOfCall) {
      last.push(entry);
      bytes += size;
    } else {
      result.push([entry]);
      bytes = size;
    }
  }
  return result;
}

/** As EventBridge counts it: bytes of UTF-8 of source, detail type, detail and resources. */
function sizeOf({ Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsRequestEntry): number {
  return [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
