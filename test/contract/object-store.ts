import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { byCodeUnit } from '../../functions/analysis/order.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';

const key = 'state/clusters/111111111111/eu-west-1/payments.json';
const text = (body: Uint8Array | undefined): string | undefined => body && new TextDecoder().decode(body);
const bytes = (length: number, of: number): Uint8Array => new Uint8Array(length).fill(of);
const megabytes = 2 * 1024 * 1024;

/** What every ObjectStore does.
 *  @param open a store on a place where nothing is yet */
export function objectStoreContract(name: string, open: () => Promise<ObjectStore>): void {
  describe(`ObjectStore in ${name}`, () => {
    let store: ObjectStore;
    beforeEach(async () => {
      store = await open();
    });
    const textOf = async (of = key) => text((await store.get(of))?.body);
    const versionOf = async (of = key) => (await store.get(of))?.version ?? 'absent';
    const listed = (prefix: string) => Array.fromAsync(store.list(prefix));

    describe('get and put', () => {
      it('give back what was put, and the last of it', async () => {
        expect(await store.get(key)).toBeUndefined();
        await store.put(key, 'old');
        await store.put(key, 'new ☃');
        expect(await textOf()).toBe('new ☃');
        expect(await store.get('state/clusters/111111111111')).toBeUndefined();
      });

      it('refuses what is larger than the reader allows', async () => {
        await store.put(key, bytes(1000, 1));
        expect((await store.get(key, 1000))?.body.length).toBe(1000);
        await expect(store.get(key, 999)).rejects.toMatchObject({ name: 'ObjectTooLarge', message: expect.stringContaining('1000 bytes') });
        expect(await store.get(`${key}x`, 1)).toBeUndefined();
      });

      it.each([
        ['no byte', bytes(0, 0)],
        ['every byte', Uint8Array.from({ length: 256 }, (_, index) => index)],
        ['two megabytes', bytes(megabytes, 0xe2)],
      ])('keep %s as it is', async (_, body) => {
        await store.put(key, body);
        expect(Buffer.from((await store.get(key))?.body ?? 'absent').equals(body)).toBe(true);
      });

      it('keep an empty text', async () => {
        await store.put(key, '');
        expect((await store.get(key))?.body).toHaveLength(0);
      });

      it('tell keys apart that look alike once they are decoded', async () => {
        const alike = ['a/b%2Ejson', 'a/b.json', 'a/b%252Ejson', 'a/b%2ejson', 'a/b+c', 'a/b%20c', 'a/b=c', "a/b!'()*~c"];
        for (const one of alike) await store.put(one, one);
        for (const one of alike) expect(await textOf(one)).toBe(one);
        expect(await listed('')).toEqual(alike.toSorted(byCodeUnit));
      });

      it('never show half an object to those who read while it is written', async () => {
        await store.put(key, bytes(megabytes, 0));
        const writing = Promise.all([1, 2, 3].map((of) => store.put(key, bytes(megabytes, of))));
        let written = false;
        const noted = writing.finally(() => {
          written = true;
        });
        do {
          const body = (await store.get(key))?.body ?? bytes(0, 0);
          expect(body).toHaveLength(megabytes);
          expect(Buffer.from(body).equals(bytes(megabytes, body[0] ?? 0))).toBe(true);
        } while (!written);
        await noted;
      });
    });

    describe('a version', () => {
      it('changes with the content, and not by itself', async () => {
        await store.put(key, 'one');
        const first = await versionOf();
        expect(await versionOf()).toBe(first);
        await store.put(key, 'two');
        const second = await versionOf();
        expect(second).not.toBe(first);
        expect(await store.putIfUnchanged(key, 'three', second)).toBe(true);
        expect([first, second]).not.toContain(await versionOf());
      });
    });

    describe('putIfAbsent', () => {
      it('lets one of many win, whole, and tells the others', async () => {
        const bodies = Array.from({ length: 12 }, (_, index) => String(index).repeat(10_000));
        const won = await Promise.all(bodies.map((body) => store.putIfAbsent(key, body)));
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(await textOf()).toBe(bodies[won.indexOf(true)]);
      });

      it('leaves what is there, an empty object too', async () => {
        await store.put(key, '');
        expect(await store.putIfAbsent(key, 'late')).toBe(false);
        expect(await textOf()).toBe('');
        expect(await store.putIfAbsent(`${key}.gz`, 'another key')).toBe(true);
      });
    });

    describe('putIfUnchanged', () => {
      it('replaces what is still as it was read, and nothing else', async () => {
        await store.put(key, 'one');
        const first = await versionOf();
        expect(await store.putIfUnchanged(key, 'two', first)).toBe(true);
        expect(await store.putIfUnchanged(key, 'late', first)).toBe(false);
        expect(await textOf()).toBe('two');
        await store.put(key, 'three');
        expect(await store.putIfUnchanged(key, 'later', await versionOf())).toBe(true);
      });

      it('makes nothing where nothing is, and takes no version that nobody gave', async () => {
        await store.put('other', 'x');
        expect(await store.putIfUnchanged(key, 'new', await versionOf('other'))).toBe(false);
        expect(await store.get(key)).toBeUndefined();
        for (const invented of ['', '"0"', 'absent']) expect(await store.putIfUnchanged('other', 'new', invented)).toBe(false);
        expect(await textOf('other')).toBe('x');
      });

      it('lets one of many win, whole, and tells the others', async () => {
        await store.put(key, 'before');
        const version = await versionOf();
        const bodies = Array.from({ length: 12 }, (_, index) => String(index).repeat(10_000));
        const won = await Promise.all(bodies.map((body) => store.putIfUnchanged(key, body, version)));
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(await textOf()).toBe(bodies[won.indexOf(true)]);
      });

      it('loses no update of writers that read, write and try again, however their steps are mixed', async () => {
        let place = 0;
        await fc.assert(
          fc.asyncProperty(fc.scheduler(), fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 }), async (s, counts) => {
            place += 1;
            const counter = `counters/${place}`;
            const step = () => s.schedule(Promise.resolve());
            const countUp = async (writer: number): Promise<void> => {
              await step();
              const present = await store.get(counter);
              const next = `${Number.parseInt(text(present?.body) ?? '0', 10) + 1} by ${writer}`;
              await step();
              const done = present ? store.putIfUnchanged(counter, next, present.version) : store.putIfAbsent(counter, next);
              if (!(await done)) await countUp(writer);
            };
            const writers = counts.map(async (times, writer) => {
              for (let time = 0; time < times; time += 1) await countUp(writer);
            });
            await s.waitFor(Promise.all(writers));
            expect(Number.parseInt((await textOf(counter)) ?? '', 10)).toBe(counts.reduce((sum, times) => sum + times));
          }),
          { numRuns: 15 },
        );
      });
    });

    describe('list', () => {
      it('gives keys in the order of their code units, page after page', async () => {
        const keys = [
          'runs/b/run.json',
          'runs/a/run.json',
          'runs/B/run.json',
          'runs/a%2Eb',
          'runs/a-b/x',
          'runs/a.b',
          'runs-old/x',
          'state/y',
        ];
        for (const one of keys) await store.put(one, 'x');
        expect(await listed('')).toEqual(keys.toSorted(byCodeUnit));
        expect(await listed('runs/')).toEqual(keys.filter((one) => one.startsWith('runs/')).toSorted(byCodeUnit));
      });

      it('takes a prefix that ends within a name, and one that is a whole key', async () => {
        for (const one of ['runs/2026-11-21T06/run.json', 'runs/2026-11-22T06/run.json', 'runs/2026-12-01T06/run.json'])
          await store.put(one, 'x');
        expect(await listed('runs/2026-11')).toHaveLength(2);
        expect(await listed('run')).toHaveLength(3);
        expect(await listed('runs/2026-12-01T06/run.json')).toEqual(['runs/2026-12-01T06/run.json']);
        expect(await listed('runs/2026-12-01T06/run.json/')).toEqual([]);
        expect(await listed('nothing/')).toEqual([]);
      });

      it('gives every key once, whatever was put how often', async () => {
        const names = fc.string({ unit: fc.constantFrom('a', 'B', '%', '2', '-', '_', '.', '=', '0'), minLength: 1, maxLength: 4 });
        const folderSafe = names.filter((one) => !/^\.+$/.test(one));
        let place = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(fc.tuple(folderSafe, folderSafe), { maxLength: 8 }), async (pairs) => {
            place += 1;
            // A folder has no place for both an object `a` and an object `a/b`.
            const keys = pairs.map(([a, b]) => `listed/${place}/d${a}/f${b}`);
            for (const one of keys) await store.put(one, one);
            expect(await listed(`listed/${place}/`)).toEqual([...new Set(keys)].sort(byCodeUnit));
          }),
          { numRuns: 15 },
        );
      });
    });
  });
}
