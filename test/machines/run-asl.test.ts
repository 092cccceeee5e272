import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../simulator/memory-store.ts';
import type { Json } from '../../simulator/step-functions/asl.ts';
import type { Fault } from '../../simulator/step-functions/faults.ts';
import { largestPayload } from '../../simulator/step-functions/history.ts';
import type { Handler } from '../../simulator/step-functions/integrations.ts';
import { redriveExecution, startExecution } from '../../simulator/step-functions/run-asl.ts';
import { distributedMap, jsonLines, lambda, named, nested, putObject, recorded, workflow } from './builders.ts';

const worldOf = (handlers: Record<string, Handler> = {}, machines: Record<string, string> = {}) => {
  const memory = memoryStore();
  return { ...memory, handlers, machines };
};

const retryOf = (ErrorEquals: string[], MaxAttempts = 3) => ({ Retry: [{ ErrorEquals, MaxAttempts, IntervalSeconds: 3600 }] });
const caught = (Next: string, ErrorEquals = ['States.ALL']) => ({ Catch: [{ ErrorEquals, ResultPath: '$.error', Next }] });
const failed = { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' };

describe('a Lambda task', () => {
  it('invokes the function of its substitution, and gets its answer as Payload, as JSON', async () => {
    const greet = recorded(() => ({ at: new Date(0), nothing: undefined }));
    const run = await startExecution(workflow({ Greet: lambda('GreetFunction') }), worldOf({ GreetFunction: greet.handler }), {
      input: { who: 'you' },
    });
    expect(greet.payloads).toEqual([{ who: 'you' }]);
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      output: { Payload: { at: '1970-01-01T00:00:00.000Z' }, StatusCode: 200 },
      visited: ['Greet'],
    });
  });

  it('answers null for a function that answers nothing', async () => {
    const run = await startExecution(workflow({ A: lambda('AFunction') }), worldOf({ AFunction: async () => undefined }));
    expect(run.output).toMatchObject({ Payload: null });
  });

  it('fails with the name of the error, and with Lambda’s JSON as the cause', async () => {
    const text = workflow({ A: lambda('AFunction', caught('Failed')), B: { Type: 'Pass', End: true }, Failed: failed });
    const throws = async () => {
      throw named('InvalidInput', 'accounts: expected a list');
    };
    const run = await startExecution(text, worldOf({ AFunction: throws }));
    expect(run).toMatchObject({ status: 'FAILED', error: 'InvalidInput', visited: ['A', 'Failed'] });
    expect(JSON.parse(run.cause ?? '')).toEqual({ errorType: 'InvalidInput', errorMessage: 'accounts: expected a list' });
  });

  it('fails with the name of what is thrown when nobody catches it', async () => {
    const text = workflow({ A: lambda('AFunction', caught('Failed', ['Throttled'])), B: { Type: 'Pass', End: true }, Failed: failed });
    const run = await startExecution(text, worldOf({ AFunction: () => Promise.reject('a string') }));
    expect(run).toMatchObject({
      status: 'FAILED',
      error: 'Error',
      cause: JSON.stringify({ errorType: 'Error', errorMessage: 'a string' }),
    });
  });
});

describe('the context object', () => {
  it('says which execution it is, and when it began', async () => {
    const Parameters = {
      'id.$': '$$.Execution.Id',
      'name.$': '$$.Execution.Name',
      'at.$': '$$.Execution.StartTime',
      'input.$': '$$.Execution.Input',
    };
    const text = workflow({ A: { Type: 'Pass', Parameters } });
    const run = await startExecution(text, worldOf(), { name: 'fleet-scan:one', startTime: '2026-12-01T00:00:00Z', input: { n: 1 } });
    const id = 'arn:aws:states:eu-west-1:999999999999:execution:fleet-scan:one';
    expect(run.output).toEqual({ id, name: 'one', at: '2026-12-01T00:00:00Z', input: { n: 1 } });
    expect(run.id).toBe(id);
  });
});

describe('time', () => {
  it('does not pass in waits and before retries', async () => {
    const fails = recorded(() => {
      throw named('Throttled');
    });
    const text = workflow({
      Rest: { Type: 'Wait', Seconds: 31_536_000 },
      A: lambda('AFunction', { TimeoutSeconds: 1, ...retryOf(['Throttled'], 4) }),
    });
    const run = await startExecution(text, worldOf({ AFunction: fails.handler }));
    expect(run).toMatchObject({ status: 'FAILED', error: 'Throttled' });
    expect(fails.payloads).toHaveLength(5);
  });
});

