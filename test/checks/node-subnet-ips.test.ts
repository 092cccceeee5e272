import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeSubnetIps } from '../../functions/checks/node-subnet-ips.ts';
import { createCluster, createNodegroup, createSubnet, type EvidenceInput, unavailable } from './builders.ts';
import { createEniConfig, createFargateProfile, createInstanceNode, createPodsOn, inWeb } from './builders-nodes.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

type Row = readonly [id: string, zone: string, free: number];
const subnetsOf = (rows: readonly Row[]) =>
  rows.map(([SubnetId, AvailabilityZoneId, AvailableIpAddressCount]) =>
    createSubnet({ SubnetId, AvailabilityZoneId, AvailableIpAddressCount }),
  );

/** Node group `web` in all of the subnets, unless other groups are given. */
function on(rows: readonly Row[], evidence: EvidenceInput = {}, options: RunOptions = {}) {
  return runCheckOn(
    nodeSubnetIps,
    {
      'ec2.subnets': subnetsOf(rows),
      'eks.nodegroups': [createNodegroup({ subnets: rows.map(([id]) => id) })],
      'eks.fargateProfiles': [],
      'eks.cluster': createCluster(),
      'kubernetes.nodes': [],
      'kubernetes.pods': [],
      'kubernetes.eniConfigs': [],
      ...evidence,
    },
    options,
  );
}

