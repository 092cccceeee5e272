import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { eventBus } from '../../../functions/adapters/aws/event-bridge.ts';
import type { EventEntry } from '../../../functions/notifications/messages.ts';
import { type LoopbackJson, loopbackJson } from './loopback-json.ts';

const credentials = async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' });
const requestSchema = z.object({
  Entries: z.array(z.strictObject({ Source: z.string(), DetailType: z.string(), Resources: z.array(z.string()), Detail: z.string() })),
});
const entry = (number: number, more: object = {}): EventEntry => ({
  detailType: 'Finding Appeared',
  resources: [`arn:${number}`],
  detail: { number, ...more },
});
const numbersOf = (body: unknown) =>
  requestSchema.parse(body).Entries.map(({ Detail }) => z.object({ number: z.number() }).parse(JSON.parse(Detail)).number);

/** Codes by number of the entry, one list a call. */
let refusals: readonly Readonly<Record<number, string>>[];
let server: LoopbackJson;
let waits: number[];
beforeEach(async () => {
  refusals = [];
  waits = [];
  server = await loopbackJson(({ body }, nth) => {
    const codes = refusals[nth - 1] ?? {};
    const entries = numbersOf(body).map((number) =>
      codes[number] === undefined ? { EventId: `e-${number}` } : { ErrorCode: codes[number], ErrorMessage: 'no' },
    );
    return { body: { FailedEntryCount: Object.keys(codes).length, Entries: entries } };
  });
  vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', server.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const put = (...entries: EventEntry[]) =>
  eventBus({ region: 'eu-west-1', credentials, wait: async (milliseconds) => void waits.push(milliseconds) }).putEvents(entries);
const calls = () => server.requests.map(({ body }) => numbersOf(body));

describe('events', () => {
  it('go to the default bus under our source', async () => {
    await put(entry(1));
    expect(server.requests[0]?.headers['x-amz-target']).toBe('AWSEvents.PutEvents');
    expect(server.requests[0]?.body).toEqual({
      Entries: [{ Source: 'eks-greenlight', DetailType: 'Finding Appeared', Resources: ['arn:1'], Detail: '{"number":1}' }],
    });
  });

  it('go ten at a time, in their order; none is no call', async () => {
    await put(...Array.from({ length: 23 }, (_, index) => entry(index)));
    expect(calls().map(({ length }) => length)).toEqual([10, 10, 3]);
    expect(calls().flat()).toEqual(Array.from({ length: 23 }, (_, index) => index));
    await put();
    expect(calls()).toHaveLength(3);
  });

  it('go in calls of at most 256 KB', async () => {
    const big = { text: 'ü'.repeat(50_000) };
    await put(entry(1, big), entry(2, big), entry(3, big), entry(4));
    expect(calls()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});

describe('entries that are refused', () => {
  it('for a moment are put again, they alone', async () => {
    refusals = [{ 2: 'ThrottlingException', 3: 'InternalFailure' }, { 3: 'ThrottlingException' }];
    await put(entry(1), entry(2), entry(3));
    expect(calls()).toEqual([[1, 2, 3], [2, 3], [3]]);
    expect(waits).toEqual([1_000, 2_000]);
  });

  it('again and again fail in the end, with code and number', async () => {
    refusals = Array.from({ length: 9 }, () => ({ 2: 'ThrottlingException' }));
    await expect(put(entry(1), entry(2))).rejects.toThrow(
      'events:PutEvents of the default bus in eu-west-1: 1 of 2 entries refused (ThrottlingException)',
    );
    expect(calls()).toEqual([[1, 2], [2], [2], [2]]);
  });

  it('for good fail at once', async () => {
    refusals = [{ 1: 'NotAuthorizedForDetailTypeException' }];
    await expect(put(entry(1), entry(2))).rejects.toThrow('1 of 2 entries refused (NotAuthorizedForDetailTypeException)');
    expect(calls()).toHaveLength(1);
  });
});

describe('a call that is refused', () => {
  it('is an error with action, bus and advice', async () => {
    await server.close();
    server = await loopbackJson(() => ({ status: 400, body: { __type: 'AccessDeniedException', message: 'not authorized' } }));
    vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', server.url);
    await expect(put(entry(1))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('events:PutEvents of the default bus in eu-west-1: AccessDeniedException: not authorized'),
    });
  });
});