describe('a retry', () => {
  it('comes when others have got on', async () => {
    let done = false;
    const slow: Handler = async () => {
      for (let turn = 0; turn < 50; turn += 1) await setImmediate();
      done = true;
    };
    const waiting: Handler = async () => {
      if (!done) throw named('Throttled');
    };
    const world = worldOf({ SlowFunction: slow, WaitingFunction: waiting });
    const text = (name: string) => workflow({ A: lambda(name, retryOf(['Throttled'], 1)) });
    const [, run] = await Promise.all([startExecution(text('SlowFunction'), world), startExecution(text('WaitingFunction'), world)]);
    expect(run.status).toBe('SUCCEEDED');
  });
});

describe('faults', () => {
  const text = workflow({ A: lambda('AFunction', { ...retryOf(['Throttled', 'States.TaskFailed', 'Lambda.ServiceException']) }) });
  const withFaults = async (...faults: Fault[]) => {
    const a = recorded((_payload, nth) => nth);
    return { run: await startExecution(text, worldOf({ AFunction: a.handler }), { faults }), calls: a.payloads.length };
  };

  it('throw instead of the nth call', async () => {
    const { run, calls } = await withFaults({ on: 'AFunction', call: 1, what: { error: 'Throttled', message: 'slow down' } });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { Payload: 1 } });
    expect(calls).toBe(1);
  });

  it('throw instead of every call', async () => {
    const { run, calls } = await withFaults({ on: 'AFunction', call: 'every', what: { error: 'AccessDenied' } });
    expect(run).toMatchObject({ status: 'FAILED', error: 'AccessDenied', cause: '{"errorType":"AccessDenied","errorMessage":"injected"}' });
    expect(calls).toBe(0);
  });

  it('hit only what they name, and only then', async () => {
    const { run } = await withFaults(
      { on: 'BFunction', call: 1, what: { error: 'Internal' } },
      { on: 'AFunction', call: 2, what: { error: 'Internal' } },
    );
    expect(run.status).toBe('SUCCEEDED');
  });

  it('time out, which is no States.TaskFailed', async () => {
    const { run, calls } = await withFaults({ on: 'AFunction', call: 1, what: 'timeout' });
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(calls).toBe(0);
  });

  it('lose the answer of a call that had its effect: it is done again', async () => {
    const { run, calls } = await withFaults({ on: 'AFunction', call: 1, what: 'crash' });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { Payload: 2 } });
    expect(calls).toBe(2);
  });
});

describe('a task that puts an object', () => {
  const text = workflow({ Put: putObject({ 'Key.$': '$.key', 'Body.$': '$.body' }, retryOf(['States.TaskFailed'], 1)) });

  it('writes it as JSON', async () => {
    const world = worldOf();
    await startExecution(text, world, { input: { key: 'a/b.json', body: { Error: 'Throttled' } } });
    expect(world.text('a/b.json')).toBe('{"Error":"Throttled"}');
  });

  it('is retried and fails as S3 does', async () => {
    let tries = 0;
    const memory = memoryStore();
    const put = () => {
      tries += 1;
      return Promise.reject(new Error('Access Denied'));
    };
    const run = await startExecution(text, { handlers: {}, store: { ...memory.store, put } }, { input: { key: 'k', body: {} } });
    expect(run).toMatchObject({ status: 'FAILED', error: 'S3.S3Exception', cause: 'Access Denied' });
    expect(tries).toBe(2);
  });

  it('meets faults by the name of its integration', async () => {
    const world = worldOf();
    const faults = [{ on: 'aws-sdk:s3:putObject', call: 1, what: { error: 'S3.S3Exception' } }] as const;
    await startExecution(text, world, { input: { key: 'k', body: [1] }, faults });
    expect(world.written).toEqual(['k']);
    expect(world.text('k')).toBe('[1]');
  });

  it('is not modelled for strings', () =>
    expect(startExecution(text, worldOf(), { input: { key: 'k', body: 'text' } })).rejects.toThrow(/not modelled/));
});

