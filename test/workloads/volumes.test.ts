import { describe, expect, it } from 'vitest';
import {
  attachesTo,
  claimsOf,
  isOnNode,
  volumesByClaim,
  volumesOf,
  zonesOfTerms,
  zonesOfVolume,
} from '../../functions/workloads/volumes.ts';
import { zoneOf } from '../../functions/workloads/zones.ts';
import { claim, node, pod, volume } from './drain-builders.ts';

const zones = (one: Parameters<typeof zonesOfVolume>[0]) => {
  const found = zonesOfVolume(one);
  return found && [...found].sort();
};
const inZone = (key: string, ...values: string[]) => ({ matchExpressions: [{ key, operator: 'In', values }] });
const withTerms = (...nodeSelectorTerms: object[]) => volume('data', { spec: { nodeAffinity: { required: { nodeSelectorTerms } } } });
const labelled = (labels: Record<string, string>) => ({ metadata: { name: 'pv', labels } });

describe('volumes of a pod', () => {
  it('are those bound to its claims, in its namespace', () => {
    const one = pod({ spec: { volumes: [claim('b'), { name: 'cache', emptyDir: {} }, claim('a'), claim('unbound')] } });
    const lookup = volumesByClaim([volume('a'), volume('b'), volume('c')]);
    expect(claimsOf(one)).toEqual(['b', 'a', 'unbound']);
    expect(volumesOf(one, lookup).map(({ metadata }) => metadata.name)).toEqual(['pv-b', 'pv-a']);
    expect(volumesOf(pod({ namespace: 'other', spec: { volumes: [claim('a')] } }), lookup)).toEqual([]);
    expect(volumesOf({ metadata: {} }, lookup)).toEqual([]);
  });

  it.each(['Released', 'Failed', 'Available'])('trap: a volume that is %s belongs to no claim, in whatever order', (phase) => {
    const both = [volume('a', { name: 'new' }), volume('a', { name: 'old', phase })];
    expect(volumesByClaim(both)('shop', 'a')?.metadata.name).toBe('new');
    expect(volumesByClaim(both.toReversed())('shop', 'a')?.metadata.name).toBe('new');
  });

  it('local and hostPath are on the node', () => {
    expect(isOnNode(volume('a', { spec: { local: {} } }))).toBe(true);
    expect(isOnNode(volume('a', { spec: { hostPath: {} } }))).toBe(true);
    expect(isOnNode(volume('a', { zone: 'a' }))).toBe(false);
    expect(isOnNode({ metadata: { name: 'x' } })).toBe(false);
  });
});

describe('zonesOfVolume', () => {
  it.each(['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone', 'topology.ebs.csi.aws.com/zone'])(
    'by affinity or label %s',
    (key) => {
      expect(zones(withTerms(inZone(key, 'b')))).toEqual(['b']);
      expect(zones(labelled({ [key]: 'b' }))).toEqual(['b']);
    },
  );

  it('a label may name several', () => {
    expect(zones(labelled({ 'topology.kubernetes.io/zone': 'b__a' }))).toEqual(['a', 'b']);
  });

  it('alternatives add up, requirements of one and the label take away', () => {
    const key = 'topology.kubernetes.io/zone';
    expect(zones(withTerms(inZone(key, 'a'), inZone(key, 'b', 'c')))).toEqual(['a', 'b', 'c']);
    expect(
      zones(withTerms({ matchExpressions: [...inZone(key, 'a', 'b').matchExpressions, ...inZone(key, 'b', 'c').matchExpressions] })),
    ).toEqual(['b']);
    expect(zones({ ...withTerms(inZone(key, 'a', 'b')), metadata: { name: 'pv', labels: { [key]: 'b__c' } } })).toEqual(['b']);
  });

  it('is none where nothing names one, or an alternative is free', () => {
    expect(zones(volume('a'))).toBeUndefined();
    expect(zones(withTerms(inZone('topology.kubernetes.io/zone', 'a'), inZone('kubernetes.io/os', 'linux')))).toBeUndefined();
    expect(
      zonesOfTerms([{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'NotIn', values: ['a'] }] }]),
    ).toBeUndefined();
  });
});

describe('attachesTo', () => {
  it('where the affinity of the volume allows it', () => {
    expect(attachesTo(volume('a', { zone: 'a' }), node('n'))).toBe(true);
    expect(attachesTo(volume('a', { zone: 'b' }), node('n'))).toBe(false);
    expect(attachesTo(volume('a'), node('n'))).toBe(true);
    expect(attachesTo(withTerms({ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['n'] }] }), node('n'))).toBe(
      false,
    );
  });

  it('trap: a node that has just started has no label of the EBS driver yet, but a zone', () => {
    expect(node('n').metadata.labels).not.toHaveProperty(['topology.ebs.csi.aws.com/zone']);
    expect(attachesTo(volume('a', { zone: 'a' }), node('n'))).toBe(true);
  });

  it('the own word of the node is not replaced', () => {
    expect(attachesTo(volume('a', { zone: 'a' }), node('n', { labels: { 'topology.ebs.csi.aws.com/zone': 'b' } }))).toBe(false);
  });

  it('by the label of the volume, old or new; on a node without a zone it is not asked', () => {
    const label = 'failure-domain.beta.kubernetes.io/zone';
    expect(attachesTo(labelled({ [label]: 'a' }), node('n'))).toBe(true);
    expect(attachesTo(labelled({ [label]: 'b__a' }), node('n'))).toBe(true);
    expect(attachesTo(labelled({ [label]: 'b' }), node('n'))).toBe(false);
    expect(attachesTo(labelled({ [label]: 'b' }), { metadata: { name: 'n', labels: {} } })).toBe(true);
  });
});

describe('zoneOf', () => {
  it('is the current label before older ones', () => {
    expect(
      zoneOf({ metadata: { labels: { 'failure-domain.beta.kubernetes.io/zone': 'old', 'topology.kubernetes.io/zone': 'new' } } }),
    ).toBe('new');
    expect(zoneOf({ metadata: { labels: { 'failure-domain.beta.kubernetes.io/zone': 'old' } } })).toBe('old');
    expect(zoneOf({ metadata: {} })).toBeUndefined();
  });
});
