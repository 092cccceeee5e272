import { pipeline, type Readable, Transform } from 'node:stream';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Meter, MeteredApi } from '../meter.ts';

/** The part of a middleware stack that is the same for every client of the SDK. */
type AnyMiddlewareStack = Pick<STSClient['middlewareStack'], 'add'>;

/** Counts the requests of a client on the wire, retries included, and the bytes of their answers as they are read. */
export function meterClient(client: { readonly middlewareStack: unknown }, api: MeteredApi, meter: Meter): void {
  const stack = client.middlewareStack as AnyMiddlewareStack;
  stack.add(
    (next) => async (args) => {
      meter.request(api);
      const result = await next(args);
      const { response } = result;
      if (hasBody(response)) response.body = counted(response.body, (bytes) => meter.answer(api, bytes));
      return result;
    },
    // Below the deserializer, hence inside the retries: this is the last step before the wire.
    { step: 'deserialize', priority: 'low', name: 'meter' },
  );
}

function hasBody(response: unknown): response is { body: Readable } {
  return typeof response === 'object' && response !== null && 'body' in response && isReadable(response.body);
}

function isReadable(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'pipe' in body && typeof body.pipe === 'function';
}

function counted(body: Readable, count: (bytes: number) => void): Readable {
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      count(chunk.length);
      done(null, chunk);
    },
  });
  // An error of the response destroys the counter with the same error, which is where the SDK reads.
  return pipeline(body, counter, () => {});
}
