import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeInventory } from '../../functions/analysis/analyze.ts';
import { type Inbox, needsInbox, readInbox, withInbox } from '../../functions/fleet/merge-inbox.ts';
import { type ErrorCode, errorCodes } from '../../functions/inventory/error-codes.ts';
import type { Inventory } from '../../functions/inventory/inventory.ts';
import { inventoryJson } from '../../functions/inventory/serialize.ts';
import { keys } from '../../functions/store/layout.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createConfiguration, createDescribedInventory, inventoryOf } from '../analysis/builders.ts';
import { createNode, unavailable } from '../checks/builders.ts';

const now = new Date('2026-11-21T06:00:00Z');
const hoursAgo = (hours: number, seconds = 0) => new Date(now.getTime() - hours * 3_600_000 + seconds * 1000).toISOString();
const place = { accountId: '111111111111', region: 'eu-west-1', name: 'payments' };
const key = 'kubernetes.nodes';

/** What a scan saw that could not list the nodes. */
const scanned = (code: ErrorCode = 'EndpointUnreachable') => createDescribedInventory({ [key]: unavailable(code) });

/** What a collector left. */
const left = (overrides: Partial<Inventory> = {}): Inventory => ({
  ...createDescribedInventory({ [key]: [createNode({ name: 'inside' })] }),
  collectedAt: hoursAgo(2),
  ...overrides,
});
const filled = (overrides: Partial<Inventory> = {}): Inbox => ({ status: 'filled', inventory: left(overrides) });
const messageAt = (inventory: Inventory, at = key) => {
  const entry = inventory.evidence[at];
  return entry?.status === 'unavailable' ? entry.message : `${at} was taken`;
};

describe('a key that the scan could not get at', () => {
  it.each([
    'EndpointUnreachable',
    'Timeout',
    'Unauthorized',
    'AccessNotConfigured',
    'Forbidden',
    'Throttled',
    'InvalidResponse',
    'AccessDenied',
  ] as const)('comes from the inbox after %s, with the time at which it was seen there', (code) => {
    const merged = withInbox(scanned(code), filled(), now);
    expect(merged.evidence[key]).toEqual({
      status: 'collected',
      data: [expect.objectContaining({ metadata: expect.objectContaining({ name: 'inside' }) })],
      collectedAt: hoursAgo(2),
    });
    expect(merged.collectedAt).toBe('2026-11-21T06:00:04Z');
  });

  it.each(['NotRequested', 'NotFound', 'NotYetAvailable', 'Internal'] as const)('stays as it is after %s: that is an answer', (code) => {
    const inventory = scanned(code);
    expect(needsInbox(inventory)).toBe(false);
    expect(withInbox(inventory, filled(), now)).toEqual(inventory);
  });

  it('keeps the time of its own that an entry carries, which must be fresh as well', () => {
    const entry = (collectedAt: string): Partial<Inventory> => ({
      evidence: { [key]: { status: 'collected', data: [createNode()], collectedAt } },
    });
    expect(withInbox(scanned(), filled(entry(hoursAgo(3))), now).evidence[key]).toMatchObject({ collectedAt: hoursAgo(3) });
    expect(messageAt(withInbox(scanned(), filled(entry(hoursAgo(37))), now))).toContain('more than 36 hours ago');
  });

  it('comes trimmed to its schema: what a collector never writes does not get in', () => {
    const node = { ...createNode(), data: { password: 'hunter2' } };
    const merged = withInbox(scanned(), filled({ evidence: { [key]: { status: 'collected', data: [node] } } }), now);
    expect(merged.evidence[key]).toMatchObject({ status: 'collected' });
    expect(JSON.stringify(merged)).not.toContain('hunter2');
  });
});

describe('what else the file holds', () => {
  it('adds no key that was not asked for, and replaces none that was read', () => {
    const own = createDescribedInventory({ [key]: [createNode({ name: 'own' })], 'eks.addons': unavailable('AccessDenied') });
    const inbox = filled({
      evidence: {
        ...left().evidence,
        'kubernetes.pods': { status: 'collected', data: [] },
        'eks.addons': { status: 'collected', data: [] },
      },
    });
    expect(needsInbox(own)).toBe(false);
    expect(withInbox(own, inbox, now)).toEqual(own);
  });
});

