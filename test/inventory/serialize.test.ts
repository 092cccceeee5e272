import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Inventory, parseInventory } from '../../functions/inventory/inventory.ts';
import { inventoryJson } from '../../functions/inventory/serialize.ts';
import { createInventory } from '../checks/builders.ts';

const text = (inventory: Inventory) => [...inventoryJson(inventory)].join('');

const collected = fc.record({
  status: fc.constant('collected' as const),
  data: fc.jsonValue(),
  collectedAt: fc.constantFrom(null, '2026-11-21T06:00:04Z'),
});
const unavailable = fc.record(
  {
    status: fc.constant('unavailable' as const),
    code: fc.constantFrom('Forbidden' as const, 'NotRequested' as const),
    message: fc.string({ unit: 'binary' }),
  },
  { requiredKeys: ['status', 'code'] },
);
const inventories: fc.Arbitrary<Inventory> = fc.record(
  {
    schemaVersion: fc.constant('1' as const),
    collectedAt: fc.constantFrom('2026-11-21T06:00:04Z', '2026-11-21T06:00:04.5+01:00'),
    cluster: fc.record({
      accountId: fc.stringMatching(/^\d{12}$/),
      region: fc.constant('eu-west-1'),
      name: fc.string({ minLength: 1, unit: 'binary' }),
      arn: fc.string({ minLength: 1 }),
    }),
    evidence: fc.dictionary(
      fc.string({ unit: 'binary' }).filter((key) => key !== '__proto__'),
      fc.oneof(collected, unavailable),
      { maxKeys: 5, noNullPrototype: true },
    ),
    collection: fc.constantFrom(null, { durationMs: 4100, requests: { eks: 14 }, bytes: {} }),
  },
  { requiredKeys: ['schemaVersion', 'collectedAt', 'cluster', 'evidence'] },
);

describe('inventoryJson', () => {
  it('says what JSON.stringify says, and parses again to the same inventory', () => {
    fc.assert(
      fc.property(inventories, (inventory) => {
        const written: unknown = JSON.parse(text(inventory));
        expect(written).toEqual(JSON.parse(JSON.stringify(inventory)));
        expect(parseInventory(written)).toEqual(written);
      }),
    );
  });

  it('writes a list one object at a time', () => {
    const inventory = createInventory({ 'kubernetes.nodes': [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }], 'eks.addons': [] });
    const pieces = [...inventoryJson(inventory)];
    expect(pieces.filter((piece) => piece.includes('"metadata"'))).toHaveLength(2);
    expect(JSON.parse(pieces.join(''))).toEqual(inventory);
  });

  it('stays JSON where a list holds what JSON has no word for', () => {
    const inventory = createInventory({ 'eks.insights': [1, undefined, () => 1] });
    expect(JSON.parse(text(inventory))).toMatchObject({ evidence: { 'eks.insights': { data: [1, null, null] } } });
  });
});
