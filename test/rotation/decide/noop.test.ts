import { describe, expect, it } from 'vitest';
import { noopReason } from '../../../functions/rotation/decide/noop.ts';
import { blueGroup, blueNode, facts, view } from '../preflight-builders.ts';

const same = { version: '1.34', releaseVersion: '1.34.2-20261001' };

describe('nothing to do', () => {
  it('is certain only where version and release are named, and blue has them', () => {
    expect(noopReason(facts({ create: same }))).toBe(
      'workers-a has version 1.34 and release 1.34.2-20261001 already: green would be the same',
    );
    expect(noopReason(facts())).toBeUndefined();
    expect(noopReason(facts({ create: {} }))).toBeUndefined();
    expect(noopReason(facts({ create: { version: '1.34' } }))).toBeUndefined();
    expect(noopReason(facts({ create: { ...same, releaseVersion: '1.34.2-20261101' } }))).toBeUndefined();
  });

  it.each([
    ['amiType', { amiType: 'AL2023_x86_64_STANDARD' }, { amiType: 'BOTTLEROCKET_x86_64' }],
    ['instanceTypes', { instanceTypes: ['m5.large'] }, { instanceTypes: ['m6i.large'] }],
    ['launchTemplate', { launchTemplate: { id: 'lt-1', version: '3' } }, { launchTemplate: { id: 'lt-1', version: '4' } }],
  ])('%s must be what blue has', (_, equal, other) => {
    const blue = blueGroup({}, { launchTemplate: { id: 'lt-1', name: 'workers', version: '3' } });
    expect(noopReason(facts({ blue, create: { ...same, ...equal } }))).toBeDefined();
    expect(noopReason(facts({ blue, create: { ...same, ...other } }))).toBeUndefined();
  });

  it('the newest version of a launch template may be another one now', () => {
    const blue = blueGroup({}, { launchTemplate: { id: 'lt-1', name: 'workers', version: '$Latest' } });
    expect(noopReason(facts({ blue, create: { ...same, launchTemplate: { id: 'lt-1', version: '$Latest' } } }))).toBeUndefined();
  });

  it('every node must run it, in a group that is well', () => {
    const old = view({ nodes: [blueNode(0), blueNode(1), blueNode(2, { status: { nodeInfo: { kubeletVersion: 'v1.33.1' } } })] });
    expect(noopReason(facts({ create: same, view: old }))).toBeUndefined();
    expect(noopReason(facts({ create: same, blue: blueGroup({ status: 'DEGRADED' }) }))).toBeUndefined();
    expect(noopReason(facts({ create: same, blue: blueGroup({ version: '1.33' }), clusterVersion: '1.34' }))).toBeUndefined();
  });
});
