import { describe, expect, it } from 'vitest';
import { createMeter } from '../../simulator/meter.ts';
import { createWire, pagesOf } from '../../simulator/wire.ts';
import type { Fault } from '../../simulator/world.ts';

function wireWith(...faults: Fault[]) {
  const meter = createMeter();
  const wire = createWire({ meter, faults });
  return { meter, ask: (operation: string) => wire.request('eks', operation, () => ({ name: 'zażółć' })) };
}

describe('a request over the wire', () => {
  it('is counted with the bytes of its answer, which for letters beyond ASCII are more than its characters', async () => {
    const { meter, ask } = wireWith();
    await ask('eks:DescribeCluster');
    expect(meter.cost()).toEqual({ requests: { eks: 1 }, bytes: { eks: Buffer.byteLength('{"name":"zażółć"}') } });
  });

  it('is counted by the parent of the meter too', async () => {
    const total = createMeter();
    const wire = createWire({ meter: createMeter(total) });
    await wire.request('ec2', 'ec2:DescribeSubnets', () => 1);
    expect(total.cost()).toEqual({ requests: { ec2: 1 }, bytes: { ec2: 1 } });
  });

  it('answers with what JSON carries, sharing nothing with the world', async () => {
    const original = { nested: { at: new Date('2026-11-21T06:00:00Z'), absent: undefined } };
    const answer = await createWire({ meter: createMeter() }).request('eks', 'any', () => original);
    expect(answer).toStrictEqual({ nested: { at: '2026-11-21T06:00:00.000Z' } });
  });

  it('fails at the nth request of its operation only, and is counted all the same', async () => {
    const { meter, ask } = wireWith({ operation: 'eks:DescribeAddon', nth: 2, code: 'Throttled', message: 'slow down' });
    await expect(ask('eks:DescribeAddon')).resolves.toBeDefined();
    await expect(ask('eks:DescribeCluster')).resolves.toBeDefined();
    await expect(ask('eks:DescribeAddon')).rejects.toMatchObject({ code: 'Throttled', message: 'slow down' });
    await expect(ask('eks:DescribeAddon')).resolves.toBeDefined();
    expect(meter.cost().requests).toEqual({ eks: 4 });
  });

  it('fails every time where the fault has no number, and for every operation where it names none', async () => {
    const named = wireWith({ operation: 'eks:DescribeAddon', code: 'AccessDenied' });
    await expect(named.ask('eks:DescribeAddon')).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(named.ask('eks:DescribeAddon')).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(named.ask('eks:ListAddons')).resolves.toBeDefined();
    await expect(wireWith({ code: 'AccessDenied' }).ask('eks:ListAddons')).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it('takes as long as it is told', async () => {
    const wire = createWire({ meter: createMeter(), latencyMs: 5 });
    const order: string[] = [];
    await Promise.all([
      wire.request('eks', 'slow', () => 1).then(() => order.push('answer')),
      new Promise((resolve) => setImmediate(resolve)).then(() => order.push('event loop')),
    ]);
    expect(order).toEqual(['event loop', 'answer']);
  });
});

describe('pages', () => {
  const pages = async (items: readonly number[], size: number) => {
    const seen: unknown[] = [];
    const paging = { items: () => items, size, request: async (respond: () => unknown) => respond() };
    for await (const page of pagesOf({ ...paging, answer: (some) => some })) seen.push(page);
    return seen;
  };

  it.each([
    [[], [[]]],
    [[1], [[1]]],
    [[1, 2], [[1, 2]]],
    [
      [1, 2, 3],
      [[1, 2], [3]],
    ],
  ])('of %j, two each', async (items, expected) => {
    expect(await pages(items, 2)).toEqual(expected);
  });
});