describe('a Distributed Map', () => {
  const ItemSelector = { 'from.$': '$.run', 'item.$': '$$.Map.Item.Value', 'at.$': '$$.Map.Item.Index', 'of.$': '$$.Execution.Name' };
  const inMap = (fields = {}, answer: (payload: unknown, nth: number) => unknown = () => ({})) => {
    const child = recorded(answer);
    const world = worldOf({ ChildFunction: child.handler });
    const text = workflow({ Each: distributedMap({ Child: lambda('ChildFunction') }, fields), After: { Type: 'Pass' } });
    const start = async (items: string, input = {}) => {
      await world.store.put('items.jsonl', items);
      return startExecution(text, world, { input, name: 'm:one' });
    };
    return { start, world, payloads: child.payloads };
  };
  const fails = (...which: number[]) => ({
    answer: (payload: unknown) => {
      if (which.includes(Number(payload))) throw named('Internal', `item ${payload}`);
      return payload;
    },
  });

  it('runs a child for each line, with what ItemSelector makes of it', async () => {
    const { start, payloads } = inMap({ ItemSelector });
    const run = await start(jsonLines(['a', { b: 2 }]), { run: 'r1' });
    expect(payloads).toEqual([
      { from: 'r1', item: 'a', at: 0, of: 'one' },
      { from: 'r1', item: { b: 2 }, at: 1, of: 'one' },
    ]);
    expect(run.children.map(({ id }) => id.split(':execution:')[1])).toEqual(['m/Each:one-0', 'm/Each:one-1']);
    expect(run.children).toEqual(run.maps.Each?.children);
    expect(run.visited).toEqual(['Each', 'After']);
  });

  it.each([
    [1, 1],
    [3, 3],
    [0, 7],
  ])('runs at most %i at a time', async (width, most) => {
    const { start } = inMap({ MaxConcurrencyPath: '$.width' });
    const run = await start(jsonLines([1, 2, 3, 4, 5, 6, 7]), { width });
    expect(run.maps.Each).toMatchObject({ maxConcurrency: width, maxParallel: most });
    expect(run.children).toHaveLength(7);
  });

  it('writes down how the children ended, and hands on where', async () => {
    const { start, world } = inMap({ ToleratedFailurePercentage: 100 }, fails(2).answer);
    const run = await start(jsonLines([1, 2]));
    expect(run.output).toEqual({
      MapRunArn: 'arn:aws:states:::mapRun:Each',
      ResultWriterDetails: { Bucket: 'FindingsBucket', Key: 'results/Each/manifest.json' },
    });
    expect(JSON.parse(world.text('results/Each/manifest.json'))).toEqual({
      DestinationBucket: 'FindingsBucket',
      ResultFiles: { SUCCEEDED: ['results/Each/SUCCEEDED_0.json'], FAILED: ['results/Each/FAILED_0.json'] },
    });
    expect(JSON.parse(world.text('results/Each/SUCCEEDED_0.json'))).toMatchObject([{ Input: '1', Status: 'SUCCEEDED' }]);
    expect(JSON.parse(world.text('results/Each/FAILED_0.json'))).toMatchObject([{ Input: '2', Error: 'Internal', Status: 'FAILED' }]);
  });

  it('without a ResultWriter answers what the children said', async () => {
    const { start } = inMap({ ResultWriter: undefined }, (payload) => payload);
    expect((await start(jsonLines([1, 2]))).output).toMatchObject([{ Payload: 1 }, { Payload: 2 }]);
  });

  it.each([
    [0, [1], 'FAILED'],
    [24, [1], 'FAILED'],
    [25, [1], 'SUCCEEDED'],
    [99, [1, 2, 3, 4], 'FAILED'],
    [100, [1, 2, 3, 4], 'SUCCEEDED'],
  ])('that tolerates %i %% of failures, with %j of four failed, has %s', async (ToleratedFailurePercentage, which, status) => {
    const run = await inMap({ ToleratedFailurePercentage }, fails(...which).answer).start(jsonLines([1, 2, 3, 4]));
    expect(run.status).toBe(status);
    expect(run.error).toBe(status === 'FAILED' ? 'States.ExceedToleratedFailureThreshold' : undefined);
    expect(run.children).toHaveLength(4);
  });

  it('tolerates nothing unless it says so', async () =>
    expect((await inMap({}, fails(1).answer).start(jsonLines([1, 2]))).status).toBe('FAILED'));

  it.each([
    ['has no items', '', /no items/],
    ['has a line that is no JSON', '1\noops\n', /oops/],
    ['has an empty line', '1\n\n2\n', /no JSON/],
  ])('fails when its list %s', async (_what, items, cause) => {
    const run = await inMap({ ToleratedFailurePercentage: 100 }).start(items);
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed', cause: expect.stringMatching(cause) });
  });

  it('fails when its list is not there, which can be caught', async () => {
    const text = workflow({
      Each: distributedMap({ Child: { Type: 'Pass' } }, { ...caught('After'), End: true }),
      After: { Type: 'Pass' },
    });
    const run = await startExecution(text, worldOf());
    expect(run.output).toEqual({ error: { Error: 'States.ItemReaderFailed', Cause: 'There is no object items.jsonl' } });
  });

  it.each<Record<string, Json>>([{}, { width: -1 }, { width: '5' }, { width: 1.5 }])(
    'fails for good when its width is %j',
    async (input) => {
      const Each = distributedMap({ Child: { Type: 'Pass' } }, { MaxConcurrencyPath: '$.width', ...caught('After'), End: true });
      const world = worldOf();
      await world.store.put('items.jsonl', '1\n');
      const run = await startExecution(workflow({ Each, After: { Type: 'Pass' } }), world, { input });
      expect(run).toMatchObject({ status: 'FAILED', error: 'States.Runtime', visited: ['Each'] });
    },
  );

  it('reads nothing but JSONL', () => {
    const Each = distributedMap({ Child: { Type: 'Pass' } }, { ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2' } });
    return expect(startExecution(workflow({ Each }), worldOf())).rejects.toThrow(/only JSONL/);
  });
});

describe('a nested execution', () => {
  const outer = workflow({ Nested: nested('InnerMachine', caught('Caught')), Done: { Type: 'Pass', End: true }, Caught: { Type: 'Pass' } });

  it('is waited for, and its output read as JSON', async () => {
    const inner = workflow({ Inner: { Type: 'Pass', Parameters: { 'was.$': '$.n', 'id.$': '$$.Execution.Id' } } });
    const run = await startExecution(outer, worldOf({}, { InnerMachine: inner }), { input: { n: 4 } });
    const id = 'arn:aws:states:eu-west-1:999999999999:execution:InnerMachine:execution-1';
    expect(run.output).toMatchObject({ Status: 'SUCCEEDED', Output: { was: 4, id }, ExecutionArn: id });
    expect(run.children).toMatchObject([{ id, status: 'SUCCEEDED' }]);
    expect(run.events).toBe(1 + 6 + 2 + 1);
  });

  it('that fails is a failed task, whose cause has the error', async () => {
    const inner = workflow({ Inner: { Type: 'Fail', Error: 'NotFound', Cause: 'no such rotation' } });
    const run = await startExecution(outer, worldOf({}, { InnerMachine: inner }));
    expect(run.visited).toEqual(['Nested', 'Caught']);
    expect(run.output).toMatchObject({ error: { Error: 'States.TaskFailed', Cause: expect.stringContaining('"Error":"NotFound"') } });
  });
});

describe('limits', () => {
  it('counts events as the history has them', async () => {
    const text = workflow({
      Pass: { Type: 'Pass' },
      A: lambda('AFunction', retryOf(['Throttled'])),
      Each: distributedMap({ Child: lambda('BFunction') }),
      Inline: { Type: 'Map', ItemsPath: '$.list', ItemProcessor: { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } } },
    });
    const b = recorded();
    const world = worldOf({ AFunction: recorded(() => ({ list: [1, 2] })).handler, BFunction: b.handler });
    await world.store.put('items.jsonl', '1\n2\n3\n');
    const withResult = text.replace('"Payload.$":"$"}', '"Payload.$":"$"},"OutputPath":"$.Payload"');
    const keepsInput = withResult.replace('"Prefix":"results"}}', '"Prefix":"results"}},"ResultPath":null');
    const faults = [{ on: 'AFunction', call: 1, what: { error: 'Throttled' } }] as const;
    const run = await startExecution(keepsInput, world, { faults });
    expect(run.status).toBe('SUCCEEDED');
    // started and succeeded; a pass; a task tried twice; a map run; an inline map with two iterations of a pass
    expect(run.events).toBe(2 + 2 + (2 + 2 * 3) + (2 + 2) + (2 + 2 + 2 * (2 + 2)));
    expect(run.children.map(({ events }) => events)).toEqual([7, 7, 7]);
  });

  it('takes 20,000 events, and no more', async () => {
    const text = workflow({
      Inline: { Type: 'Map', ItemsPath: '$.list', ItemProcessor: { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } } },
    });
    const over = (length: number) => startExecution(text, worldOf(), { input: { list: Array.from({ length }, () => 1) } });
    expect((await over(4_998)).events).toBe(6 + 4 * 4_998);
    await expect(over(4_999)).rejects.toThrow('more than 20000 events');
  });

  it('ends a workflow that goes round for ever', () => {
    const text = workflow({
      Again: { Type: 'Choice', Choices: [{ Variable: '$.on', BooleanEquals: true, Next: 'Again' }], Default: 'Off' },
      Off: { Type: 'Succeed' },
    });
    return expect(startExecution(text, worldOf(), { input: { on: true } })).rejects.toThrow('more than 20000 events, the last in Again');
  });

  it.each([
    ['the input', { text: 'x'.repeat(largestPayload) }, () => ({})],
    ['an answer', {}, () => 'x'.repeat(largestPayload)],
  ])('ends a workflow where %s is too large, and nothing catches it', (_what, input, answer) => {
    const text = workflow({ A: lambda('AFunction', { ...caught('After'), ResultPath: null }), After: { Type: 'Pass' } });
    const world = worldOf({ AFunction: async () => answer() });
    return expect(startExecution(text, world, { input })).rejects.toThrow(/A: .* bytes, at most 262144 are allowed/);
  });

  it('ends a workflow whose child goes beyond them', async () => {
    const Each = distributedMap({ Child: lambda('AFunction') }, { ToleratedFailurePercentage: 100, ...caught('After') });
    const world = worldOf({ AFunction: async () => 'x'.repeat(largestPayload) });
    await world.store.put('items.jsonl', '1\n');
    await expect(startExecution(workflow({ Each, After: { Type: 'Pass' } }), world)).rejects.toThrow(/^Child: what it is answered/);
  });

  it('takes what just fits, and says how large it was', async () => {
    const text = `x${'ä'.repeat((largestPayload - JSON.stringify({ text: 'x' }).length) / 2)}`;
    const run = await startExecution(workflow({ A: { Type: 'Pass' } }), worldOf(), { input: { text } });
    expect(run).toMatchObject({ status: 'SUCCEEDED', largestPayload });
  });
});

