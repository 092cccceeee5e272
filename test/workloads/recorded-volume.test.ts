import { describe, expect, it } from 'vitest';
import { recordedVolume } from '../../functions/workloads/recorded-volume.ts';
import { isOnNode, zonesOfVolume } from '../../functions/workloads/volumes.ts';

const affinity = (...terms: [string, string][]) => ({
  required: { nodeSelectorTerms: terms.map(([key, value]) => ({ matchExpressions: [{ key, operator: 'In', values: [value] }] })) },
});
const hostname = 'kubernetes.io/hostname';
const zone = 'topology.ebs.csi.aws.com/zone';

describe('recordedVolume', () => {
  it('keeps name, claim, phase and node affinity', () => {
    const volume = recordedVolume({
      metadata: { name: 'pv-1' },
      spec: { claimRef: { namespace: 'shop', name: 'data' }, csi: { driver: 'ebs.csi.aws.com' }, nodeAffinity: affinity([zone, 'a']) },
      status: { phase: 'Bound' },
    });
    expect(volume).toMatchObject({
      metadata: { name: 'pv-1' },
      spec: { claimRef: { namespace: 'shop', name: 'data' } },
      status: { phase: 'Bound' },
    });
    expect([...(zonesOfVolume(volume) ?? [])]).toEqual(['a']);
    expect(isOnNode(volume)).toBe(false);
  });

  it('knows a local volume by its node and by having no driver', () => {
    const nodeAffinity = affinity([hostname, 'ip-1']);
    expect(isOnNode(recordedVolume({ metadata: { name: 'a' }, spec: { nodeAffinity } }))).toBe(true);
    expect(isOnNode(recordedVolume({ metadata: { name: 'a' }, spec: { nodeAffinity, csi: { driver: 'x' } } }))).toBe(false);
    expect(isOnNode(recordedVolume({ metadata: { name: 'a' }, spec: { nodeAffinity: affinity([hostname, 'ip-1'], [zone, 'a']) } }))).toBe(
      false,
    );
  });

  it('is bound to nothing without terms', () => {
    for (const nodeAffinity of [
      undefined,
      null,
      { required: null },
      { required: { nodeSelectorTerms: null } },
      { required: { nodeSelectorTerms: [] } },
    ]) {
      const volume = recordedVolume({ metadata: { name: 'a' }, spec: { nodeAffinity } });
      expect([zonesOfVolume(volume), isOnNode(volume)]).toEqual([undefined, false]);
    }
    expect(isOnNode(recordedVolume({ metadata: { name: 'a' } }))).toBe(false);
    expect(isOnNode(recordedVolume({ metadata: { name: 'a' }, spec: { nodeAffinity: { required: { nodeSelectorTerms: [{}] } } } }))).toBe(
      false,
    );
  });
});
