import { describe, expect, it } from 'vitest';
import { findingId } from '../../functions/analysis/finding-id.ts';

const addon = {
  clusterArn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments',
  check: 'addon-version-unsupported',
  subject: { kind: 'Addon', namespace: null, name: 'vpc-cni' },
  discriminator: null,
};

describe('findingId', () => {
  it('is what sha256sum says of the lines', () => {
    // printf 'arn:aws:eks:eu-west-1:111111111111:cluster/payments\naddon-version-unsupported\nAddon\n\nvpc-cni\n' | sha256sum
    expect(findingId(addon)).toBe('b56fbddd26ad3405');
    // printf '…payments\npdb-missing\nDeployment\nshop\ncart\nzwei ☃' | sha256sum
    const subject = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
    expect(findingId({ ...addon, check: 'pdb-missing', subject, discriminator: 'zwei ☃' })).toBe('8098317c1c73022b');
  });

  it('depends on each part', () => {
    const ids = [
      addon,
      { ...addon, clusterArn: `${addon.clusterArn}2` },
      { ...addon, check: 'addon-health' },
      { ...addon, subject: { ...addon.subject, kind: 'Pod' } },
      { ...addon, subject: { ...addon.subject, namespace: 'kube-system' } },
      { ...addon, subject: { ...addon.subject, name: 'coredns' } },
      { ...addon, discriminator: 'Degraded' },
    ].map(findingId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