describe('stopped and redriven', () => {
  const text = workflow({
    A: lambda('AFunction', { ResultPath: '$.a', ...caught('Failed') }),
    B: lambda('BFunction', { ResultPath: null, End: true, ...caught('Failed') }),
    Failed: failed,
  });
  const world = () => {
    const a = recorded(() => 'from a');
    const b = recorded();
    return { ...worldOf({ AFunction: a.handler, BFunction: b.handler }), a, b };
  };

  it('goes on where it was stopped, with the same input and as the same execution', async () => {
    const one = world();
    const stopped = await startExecution(text, one, { input: { n: 1 }, stopAt: 2, name: 'm:one' });
    expect(stopped).toMatchObject({
      status: 'ABORTED',
      visited: ['A', 'B'],
      last: { state: 'B', input: { n: 1, a: { Payload: 'from a' } } },
    });
    expect(one.b.payloads).toEqual([]);
    const run = await redriveExecution(text, one, stopped);
    expect(run).toMatchObject({ status: 'SUCCEEDED', id: stopped.id, visited: ['A', 'B', 'B'] });
    expect(one.a.payloads).toHaveLength(1);
    expect(one.b.payloads).toEqual([stopped.last.input]);
    expect(run.events).toBeGreaterThan(stopped.events);
  });

  it('goes on with the task whose error nobody caught', async () => {
    const one = world();
    const uncaught = workflow({ A: lambda('AFunction'), B: lambda('BFunction') });
    const ended = await startExecution(uncaught, one, { faults: [{ on: 'BFunction', call: 1, what: { error: 'Internal' } }] });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Internal' });
    expect(await redriveExecution(uncaught, one, ended)).toMatchObject({ status: 'SUCCEEDED', visited: ['A', 'B', 'B'] });
    expect(one.a.payloads).toHaveLength(1);
  });

  it('fails again at once when its error was caught and led to a Fail state', async () => {
    const one = world();
    const ended = await startExecution(text, one, { faults: [{ on: 'BFunction', call: 1, what: { error: 'Internal' } }] });
    expect(ended).toMatchObject({ status: 'FAILED', last: { state: 'Failed' } });
    expect(await redriveExecution(text, one, ended)).toMatchObject({
      status: 'FAILED',
      error: 'Internal',
      visited: ['A', 'B', 'Failed', 'Failed'],
    });
    expect(one.b.payloads).toEqual([]);
  });

  it('is stopped before the first task of a state, too, and then begins no other', async () => {
    const one = world();
    const each = workflow({ Each: distributedMap({ First: lambda('AFunction'), Second: lambda('BFunction') }) });
    await one.store.put('items.jsonl', jsonLines([1, 2, 3]));
    expect(await startExecution(each, one, { stopAt: 'Second' })).toMatchObject({ status: 'ABORTED', visited: ['Each'] });
    expect([one.a.payloads.length, one.b.payloads]).toEqual([3, []]);
  });

  it('begins nothing more once it is stopped, in no child', async () => {
    const one = world();
    await one.store.put('items.jsonl', jsonLines([1, 2, 3]));
    await startExecution(workflow({ Each: distributedMap({ First: lambda('AFunction') }) }), one, { stopAt: 3 });
    expect(one.a.payloads).toHaveLength(1);
  });

  it('is not for what succeeded', async () => {
    const one = world();
    const run = await startExecution(text, one);
    await expect(redriveExecution(text, one, run)).rejects.toThrow('ExecutionNotRedrivable');
  });

  const perItem = { First: lambda('AFunction', { ResultPath: null }), Second: lambda('BFunction', { ResultPath: null }) };

  it.each([
    ['STANDARD', 'goes on', [1, 2, 3]],
    ['EXPRESS', 'begins anew', [1, 2, 2, 3]],
  ])('%s children: one that succeeded stays, one that was stopped %s, the rest begins', async (type, _what, firsts) => {
    const one = world();
    const each = workflow({ Each: distributedMap(perItem, { MaxConcurrencyPath: '$.width' }, type) });
    await one.store.put('items.jsonl', jsonLines([1, 2, 3]));
    // 1: the map, 2 and 3: the first child, 4: First of the second, 5: Second of the second
    const stopped = await startExecution(each, one, { input: { width: 1 }, stopAt: 5 });
    expect(stopped.status).toBe('ABORTED');
    expect(stopped.maps.Each?.children.map((child) => child?.status)).toEqual(['SUCCEEDED', 'ABORTED', undefined]);
    const run = await redriveExecution(each, one, stopped);
    expect(run.status).toBe('SUCCEEDED');
    expect(run.children.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(one.a.payloads).toEqual(firsts);
    expect(one.b.payloads).toEqual([1, 2, 3]);
  });

  it('stops what it waits for', async () => {
    const one = world();
    const outer = workflow({ Nested: nested('InnerMachine', { ...caught('Caught'), End: true }), Caught: { Type: 'Pass' } });
    const within = { ...one, machines: { InnerMachine: text } };
    expect(await startExecution(outer, within, { stopAt: 3 })).toMatchObject({ status: 'ABORTED', visited: ['Nested'] });
    expect(one.a.payloads).toHaveLength(1);
    expect(one.b.payloads).toEqual([]);
  });
});

describe('a workflow is not begun', () => {
  it.each([
    [
      'names a function that is not there',
      workflow({ A: lambda('AFunction', caught('A')) }),
      /A: nothing here answers .*lambda:invoke of "AFunction"/,
    ],
    ['names a workflow that is not there', workflow({ A: nested('AMachine') }), /of "AMachine"/],
    [
      'calls a service that is not modelled',
      workflow({ A: lambda('A', { Resource: 'arn:aws:states:::sns:publish' }) }),
      /answers arn.*sns:publish/,
    ],
    ['has such a task in a child', workflow({ Each: distributedMap({ Child: lambda('AFunction') }) }), /Child: nothing here answers/],
    ['is not valid', workflow({ A: { Type: 'Pass', Next: 'B' } }), /the workflow is not valid/],
  ])('when it %s', (_what, text, problem) => expect(startExecution(text, worldOf())).rejects.toThrow(problem));
});
