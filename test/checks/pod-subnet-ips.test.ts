import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { podSubnetIps } from '../../functions/checks/pod-subnet-ips.ts';
import { createCluster, createSubnet, unavailable } from './builders.ts';
import { createEniConfig } from './builders-nodes.ts';
import { runCheckOn } from './run-check-on.ts';

type Row = readonly [id: string, zone: string, free: number];
const subnetsOf = (rows: readonly Row[]) =>
  rows.map(([SubnetId, AvailabilityZoneId, AvailableIpAddressCount]) =>
    createSubnet({ SubnetId, AvailabilityZoneId, AvailableIpAddressCount }),
  );

/** An ENIConfig for each of the subnets, unless others are given. */
const on = (rows: readonly Row[], eniConfigs: readonly unknown[] = rows.map(([id, zone]) => createEniConfig(zone, id))) =>
  runCheckOn(podSubnetIps, { 'kubernetes.eniConfigs': eniConfigs, 'ec2.subnets': subnetsOf(rows), 'eks.cluster': createCluster() });

describe('pod-subnet-ips', () => {
  test.each([
    [0, 'required'],
    [15, 'required'],
    [16, 'recommended'],
    [255, 'recommended'],
    [256, undefined],
  ])('%i free addresses: the fewer, the more severe', (free, severity) => {
    const outcome = on([['p1', 'az1', free]]);
    expect(outcome).toMatchObject({ status: severity ? 'failed' : 'passed', missing: [] });
    expect(outcome.findings.map((finding) => finding.severity)).toEqual(severity ? [severity] : []);
  });

  test('is one finding of the cluster with every zone', () => {
    expect(
      on([
        ['p2', 'euw1-az2', 5],
        ['p1', 'euw1-az1', 10],
      ]).findings,
    ).toEqual([
      {
        severity: 'required',
        subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
        message:
          '15 free addresses in the 2 subnets of ENIConfigs (euw1-az1 has 10, euw1-az2 has 5), fewer than 16: pods of new nodes find none',
        facts: {
          available: 15,
          availableByZone: { 'euw1-az1': 10, 'euw1-az2': 5 },
          requiredBelow: 16,
          recommendedBelow: 256,
          zonesWithFew: ['euw1-az1', 'euw1-az2'],
          subnetIds: ['p1', 'p2'],
        },
        remediation:
          'Free addresses, or let the ENIConfigs name larger subnets. What takes them: aws ec2 describe-network-interfaces --region eu-west-1 ' +
          "--filters Name=subnet-id,Values=p1,p2 --query 'NetworkInterfaces[].[SubnetId,InterfaceType,Description]'",
        tags: { team: 'payments' },
      },
    ]);
    expect(on([['p1', 'az1', 200]]).findings[0]?.message).toBe(
      '200 free addresses in the 1 subnet of ENIConfigs (az1 has 200), fewer than 256',
    );
  });

  test.each([
    [15, ['recommended']],
    [16, []],
  ])('a zone with %i addresses beside one with plenty', (free, severities) => {
    const { findings } = on([
      ['p1', 'az1', 4000],
      ['p2', 'az2', free],
    ]);
    expect(findings.map(({ severity }) => severity)).toEqual(severities);
    if (findings[0])
      expect(findings[0]).toMatchObject({
        message:
          '4015 free addresses in the 2 subnets of ENIConfigs (az1 has 4000, az2 has 15), fewer than 16 in az2: pods take addresses of the zone of their node only',
        facts: { zonesWithFew: ['az2'] },
      });
  });

  test('subnets of one zone add up, and one that several ENIConfigs name counts once', () => {
    expect(
      on([
        ['p1', 'az1', 10],
        ['p2', 'az1', 250],
      ]).status,
    ).toBe('passed');
    const twice = [createEniConfig('a', 'p1'), createEniConfig('b', 'p1')];
    expect(on([['p1', 'az1', 130]], twice).findings).toMatchObject([{ severity: 'recommended', facts: { available: 130 } }]);
  });

  test('only subnets of ENIConfigs count', () => {
    const rows: Row[] = [
      ['p1', 'az1', 15],
      ['node', 'az1', 4000],
    ];
    expect(on(rows, [createEniConfig('az1', 'p1')]).findings).toMatchObject([{ severity: 'required' }]);
  });

  test('without ENIConfigs it does not apply', () => {
    expect(on([['a', 'az1', 0]], [])).toMatchObject({ status: 'not-applicable', findings: [], missing: [] });
  });

  test.each([
    ['that EC2 does not know', [], 'NotFound', 'EC2 does not know p2, which ENIConfigs name'],
    ['without a number', [createSubnet({ SubnetId: 'p2', AvailableIpAddressCount: null })], 'InvalidResponse', 'p2'],
    ['without a zone', [createSubnet({ SubnetId: 'p2', AvailabilityZoneId: null, AvailabilityZone: '' })], 'InvalidResponse', 'p2'],
  ])('a subnet %s is named and not guessed', (_, subnets, code, text) => {
    for (const free of [0, 4000]) {
      const outcome = runCheckOn(podSubnetIps, {
        'kubernetes.eniConfigs': [createEniConfig('az1', 'p1'), createEniConfig('az2', 'p2')],
        'ec2.subnets': [createSubnet({ SubnetId: 'p1', AvailableIpAddressCount: free }), ...subnets],
        'eks.cluster': createCluster(),
      });
      expect(outcome).toMatchObject({ status: 'unknown', findings: [], missing: [{ evidence: 'ec2.subnets', code }] });
      expect(outcome.missing[0]?.message).toContain(text);
    }
  });

  test('an ENIConfig without a subnet is no pass, and the others are judged', () => {
    const missing = [{ evidence: 'kubernetes.eniConfigs', code: 'InvalidResponse', message: 'odd names no subnet' }];
    expect(on([['p1', 'az1', 15]], [createEniConfig('odd', null), createEniConfig('az1', 'p1')])).toMatchObject({
      status: 'unknown',
      findings: [{ severity: 'required' }],
      missing,
    });
    for (const eniConfig of [createEniConfig('odd', null), createEniConfig('odd', ''), { metadata: { name: 'odd' } }])
      expect(on([], [eniConfig])).toMatchObject({ status: 'unknown', findings: [], missing });
  });

  test.each(['kubernetes.eniConfigs', 'ec2.subnets'] as const)('without %s it is unknown, or skipped where it was not asked for', (key) => {
    const evidence = { 'kubernetes.eniConfigs': [createEniConfig('az1', 'p1')], 'ec2.subnets': subnetsOf([['p1', 'az1', 15]]) };
    expect(runCheckOn(podSubnetIps, { ...evidence, [key]: unavailable('Forbidden') })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: key, code: 'Forbidden' }, { evidence: 'eks.cluster' }],
    });
    expect(runCheckOn(podSubnetIps, { ...evidence, [key]: unavailable('NotRequested') }).status).toBe('skipped');
    expect(runCheckOn(podSubnetIps, evidence)).toMatchObject({ status: 'failed', findings: [{ tags: undefined }] });
  });

  test('the sum decides, then the poorest zone, in any order', () => {
    const row = fc.tuple(fc.constantFrom('az1', 'az2', 'az3'), fc.nat(200));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (drawn) => {
        const rows = drawn.map(([zone, free], index): Row => [`s${index}`, zone, free]);
        const sums = new Map<string, number>();
        for (const [zone, free] of drawn) sums.set(zone, (sums.get(zone) ?? 0) + free);
        const sum = [...sums.values()].reduce((a, b) => a + b, 0);
        const outcome = on(rows);
        const expected = sum < 16 ? 'required' : sum < 256 || Math.min(...sums.values()) < 16 ? 'recommended' : undefined;
        expect(outcome.findings[0]?.severity).toBe(expected);
        expect(on(rows.toReversed())).toEqual(outcome);
      }),
    );
  });
});
