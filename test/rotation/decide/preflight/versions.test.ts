import { describe, expect, it } from 'vitest';
import { versions } from '../../../../functions/rotation/decide/preflight/versions.ts';
import { blueGroup, blueNode, brief, facts, greenGroup, view } from '../../preflight-builders.ts';

const found = (...of: Parameters<typeof facts>) => brief(versions(facts(...of)));
const kubelets = (version: string) =>
  view({ nodes: [0, 1, 2].map((index) => blueNode(index, { status: { nodeInfo: { kubeletVersion: version } } })) });

describe('(2) versions', () => {
  it.each([
    ['v1.31.0-eks-1', []],
    ['v1.30.0-eks-1', ['warn blue-skew Node group workers-a']],
    ['v1.35.0-eks-1', ['warn blue-skew Node group workers-a']],
    ['what', ['warn blue-skew Node group workers-a']],
  ])('kubelets of blue at %s under an API server 1.34', (version, expected) => {
    expect(found({ view: kubelets(version) })).toEqual(expected);
  });

  it('before 1.28 a kubelet may be two minors older', () => {
    const old = { clusterVersion: '1.27', blue: blueGroup({ version: '1.24' }), green: greenGroup({ version: '1.27' }) };
    expect(found({ ...old, view: kubelets('v1.24.1') })).toEqual(['warn blue-skew Node group workers-a']);
    expect(found({ ...old, view: kubelets('v1.25.1') })).toEqual([]);
  });

  it('green is within the skew, and not older than blue', () => {
    expect(found({ green: greenGroup({ version: '1.35' }) })).toEqual(['block green-skew Node group workers-b']);
    expect(found({ green: greenGroup({ version: '1.30' }) })).toEqual(['block green-skew Node group workers-b']);
    expect(found({ green: greenGroup({ version: '1.33' }) })).toEqual(['warn green-older Node group workers-b']);
  });

  it('what cannot be known before green has a node is said', () => {
    const plain = greenGroup({ kind: 'autoScaling', version: null });
    expect(found({ green: plain })).toEqual(['warn green-version-not-verified Auto Scaling group workers-b']);
  });

  it('a green that is created has the version of the cluster', () => {
    expect(found({ create: { version: '1.35' } })).toEqual(['block green-version Green, which is to be created,']);
    expect(found({ create: { version: '1.34' }, blue: blueGroup() })).toEqual([]);
    expect(found({ create: {} })).toEqual([]);
  });

  it('a version that nobody can read is not verified', () => {
    expect(found({ clusterVersion: 'x' })).toEqual(['warn version-not-verified Cluster payments']);
  });
});
