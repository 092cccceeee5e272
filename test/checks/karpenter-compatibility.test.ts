import { describe, expect, it } from 'vitest';
import { formatRelease, oldestKarpenterFor } from '../../functions/checks/karpenter-compatibility.ts';
import { compareAddonVersions, parseAddonVersion } from '../../functions/versions/addon-version.ts';
import { nextMinor, parseVersion } from '../../functions/versions/kubernetes-version.ts';

/** The newest Kubernetes of each minor of Karpenter, as endoflife.date/karpenter had it on 2026-05-09: another source than the table. */
const newestKubernetes = {
  '1.1': '1.31',
  '1.2': '1.32',
  '1.3': '1.32',
  '1.4': '1.32',
  '1.5': '1.33',
  '1.6': '1.34',
  '1.7': '1.34',
  '1.8': '1.34',
  '1.9': '1.35',
  '1.10': '1.35',
  '1.11': '1.35',
};

describe('the compatibility of Karpenter', () => {
  it.each(Object.entries(newestKubernetes))('has %s for Kubernetes %s, and nothing newer', (karpenter, kubernetes) => {
    const [release, newest] = [parseAddonVersion(`${karpenter}.99`), parseVersion(kubernetes)];
    if (!release || !newest) throw new Error('expected versions');
    const [oldest, oldestOfNext] = [oldestKarpenterFor(newest), oldestKarpenterFor(nextMinor(newest))];
    expect(oldest && compareAddonVersions(release, oldest)).toBeGreaterThanOrEqual(0);
    expect(oldestOfNext && compareAddonVersions(release, oldestOfNext)).toBeLessThan(0);
  });

  it('knows nothing of versions that it does not list', () => {
    for (const text of ['1.28', '1.37']) expect(oldestKarpenterFor(parseVersion(text) ?? { major: 0, minor: 0 })).toBeUndefined();
    const oldest = oldestKarpenterFor({ major: 1, minor: 36 });
    expect(oldest && formatRelease(oldest)).toBe('1.13.0');
  });
});
