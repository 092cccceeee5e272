import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { karpenterVersion } from '../../functions/checks/karpenter-version.ts';
import { createCluster, type EvidenceInput, unavailable } from './builders.ts';
import { createNodePool, digest, running } from './builders-platform.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const image = (tag: string) => `public.ecr.aws/karpenter/controller:${tag}`;

function run(evidence: EvidenceInput, options: RunOptions = {}) {
  return runCheckOn(
    karpenterVersion,
    { 'kubernetes.deployments': [], 'kubernetes.nodePools': [createNodePool()], 'eks.cluster': createCluster(), ...evidence },
    options,
  );
}

const withImage = (reference: string, options: RunOptions = {}) =>
  run({ 'kubernetes.deployments': [running(reference, { name: 'karpenter', namespace: 'karpenter' })] }, options);

describe('karpenter-version', () => {
  it('requires the release that the next version needs, from that version on', () => {
    expect(withImage(image('1.8.2'))).toEqual({
      status: 'failed',
      essential: true,
      missing: [],
      findings: [
        {
          severity: 'required',
          subject: { kind: 'Deployment', namespace: 'karpenter', name: 'karpenter' },
          hop: '1.35',
          message: 'Karpenter 1.8.2 (Deployment karpenter/karpenter) is too old for Kubernetes 1.35, which needs 1.9.0 or newer',
          facts: {
            image: image('1.8.2'),
            version: '1.8.2',
            oldest: '1.9.0',
            oldestForTarget: '1.9.0',
            controlPlane: '1.34',
            target: '1.35',
          },
          remediation: expect.stringMatching(
            /helm upgrade karpenter-crd oci:\S+ -n karpenter --version 1\.9\.0, and helm upgrade karpenter oci:\S+ -n karpenter --version 1\.9\.0 --reuse-values$/,
          ),
          labels: { team: 'platform' },
        },
      ],
    });
  });

  it('takes the oldest that the table allows, and nothing below it', () => {
    expect(withImage(image('1.9.0'))).toMatchObject({ status: 'passed', findings: [] });
    expect(withImage(image('v1.9.0')).status).toBe('passed');
    expect(withImage(image('1.9.0-rc.1')).status).toBe('failed');
    expect(withImage(image('1.8.99')).status).toBe('failed');
  });

  it('trap: compares numbers, not texts', () => {
    expect(withImage(image('1.13.0'), { controlPlane: '1.35' }).status).toBe('passed');
    expect(withImage(image('1.9.0'), { controlPlane: '1.35' }).findings).toMatchObject([{ hop: '1.36', facts: { oldest: '1.13.0' } }]);
  });

  it('counts now where the control plane already needs a newer one', () => {
    expect(withImage(image('1.5.9')).findings).toMatchObject([
      {
        hop: null,
        message: expect.stringContaining('too old for Kubernetes 1.34, which needs 1.6.0 or newer'),
        facts: { oldestForTarget: '1.9.0' },
      },
    ]);
    expect(withImage(image('1.12.0'), { controlPlane: '1.36', target: null }).findings).toMatchObject([{ hop: null }]);
    expect(withImage(image('1.13.0'), { controlPlane: '1.36', target: null }).status).toBe('passed');
  });

  it('names the first version on the way that needs a newer one', () => {
    expect(withImage(image('1.9.0'), { controlPlane: '1.33', target: '1.36' }).findings).toMatchObject([{ hop: '1.36' }]);
    expect(withImage(image('1.5.0'), { controlPlane: '1.33', target: '1.36' }).findings).toMatchObject([{ hop: '1.34' }]);
  });

  it.each([
    '111111111111.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/karpenter/controller:1.8.2',
    'localhost:5000/karpenter/controller:1.8.2',
    'karpenter/controller:v1.8.2',
    `public.ecr.aws/karpenter/controller:1.8.2@${digest}`,
  ])('finds it in any registry: %s', (reference) => {
    expect(withImage(reference).findings).toHaveLength(1);
  });

  it.each([
    'public.ecr.aws/karpenter/controller-crd:1.8.2',
    'registry.example/not-karpenter/controller:1.8.2',
    'registry.example/karpenter:1.8.2',
  ])('leaves another image alone: %s', (reference) => {
    expect(withImage(reference)).toMatchObject({
      status: 'unknown',
      missing: [{ message: expect.stringContaining('no Deployment runs') }],
    });
  });

  it.each([
    image('latest'),
    'public.ecr.aws/karpenter/controller',
    `public.ecr.aws/karpenter/controller@${digest}`,
    image('v1.3.3x'),
    'Public.ECR.aws:x/karpenter/controller:1.9.0',
  ])('doubts an image without a version: %s', (reference) => {
    expect(withImage(reference)).toMatchObject({
      status: 'unknown',
      essential: true,
      findings: [],
      missing: [
        {
          evidence: 'kubernetes.deployments',
          code: 'InvalidResponse',
          message: `Deployment karpenter/karpenter runs ${reference}, whose version cannot be read`,
        },
      ],
    });
  });

  it('does not know versions beyond its table, and keeps what it knows', () => {
    expect(withImage(image('1.13.0'), { controlPlane: '1.36' })).toMatchObject({
      status: 'unknown',
      missing: [{ code: 'NotYetAvailable', message: expect.stringContaining('Kubernetes 1.37') }],
    });
    expect(withImage(image('1.9.0'), { controlPlane: '1.36' })).toMatchObject({ status: 'unknown', findings: [{ hop: null }] });
    expect(withImage(image('1.9.0'), { controlPlane: '1.28', target: null }).status).toBe('unknown');
  });

  it('is not applicable without Karpenter, and then not essential', () => {
    expect(run({ 'kubernetes.nodePools': [] })).toMatchObject({ status: 'not-applicable', essential: false });
    expect(run({ 'kubernetes.nodePools': [] }, { controlPlane: null })).toMatchObject({ status: 'not-applicable' });
  });

  it('trap: Auto Mode has node pools and no controller', () => {
    const builtIn = createNodePool({
      name: 'general-purpose',
      nodeClassRef: { group: 'eks.amazonaws.com', kind: 'NodeClass', name: 'default' },
    });
    expect(run({ 'kubernetes.nodePools': [builtIn] })).toMatchObject({ status: 'not-applicable', essential: false });
    const autoMode = createCluster({ computeConfig: { enabled: true } });
    expect(run({ 'eks.cluster': autoMode })).toMatchObject({ status: 'not-applicable', essential: false });
    expect(run({ 'eks.cluster': autoMode, 'kubernetes.deployments': [running(image('1.8.2'))] })).toMatchObject({
      status: 'failed',
      essential: true,
    });
    expect(run({ 'eks.cluster': createCluster({ computeConfig: { enabled: false } }) }).status).toBe('unknown');
  });

  it('cannot determine what runs node pools that nobody seems to run', () => {
    const outcome = run({ 'kubernetes.nodePools': [createNodePool(), createNodePool({ name: 'arm', nodeClassRef: null })] });
    expect(outcome).toMatchObject({
      status: 'unknown',
      essential: true,
      missing: [{ code: 'NotFound', message: 'no Deployment runs karpenter/controller, yet there are 2 node pools (arm, general)' }],
    });
    const asleep = [running(image('1.9.0'), { replicas: 0 })];
    expect(run({ 'kubernetes.deployments': asleep }).status).toBe('unknown');
  });

  it('is unknown without evidence', () => {
    expect(run({ 'kubernetes.deployments': unavailable('Forbidden') })).toMatchObject({
      status: 'unknown',
      essential: true,
      missing: [{ code: 'Forbidden' }],
    });
    expect(run({ 'kubernetes.nodePools': unavailable('Forbidden') })).toMatchObject({ status: 'unknown', essential: false });
    expect(runCheckOn(karpenterVersion, {})).toMatchObject({ status: 'skipped', essential: false });
    const unread = { 'kubernetes.deployments': [running(image('1.8.2'))], 'kubernetes.nodePools': unavailable('Timeout') };
    expect(run(unread)).toMatchObject({ status: 'unknown', essential: true, findings: [{ hop: '1.35' }] });
    expect(run({ 'kubernetes.deployments': [running(image('1.9.0'))] }, { controlPlane: null }).status).toBe('unknown');
  });

  it('survives odd objects', () => {
    const odd = [
      { metadata: { name: 'a' } },
      { metadata: { name: 'b' }, spec: { template: { spec: { containers: null } } } },
      running(null),
      running(''),
    ];
    expect(run({ 'kubernetes.deployments': odd, 'kubernetes.nodePools': [{ metadata: { name: 'x' }, spec: null }] }).status).toBe(
      'unknown',
    );
  });

  it('never accepts a release below the minimum of the table', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), (minor, patch) => {
        const { status } = withImage(image(`1.${minor}.${patch}`));
        expect(status).toBe(minor >= 9 ? 'passed' : 'failed');
      }),
    );
  });
});