const minute = 60;
describe('the age of the file', () => {
  it.each([
    ['is taken exactly 36 hours later', hoursAgo(36), undefined],
    ['is refused a second after that', hoursAgo(36, -1), `it was collected at ${hoursAgo(36, -1)}, more than 36 hours ago`],
    ['is taken 5 minutes ahead: clocks differ', hoursAgo(0, 5 * minute), undefined],
    ['is refused a second further ahead', hoursAgo(0, 5 * minute + 1), 'which is still to come'],
  ])('%s', (_, collectedAt, refusal) => {
    const merged = withInbox(scanned(), filled({ collectedAt }), now);
    if (refusal === undefined) expect(merged.evidence[key]).toMatchObject({ status: 'collected', collectedAt });
    else expect(messageAt(merged)).toContain(refusal);
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['another account', { accountId: '222222222222' }, '222222222222/eu-west-1/payments'],
    ['another region', { region: 'eu-central-1' }, '111111111111/eu-central-1/payments'],
    ['another name', { name: 'orders' }, '111111111111/eu-west-1/orders'],
  ])('says that it is of %s', (_, identity, said) => {
    const inbox = filled({ cluster: { ...left().cluster, ...identity } });
    const merged = withInbox(scanned(), inbox, now);
    expect(messageAt(merged)).toBe(
      `${key} was not read; an inbox file is there, but: it says that it is of ${said}, not of 111111111111/eu-west-1/payments`,
    );
    expect(merged.evidence[key]).toMatchObject({ status: 'unavailable', code: 'EndpointUnreachable' });
  });

  it('is of an earlier cluster of the same name', () => {
    const created = (createdAt: string) =>
      withInbox(
        { ...scanned(), evidence: { ...scanned().evidence, 'eks.cluster': { status: 'collected', data: { createdAt } } } },
        filled(),
        now,
      );
    expect(messageAt(created(hoursAgo(1)))).toContain('before this cluster was created');
    expect(created(hoursAgo(3)).evidence[key]).toMatchObject({ status: 'collected' });
  });

  it('could not be read, or says nothing of the key', () => {
    expect(messageAt(withInbox(scanned(), { status: 'unreadable', why: 'it is not JSON' }, now))).toBe(
      `${key} was not read; an inbox file is there, but: it is not JSON`,
    );
    expect(messageAt(withInbox(scanned(), filled({ evidence: {} }), now))).toContain('its collector was not asked for this');
    const forbidden = { [key]: { status: 'unavailable', code: 'Forbidden', message: 'nodes is forbidden' } } as const;
    expect(messageAt(withInbox(scanned(), filled({ evidence: forbidden }), now))).toContain(
      'its collector could not read this either: Forbidden: nodes is forbidden',
    );
    const bent: Partial<Inventory> = { evidence: { [key]: { status: 'collected', data: 'many' } } };
    expect(messageAt(withInbox(scanned(), filled(bent), now))).toContain(
      'could not read this either: InvalidResponse: evidence.kubernetes.nodes',
    );
  });

  it('cannot fill a report with its words', () => {
    const inbox = filled({ cluster: { ...left().cluster, name: 'x'.repeat(100_000) } });
    expect(messageAt(withInbox(scanned(), inbox, now))?.length).toBeLessThan(700);
  });
});

it('leaves an empty inbox unmentioned', () => {
  const inventory = scanned();
  expect(withInbox(inventory, { status: 'empty' }, now)).toEqual(inventory);
});

it('shows in the report where it is older than the rest', () => {
  const options = { now, target: 'next', configuration: createConfiguration() };
  const { evidence } = analyzeInventory(withInbox(scanned(), filled(), now), options);
  expect(evidence[key]).toEqual({ status: 'collected', items: 1, code: null, message: null, collectedAt: hoursAgo(2) });
  expect(evidence['eks.cluster']).not.toHaveProperty('collectedAt');
});