describe('node-subnet-ips', () => {
  test.each([
    [0, 'required'],
    [29, 'required'],
    [30, 'recommended'],
    [99, 'recommended'],
    [100, undefined],
    [5000, undefined],
  ])('%i free addresses', (free, severity) => {
    const outcome = on([['a', 'az1', free]]);
    expect(outcome).toMatchObject({ status: severity ? 'failed' : 'passed', missing: [] });
    expect(outcome.findings.map((finding) => finding.severity)).toEqual(severity ? [severity] : []);
  });

  test('thresholds are those of the configuration', () => {
    const thresholds = { nodeSubnetFreeIps: { required: 5, recommended: 10 } };
    for (const [free, severity] of [
      [4, 'required'],
      [5, 'recommended'],
      [9, 'recommended'],
      [10, undefined],
    ] as const)
      expect(on([['a', 'az1', free]], {}, { thresholds }).findings[0]?.severity).toBe(severity);
    expect(on([['a', 'az1', 4]], {}, { thresholds }).findings[0]).toMatchObject({
      message: '4 free addresses in the 1 subnet of node groups and Fargate profiles (az1 has 4), fewer than 5',
      facts: { requiredBelow: 5, recommendedBelow: 10 },
    });
  });

  test('is one finding of the cluster with every zone', () => {
    expect(
      on([
        ['b', 'euw1-az2', 9],
        ['a', 'euw1-az1', 20],
      ]).findings,
    ).toEqual([
      {
        severity: 'required',
        subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
        message: '29 free addresses in the 2 subnets of node groups and Fargate profiles (euw1-az1 has 20, euw1-az2 has 9), fewer than 30',
        facts: {
          available: 29,
          availableByZone: { 'euw1-az1': 20, 'euw1-az2': 9 },
          requiredBelow: 30,
          recommendedBelow: 100,
          subnetIds: ['a', 'b'],
          subnetsNotFound: [],
          subnetsUnreadable: [],
          surges: [],
        },
        remediation:
          'Free addresses, or move the nodes to larger subnets. What takes them: aws ec2 describe-network-interfaces --region eu-west-1 ' +
          "--filters Name=subnet-id,Values=a,b --query 'NetworkInterfaces[].[SubnetId,InterfaceType,Description]'",
        tags: { team: 'payments' },
      },
    ]);
  });

  test("a subnet of several groups and profiles counts once, one that is nobody's not at all", () => {
    const rows: Row[] = [
      ['a', 'az1', 20],
      ['b', 'az1', 9],
      ['control-plane', 'az1', 4000],
    ];
    const evidence = {
      'eks.nodegroups': [createNodegroup({ subnets: ['a'] }), createNodegroup({ nodegroupName: 'api', subnets: ['a', 'a'] })],
      'eks.fargateProfiles': [createFargateProfile({ subnets: ['a', 'b'] })],
    };
    expect(on(rows, evidence).findings).toMatchObject([{ severity: 'required', facts: { available: 29, subnetIds: ['a', 'b'] } }]);
  });

  test('Fargate alone is judged', () => {
    const evidence = { 'eks.nodegroups': [], 'eks.fargateProfiles': [createFargateProfile({ subnets: ['a'] })] };
    expect(on([['a', 'az1', 29]], evidence).findings).toMatchObject([{ severity: 'required' }]);
  });

  test('without a node group and a profile, as with EKS Auto Mode alone, it does not apply', () => {
    const evidence = { 'eks.nodegroups': [], 'eks.cluster': createCluster({ computeConfig: { enabled: true } }) };
    expect(on([['a', 'az1', 0]], evidence)).toMatchObject({ status: 'not-applicable', findings: [], missing: [] });
    expect(on([['a', 'az1', 29]], { 'eks.cluster': createCluster({ computeConfig: { enabled: true } }) }).status).toBe('failed');
  });

  describe('the surge of an update', () => {
    /** Group `web` in subnets a and b, two nodes at a time, 30 pods on its fullest node. */
    const web = createNodegroup({ subnets: ['a', 'b'], updateConfig: { maxUnavailable: 2 } });
    const surging = (pods: string | number = 58, more: EvidenceInput = {}) => ({
      'eks.nodegroups': [web],
      'kubernetes.nodes': [createInstanceNode('n0', { labels: inWeb, pods }), createInstanceNode('n1', { labels: inWeb, pods })],
      'kubernetes.pods': [...createPodsOn('n0', 12), ...createPodsOn('n1', 60)],
      ...more,
    });
    const free = (a: number, b: number): Row[] => [
      ['a', 'az1', a],
      ['b', 'az2', b],
    ];

    test('needs an address for each node and each pod: exactly as many pass, one less is recommended', () => {
      expect(on(free(100, 22), surging())).toMatchObject({ status: 'passed', missing: [] });
      expect(on(free(100, 21), surging()).findings).toMatchObject([
        {
          severity: 'recommended',
          message: 'An update of node group web takes at least 122 addresses of its node subnets for 2 new nodes, 121 are free',
          facts: {
            available: 121,
            surges: [
              {
                nodegroup: 'web',
                nodes: 2,
                mode: 'per-ip',
                podsPerNode: 60,
                of: 'node subnets',
                needed: 122,
                available: 121,
                neededOfNodeSubnets: 122,
                neededOfPodSubnets: 0,
              },
            ],
          },
        },
      ]);
    });

    test('needs whole blocks with prefix delegation', () => {
      expect(on(free(100, 30), surging('110')).status).toBe('passed');
      expect(on(free(100, 29), surging('110')).findings).toMatchObject([
        { facts: { surges: [{ mode: 'prefix-delegation', needed: 130, available: 129 }] } },
      ]);
    });

    test('needs addresses of the subnets of ENIConfigs with custom networking', () => {
      const custom = surging(58, { 'kubernetes.eniConfigs': [createEniConfig('az1', 'p1'), createEniConfig('az2', 'p2')] });
      const pods = (p1: number, p2: number): Row[] => [...free(60, 60), ['p1', 'az1', p1], ['p2', 'az2', p2]];
      expect(on(pods(60, 60), custom).status).toBe('passed');
      expect(on(pods(60, 59), custom).findings).toMatchObject([
        {
          severity: 'recommended',
          message: 'An update of node group web takes at least 120 addresses of its ENIConfig subnets for 2 new nodes, 119 are free',
          facts: { available: 120, subnetIds: ['a', 'b'], surges: [{ of: 'ENIConfig subnets', needed: 120, available: 119 }] },
        },
      ]);
    });

    test('needs nothing for pods in an IPv6 cluster', () => {
      const ipv6 = createCluster({ kubernetesNetworkConfig: { ipFamily: 'ipv6' } });
      expect(on(free(100, 0), surging(58, { 'eks.cluster': ipv6 })).status).toBe('passed');
    });

    test('is asked of the subnets of its own group', () => {
      const other = createNodegroup({ nodegroupName: 'other', subnets: ['c'] });
      const rows: Row[] = [...free(100, 21), ['c', 'az1', 4000]];
      expect(on(rows, surging(58, { 'eks.nodegroups': [web, other] })).findings).toMatchObject([
        { severity: 'recommended', facts: { available: 4121, surges: [{ nodegroup: 'web', available: 121 }] } },
      ]);
    });

    test('stands in the same finding as a threshold, whose severity wins', () => {
      const { findings } = on(free(20, 9), surging());
      expect(findings).toMatchObject([{ severity: 'required', facts: { surges: [{ nodegroup: 'web' }] } }]);
      expect(findings[0]?.message).toBe(
        '29 free addresses in the 2 subnets of node groups and Fargate profiles (az1 has 20, az2 has 9), fewer than 30; ' +
          'an update of node group web takes at least 122 addresses of its node subnets for 2 new nodes, 29 are free',
      );
    });

    test.each(['kubernetes.pods', 'kubernetes.nodes'] as const)('is left out without %s, and what was not seen is said', (key) => {
      expect(on(free(100, 0), surging(58, { [key]: unavailable('NotRequested') }))).toMatchObject({
        status: 'passed',
        missing: [{ evidence: key, code: 'NotRequested' }],
      });
    });

    test('is counted where nobody read ENIConfigs or the cluster', () => {
      const evidence = surging(58, { 'kubernetes.eniConfigs': unavailable('Forbidden'), 'eks.cluster': unavailable('AccessDenied') });
      expect(on(free(100, 21), evidence)).toMatchObject({
        status: 'failed',
        findings: [{ facts: { surges: [{ needed: 122 }] }, tags: undefined }],
        missing: [{ evidence: 'eks.cluster' }, { evidence: 'kubernetes.eniConfigs' }],
      });
    });

    test('is not guessed where a subnet of the group, or of an ENIConfig, was not found', () => {
      expect(on([['a', 'az1', 110]], surging())).toMatchObject({ status: 'unknown', findings: [] });
      const custom = surging(58, { 'kubernetes.eniConfigs': [createEniConfig('az1', 'p1')] });
      expect(on(free(100, 100), custom)).toMatchObject({ status: 'passed', findings: [] });
    });
  });

  test.each([
    ['that EC2 does not know', [], 'NotFound'],
    ['without a number', [createSubnet({ SubnetId: 'b', AvailableIpAddressCount: null })], 'InvalidResponse'],
    ['without a zone', [createSubnet({ SubnetId: 'b', AvailabilityZoneId: null, AvailabilityZone: null })], 'InvalidResponse'],
  ])('a subnet %s is named and not guessed: it could be the one with the addresses', (_, subnets, code) => {
    for (const free of [0, 4000]) {
      const outcome = on([], {
        'ec2.subnets': [createSubnet({ SubnetId: 'a', AvailableIpAddressCount: free }), ...subnets],
        'eks.nodegroups': [createNodegroup({ subnets: ['a', 'b'] })],
      });
      expect(outcome).toMatchObject({ status: 'unknown', findings: [], missing: [{ evidence: 'ec2.subnets', code }] });
      expect(outcome.missing[0]?.message).toMatch(/\bb\b/);
    }
  });

  test.each([null, []])('a node group with subnets %j is no pass', (subnets) => {
    const missing = [{ evidence: 'eks.nodegroups', message: 'DescribeNodegroup names no subnet of node group web' }];
    expect(on([], { 'eks.nodegroups': [createNodegroup({ subnets })] })).toMatchObject({ status: 'unknown', missing });
  });

  test('a profile without subnets is none to judge', () => {
    expect(on([['a', 'az1', 100]], { 'eks.fargateProfiles': [createFargateProfile({ subnets: null })] }).status).toBe('passed');
  });

  test.each(['ec2.subnets', 'eks.nodegroups', 'eks.fargateProfiles'] as const)(
    'without %s it is unknown, or skipped where it was not asked for',
    (key) => {
      expect(on([['a', 'az1', 5]], { [key]: unavailable('AccessDenied') })).toMatchObject({
        status: 'unknown',
        missing: [{ evidence: key, code: 'AccessDenied' }],
      });
      expect(on([['a', 'az1', 5]], { [key]: unavailable('NotRequested') }).status).toBe('skipped');
    },
  );

  test('is judged without a newer version too', () => {
    expect(on([['a', 'az1', 29]], {}, { target: null }).findings).toMatchObject([{ severity: 'required' }]);
  });

  test('the sum decides, whatever subnets and zones it is spread over, in any order', () => {
    const row = fc.tuple(fc.constantFrom('az1', 'az2', 'az3'), fc.nat(60));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (drawn) => {
        const rows = drawn.map(([zone, free], index): Row => [`s${index}`, zone, free]);
        const sum = drawn.reduce((total, [, free]) => total + free, 0);
        const outcome = on(rows);
        expect(outcome.findings[0]?.severity).toBe(sum < 30 ? 'required' : sum < 100 ? 'recommended' : undefined);
        expect(on(rows.toReversed())).toEqual(outcome);
      }),
    );
  });
});
