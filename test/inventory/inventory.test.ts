import { describe, expect, it } from 'vitest';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { evidenceByKey, evidenceList } from '../../functions/inventory/evidence/list.ts';
import { parseInventory, readEvidence } from '../../functions/inventory/inventory.ts';

const minimal = {
  schemaVersion: '1',
  collectedAt: '2026-11-21T06:00:04Z',
  cluster: { accountId: '111111111111', region: 'eu-west-1', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
  evidence: {},
};

const withEvidence = (evidence: unknown) => parseInventory({ ...minimal, evidence });

function problemOf(value: unknown): string {
  try {
    parseInventory(value);
  } catch (error) {
    if (error instanceof CollectionError && error.code === 'InvalidResponse') return error.message;
    throw error;
  }
  throw new Error('it was parsed');
}

describe('evidence keys', () => {
  it('end in names that differ, since checks know them by the last part', () => {
    const names = evidenceList.map(({ key }) => key.slice(key.indexOf('.') + 1));
    expect(new Set(names).size).toBe(names.length);
    expect(evidenceByKey.size).toBe(evidenceList.length);
  });
});

describe('parseInventory', () => {
  it('takes the smallest inventory, and times with an offset', () => {
    expect(parseInventory(minimal)).toEqual(minimal);
    expect(parseInventory({ ...minimal, collectedAt: '2026-11-21T07:00:04.123+01:00' }).collectedAt).toBe('2026-11-21T07:00:04.123+01:00');
  });

  it('keeps unknown keys of the evidence', () => {
    const evidence = { 'acme.inventory': { status: 'collected', data: { any: 1 } } };
    expect(withEvidence(evidence).evidence).toEqual(evidence);
  });

  it('is not led astray by the names of the prototype', () => {
    const evidence: unknown = JSON.parse(
      '{"__proto__":{"status":"collected","data":[]},"constructor":{"status":"collected","data":[1]},"eks.addons":{"status":"collected","data":[]}}',
    );
    const parsed = withEvidence(evidence);
    expect(Object.getPrototypeOf(parsed.evidence)).toBe(Object.prototype);
    expect(readEvidence(parsed, 'eks.addons')).toMatchObject({ status: 'collected', data: [] });
    expect(readEvidence(parsed, 'eks.nodegroups')).toMatchObject({ code: 'NotRequested' });
  });

  it.each([
    ['2', 'schemaVersion: this file is of version "2", this program reads version "1"; use a newer eks-greenlight'],
    [2, 'schemaVersion: this file is of version 2, this program reads version "1"; use a newer eks-greenlight'],
    ['0.9', 'schemaVersion: this file is of version "0.9", this program reads version "1"'],
  ])('names both versions for schemaVersion %j', (schemaVersion, message) => {
    expect(problemOf({ ...minimal, schemaVersion, evidence: 'of another shape' })).toBe(message);
  });

  it.each([
    [null, /^the value: .*expected object/],
    [[], /^the value: .*expected object/],
    ['text', /^the value: .*expected object/],
    [{}, /^schemaVersion: .*expected "1"/],
    [{ ...minimal, collectedAt: '2026-11-21' }, /^collectedAt: .*ISO datetime/],
    [{ ...minimal, collectedAt: '2026-02-30T00:00:00Z' }, /^collectedAt: /],
    [{ ...minimal, cluster: { ...minimal.cluster, accountId: 111111111111 } }, /^cluster\.accountId: .*expected string, received number/],
    [{ ...minimal, cluster: { ...minimal.cluster, accountId: '1111' } }, /^cluster\.accountId: expected 12 digits/],
    [{ ...minimal, cluster: { ...minimal.cluster, name: '' } }, /^cluster\.name: /],
    [{ ...minimal, evidence: [] }, /^evidence: .*expected record/],
    [{ ...minimal, evidence: undefined }, /^evidence: .*expected record/],
    [{ ...minimal, collection: { durationMs: 1, requests: { eks: '14' }, bytes: {} } }, /^collection\.requests\.eks: .*expected number/],
  ])('refuses %j with path and expectation', (value, message) => {
    expect(problemOf(value)).toMatch(message);
  });

  it('does not reject a file for an entry that fits no shape', () => {
    const parsed = withEvidence({
      'eks.addons': { status: 'partial', data: [] },
      'eks.nodegroups': null,
      'eks.fargateProfiles': [],
      'eks.cluster': { data: {} },
      'kubernetes.nodes': { status: 'unavailable', code: 'Forbidden', message: 7 },
      'ec2.subnets': { status: 'collected', data: [], collectedAt: 'yesterday' },
      'kubernetes.pods': { status: 'collected', data: [] },
    });
    const read = (key: Parameters<typeof readEvidence>[1]) => readEvidence(parsed, key);
    expect(read('eks.addons')).toMatchObject({
      code: 'InvalidResponse',
      message: expect.stringMatching(/^evidence\.eks\.addons\.status: .*'collected'/),
    });
    expect(read('eks.nodegroups')).toMatchObject({
      code: 'InvalidResponse',
      message: expect.stringMatching(/^evidence\.eks\.nodegroups: /),
    });
    expect(read('eks.fargateProfiles')).toMatchObject({ code: 'InvalidResponse' });
    expect(read('eks.cluster')).toMatchObject({
      code: 'InvalidResponse',
      message: expect.stringMatching(/^evidence\.eks\.cluster\.status: /),
    });
    expect(read('kubernetes.nodes')).toMatchObject({
      code: 'InvalidResponse',
      message: expect.stringMatching(/\.message: .*expected string/),
    });
    expect(read('ec2.subnets')).toMatchObject({ code: 'InvalidResponse', message: expect.stringMatching(/\.collectedAt: /) });
    expect(read('kubernetes.pods')).toMatchObject({ status: 'collected' });
  });
});

describe('readEvidence', () => {
  it('counts a missing key as not requested', () => {
    expect(readEvidence(withEvidence({}), 'eks.addons')).toEqual({
      status: 'unavailable',
      code: 'NotRequested',
      message: 'eks.addons is not in the inventory',
    });
  });

  it('takes an unknown code for Internal and a missing message for none', () => {
    const inventory = withEvidence({
      'eks.addons': { status: 'unavailable', code: 'FromTheFuture', message: 'a reason' },
      'eks.nodegroups': { status: 'unavailable', code: 'Forbidden' },
      'ec2.subnets': { status: 'unavailable' },
    });
    expect(readEvidence(inventory, 'eks.addons')).toEqual({ status: 'unavailable', code: 'Internal', message: 'a reason' });
    expect(readEvidence(inventory, 'eks.nodegroups')).toEqual({ status: 'unavailable', code: 'Forbidden', message: '' });
    expect(readEvidence(inventory, 'ec2.subnets')).toEqual({ status: 'unavailable', code: 'Internal', message: '' });
  });

  it('names the path of data that does not fit', () => {
    const inventory = withEvidence({
      'eks.nodegroups': { status: 'collected', data: [{ nodegroupName: 'a' }, { nodegroupName: 7 }] },
      'kubernetes.nodes': { status: 'collected', data: null },
      'eks.cluster': { status: 'collected', data: { name: 5, version: '1.34', status: 'ACTIVE' } },
    });
    const messageOf = (key: Parameters<typeof readEvidence>[1]) => {
      const result = readEvidence(inventory, key);
      return result.status === 'unavailable' && result.code === 'InvalidResponse' ? result.message : undefined;
    };
    expect(messageOf('eks.nodegroups')).toMatch(/^evidence\.eks\.nodegroups\.data\[1\]\.nodegroupName: .*expected string, received number/);
    expect(messageOf('kubernetes.nodes')).toMatch(/^evidence\.kubernetes\.nodes\.data: .*expected array, received null/);
    expect(messageOf('eks.cluster')).toMatch(/^evidence\.eks\.cluster\.data\.name: .*expected string/);
  });

  it('says what a choice expects', () => {
    const node = { metadata: { name: 'n' }, status: { allocatable: { cpu: true } } };
    const result = readEvidence(withEvidence({ 'kubernetes.nodes': { status: 'collected', data: [node] } }), 'kubernetes.nodes');
    expect(result).toMatchObject({
      message: expect.stringMatching(/data\[0\]\.status\.allocatable\.cpu: .*expected string.*expected number/),
    });
  });

  it('does not take collected without data for evidence, not even of a key without a schema', () => {
    const inventory = withEvidence({ 'eks.insights': { status: 'collected' }, 'eks.addons': { status: 'collected' } });
    expect(readEvidence(inventory, 'eks.insights')).toMatchObject({
      code: 'InvalidResponse',
      message: expect.stringContaining('evidence.eks.insights.data'),
    });
    expect(readEvidence(inventory, 'eks.addons')).toMatchObject({ code: 'InvalidResponse' });
    const inMemory = { ...inventory, evidence: { 'eks.insights': { status: 'collected' as const, data: undefined } } };
    expect(readEvidence(inMemory, 'eks.insights')).toMatchObject({ code: 'InvalidResponse' });
  });

  it('keeps what the schema names, drops the rest, and knows when a piece was collected', () => {
    const data = [{ nodegroupName: 'web', madeUp: 1 }];
    const at = '2026-11-20T23:00:00Z';
    const inventory = withEvidence({
      'eks.nodegroups': { status: 'collected', data, collectedAt: at },
      'eks.addons': { status: 'collected', data: [] },
    });
    expect(readEvidence(inventory, 'eks.nodegroups')).toEqual({ status: 'collected', data: [{ nodegroupName: 'web' }], collectedAt: at });
    expect(readEvidence(inventory, 'eks.addons')).toEqual({ status: 'collected', data: [], collectedAt: minimal.collectedAt });
  });
});