describe('for any inventory and any file', () => {
  const entry = fc.oneof(
    fc.record({ status: fc.constant('unavailable' as const), code: fc.constantFrom(...errorCodes), message: fc.string() }),
    fc.record({ status: fc.constant('collected' as const), data: fc.constant([createNode()]) }),
  );
  const evidence = fc.dictionary(fc.constantFrom(key, 'eks.addons', 'kubernetes.version', 'kubernetes.futureThings'), entry);
  const ageHours = fc.double({ min: -2, max: 80, noNaN: true });

  it('never loses or changes what was read, never adds a key, and takes only what is fresh', () => {
    fc.assert(
      fc.property(evidence, evidence, ageHours, (own, other, age) => {
        const inventory = { ...createDescribedInventory(), evidence: own };
        const merged = withInbox(inventory, filled({ evidence: other, collectedAt: hoursAgo(age) }), now);
        expect(Object.keys(merged.evidence)).toEqual(Object.keys(own));
        for (const [name, before] of Object.entries(own)) {
          const after = merged.evidence[name];
          if (before.status === 'collected' || before.code === 'NotRequested' || !name.startsWith('kubernetes.'))
            expect(after).toEqual(before);
          else if (after?.status === 'collected') {
            expect(other[name]?.status).toBe('collected');
            expect(age).toBeLessThanOrEqual(36.001);
            expect(age).toBeGreaterThanOrEqual(-5.001 / 60);
          } else expect(after).toMatchObject({ status: 'unavailable', code: before.code });
        }
      }),
    );
  });
});

describe('reading', () => {
  const inventory = inventoryOf({ name: 'payments' });
  const json = [...inventoryJson(inventory)].join('');
  const inboxOf = async (body: string | Uint8Array, limits?: Parameters<typeof readInbox>[2]) => {
    const { store } = memoryStore();
    await store.put(keys.inbox(place), body);
    return readInbox(store, place, limits);
  };

  it('takes the file of that cluster, gzip-compressed or plain', async () => {
    expect(await inboxOf(gzipSync(json))).toEqual({ status: 'filled', inventory });
    expect(await inboxOf(json)).toEqual({ status: 'filled', inventory });
    const { store } = memoryStore();
    await store.put(keys.inbox({ ...place, name: 'orders' }), json);
    expect(await readInbox(store, place)).toEqual({ status: 'empty' });
  });

  it.each([
    ['no JSON, without quoting it', 'password=hunter2', 'it is not JSON'],
    ['nothing', '', 'it is not JSON'],
    ['another document', '{"kind":"List"}', 'schemaVersion'],
    ['a newer version', json.replace('"schemaVersion":"1"', '"schemaVersion":"2"'), 'this file is of version "2"'],
    ['half a gzip file', gzipSync(json).subarray(0, 200), 'it is no whole gzip file'],
    ['damaged gzip', new Uint8Array([0x1f, 0x8b, 1, 2, 3]), 'it is no whole gzip file'],
  ])('explains %s', async (_, body, why) => {
    expect(await inboxOf(body)).toEqual({ status: 'unreadable', why: expect.stringContaining(why) });
  });

  it('stops at what is too large, compressed or not', async () => {
    const bomb = gzipSync(new Uint8Array(4 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(8192);
    expect(await inboxOf(bomb, { stored: 8192, decompressed: 1024 * 1024 })).toEqual({
      status: 'unreadable',
      why: 'it is larger than 1 MiB when decompressed',
    });
    expect(await inboxOf(json, { stored: json.length - 1, decompressed: 1 })).toEqual({
      status: 'unreadable',
      why: `it is larger than ${json.length - 1} bytes`,
    });
    expect(await inboxOf(gzipSync(json), { stored: 8192, decompressed: json.length })).toMatchObject({ status: 'filled' });
  });

  it('explains a store that refuses', async () => {
    const get = async () => Promise.reject(new Error('s3:GetObject was refused'));
    expect(await readInbox({ get }, place)).toEqual({ status: 'unreadable', why: 's3:GetObject was refused' });
  });
});
