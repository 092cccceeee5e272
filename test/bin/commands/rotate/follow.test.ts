import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { exitCodeOfOutcome, follow } from '../../../../bin/commands/rotate/follow.ts';
import { openScreen } from '../../../../bin/commands/rotate/screen.ts';
import { CollectionError } from '../../../../functions/inventory/error-codes.ts';
import { outcomes } from '../../../../functions/rotation/phases.ts';
import type { RotationRecord } from '../../../../functions/rotation/record.ts';
import { createRecord, updateRecord, writeIndex } from '../../../../functions/rotation/record-store.ts';
import { memoryStore } from '../../../../simulator/memory-store.ts';
import { createRotationRecord } from '../../../rotation/records.ts';

const rotationId = 'rot-payments-1';
const environment = { columns: 100, color: false, interactive: false, region: undefined, user: 'tester' };
const outcome = { name: 'succeeded' as const, cause: 'green serves 4 nodes', at: '2026-11-21T12:30:00Z' };

/** Follows a rotation; each wait makes the next of what happens. */
async function following(
  happens: readonly ((store: ReturnType<typeof memoryStore>['store']) => Promise<unknown>)[],
  whyNone?: string,
  failing = 0,
) {
  const { store } = memoryStore();
  const shown: string[][] = [];
  const notes: string[] = [];
  const left = [...happens];
  let failures = failing;
  const record = await follow({
    store: {
      ...store,
      get: async (key, maxBytes) => {
        if (failures > 0) {
          failures -= 1;
          throw new CollectionError('Throttled', 'slow down');
        }
        return store.get(key, maxBytes);
      },
    },
    rotationId,
    screen: {
      show: async (_frame, lines) => {
        shown.push([...lines]);
      },
    },
    terminal: { environment, note: (text) => notes.push(text) },
    clock: () => new Date('2026-11-21T12:26:00Z'),
    pause: async () => {
      const next = left.shift();
      if (!next) throw new Error('it should have ended');
      await next(store);
    },
    whyNone: async () => whyNone,
  });
  return { record, shown, notes };
}

const begins = async (store: ReturnType<typeof memoryStore>['store']) => {
  const record = createRotationRecord();
  await writeIndex(store, rotationId, record.cluster);
  await createRecord(store, record);
};
const becomes = (change: Partial<RotationRecord>) => (store: ReturnType<typeof memoryStore>['store']) =>
  updateRecord(
    store,
    createRotationRecord(),
    () => JSON.stringify(change),
    (record) => ({ ...record, ...change }),
  );

describe('following a rotation', () => {
  it('waits until there is a record, and ends with its outcome', async () => {
    const { record, shown } = await following([
      async () => {},
      begins,
      becomes({ waitingFor: 'node ip-10-0-1-1 joins' }),
      becomes({ outcome, waitingFor: null }),
    ]);
    expect(record.outcome).toEqual(outcome);
    expect(shown).toEqual([
      ['12:26:00 acquire begins'],
      ['12:26:00 waits: node ip-10-0-1-1 joins'],
      ['12:26:00 succeeded: green serves 4 nodes'],
    ]);
  });

  it('ends when there will be no record', async () => {
    await expect(following([], 'its execution ended FAILED: InvalidInput: region')).rejects.toThrow(
      'its execution ended FAILED: InvalidInput: region',
    );
  });

  it('tries again when the store cannot be read for a while, and gives up after ten times', async () => {
    const { notes } = await following([begins, async () => {}, becomes({ outcome })], undefined, 2);
    expect(notes).toEqual(Array(2).fill('cannot read rot-payments-1 now, and tries again: slow down'));
    await expect(
      following(
        Array(20).fill(async () => {}),
        undefined,
        20,
      ),
    ).rejects.toThrow('cannot watch rot-payments-1 any more, which goes on without it: slow down');
  });

  it('exits by its outcome', () => {
    const codes = Object.fromEntries(outcomes.map((name) => [name, exitCodeOfOutcome(name)]));
    expect(codes).toEqual({ succeeded: 0, noop: 0, planned: 0, busy: 2, refused: 2, reverted: 2, 'hold-both-up': 2, 'dirty-finish': 2 });
    expect(exitCodeOfOutcome(undefined)).toBe(2);
  });
});

describe('the screen', () => {
  const screenOf = (screen: { rows: number } | undefined) => {
    let out = '';
    const { show } = openScreen({
      environment: { ...environment, columns: 20, screen },
      print: async (text) => {
        out += text;
      },
    });
    return { show, out: () => out };
  };

  it('draws a frame over the one before', async () => {
    const { show, out } = screenOf({ rows: 10 });
    await show(['one', 'two'], ['line']);
    await show(['three'], ['line']);
    await show(['four'], []);
    expect(out()).toBe('one\ntwo\n\u001b[2A\r\u001b[Jthree\n\u001b[1A\r\u001b[Jfour\n');
  });

  it('cuts what is too high or too wide: it could not be taken back', async () => {
    const { show, out } = screenOf({ rows: 3 });
    await show([`\u001b[31m${'x'.repeat(40)}\u001b[39m`, 'two', 'three'], []);
    const lines = stripVTControlCharacters(out()).split('\n');
    expect(lines).toEqual([`${'x'.repeat(18)}…`, 'two', '']);
  });

  it('prints lines alone where there is no terminal, and nothing where nothing is new', async () => {
    const { show, out } = screenOf(undefined);
    await show(['frame'], ['a', 'b']);
    await show(['frame'], []);
    expect(out()).toBe('a\nb\n');
  });
});
