import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bottlerocketWindowsVariants } from '../../functions/checks/bottlerocket-windows-variants.ts';
import { createNodegroup, type EvidenceInput, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const run = (evidence: EvidenceInput, options: RunOptions = {}) => runCheckOn(bottlerocketWindowsVariants, evidence, options);

const withType = (amiType: string | null, options: RunOptions = {}) => run({ 'eks.nodegroups': [createNodegroup({ amiType })] }, options);

const bottlerocket = ['x86_64', 'ARM_64'].flatMap((architecture) =>
  ['', '_FIPS', '_NVIDIA', '_NVIDIA_FIPS'].map((flavor) => `BOTTLEROCKET_${architecture}${flavor}`),
);

describe('bottlerocket-windows-variants', () => {
  it('requires another AMI type where there is none for the target', () => {
    expect(withType('WINDOWS_CORE_2025_x86_64', { controlPlane: '1.33' })).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'required',
          subject: { kind: 'Nodegroup', name: 'web', arn: expect.stringContaining('nodegroup/payments/web') },
          hop: '1.34',
          message:
            'Node group web (WINDOWS_CORE_2025_x86_64) cannot follow to Kubernetes 1.34: EKS has no AMI of Windows Server 2025 for it',
          facts: { amiType: 'WINDOWS_CORE_2025_x86_64', family: 'Windows Server 2025', available: ['1.35'] },
          remediation: expect.stringMatching(
            /aws eks create-nodegroup --region eu-west-1 --cluster-name payments --nodegroup-name web-new .* --subnets subnet-a subnet-b$/,
          ),
          labels: undefined,
          tags: { team: 'web' },
        },
      ],
    });
    expect(withType('WINDOWS_FULL_2025_x86_64', { controlPlane: '1.34' })).toMatchObject({ status: 'passed', findings: [] });
  });

  it.each([
    ...bottlerocket,
    'WINDOWS_CORE_2019_x86_64',
    'WINDOWS_FULL_2019_x86_64',
    'WINDOWS_CORE_2022_x86_64',
    'WINDOWS_FULL_2022_x86_64',
  ])('%s has an AMI for 1.35', (amiType) => {
    expect(withType(amiType)).toMatchObject({ status: 'passed', findings: [] });
  });

  it('knows Bottlerocket up to 1.36 and Windows up to 1.35, and says so of what comes after', () => {
    const at = (amiType: string, controlPlane: string) => withType(amiType, { controlPlane });
    expect(at('BOTTLEROCKET_x86_64', '1.35').status).toBe('passed');
    expect(at('BOTTLEROCKET_x86_64', '1.36')).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [
        {
          evidence: 'eks.nodegroups',
          code: 'NotYetAvailable',
          message: 'whether BOTTLEROCKET_x86_64 of node group web has an AMI for Kubernetes 1.37 is not in the bundled table of variants',
        },
      ],
    });
    expect(at('WINDOWS_CORE_2022_x86_64', '1.35').status).toBe('unknown');
    expect(at('BOTTLEROCKET_ARM_64_NVIDIA_FIPS', '1.27').status).toBe('failed');
    expect(at('BOTTLEROCKET_ARM_64_NVIDIA', '1.27').status).toBe('unknown');
  });

  it('names the first version on the way without an AMI', () => {
    expect(withType('WINDOWS_CORE_2025_x86_64', { controlPlane: '1.32', target: '1.35' }).findings).toMatchObject([{ hop: '1.33' }]);
  });

  it('does not judge other operating systems, custom AMIs, or a cluster without a newer version', () => {
    for (const amiType of ['AL2023_x86_64_STANDARD', 'AL2_x86_64', 'CUSTOM']) expect(withType(amiType).status).toBe('not-applicable');
    expect(run({ 'eks.nodegroups': [] }).status).toBe('not-applicable');
    expect(withType('WINDOWS_CORE_2025_x86_64', { target: null }).status).toBe('not-applicable');
  });

  it('doubts a type that came after the tables, and a group without one', () => {
    expect(withType('WINDOWS_CORE_2028_x86_64')).toMatchObject({
      status: 'unknown',
      missing: [{ code: 'NotYetAvailable', message: expect.stringContaining('WINDOWS_CORE_2028_x86_64 of node group web') }],
    });
    expect(withType('BOTTLEROCKET_RISCV_64').status).toBe('unknown');
    expect(withType(null)).toMatchObject({
      status: 'unknown',
      missing: [{ code: 'InvalidResponse', message: 'node group web has no AMI type' }],
    });
  });

  it('keeps a finding beside a doubt', () => {
    const nodegroups = [
      createNodegroup({ nodegroupName: 'a', amiType: 'WINDOWS_CORE_2025_x86_64' }),
      createNodegroup({ nodegroupName: 'b', amiType: null }),
    ];
    expect(run({ 'eks.nodegroups': nodegroups }, { controlPlane: '1.33' })).toMatchObject({
      status: 'unknown',
      findings: [{ subject: { name: 'a' } }],
    });
  });

  it('is no pass without evidence', () => {
    expect(run({ 'eks.nodegroups': unavailable('AccessDenied') })).toMatchObject({ status: 'unknown' });
    expect(run({})).toMatchObject({ status: 'skipped' });
    expect(withType('BOTTLEROCKET_x86_64', { controlPlane: null }).status).toBe('unknown');
  });

  it('never passes a version that the tables do not list', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 45 }), fc.constantFrom(...bottlerocket), (minor, amiType) => {
        const { status } = withType(amiType, { controlPlane: `1.${minor - 1}` });
        expect(status === 'passed').toBe(minor >= 29 && minor <= 36);
      }),
    );
  });
});
