import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { controlPlaneSubnetIps } from '../../functions/checks/control-plane-subnet-ips.ts';
import type { Subnet } from '../../functions/inventory/evidence/ec2-subnets.ts';
import { createCluster, createSubnet, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const clusterWith = (subnetIds: string[]) => createCluster({ resourcesVpcConfig: { subnetIds } });

/** [id, zone id, free addresses]; the cluster names exactly these, unless told otherwise. */
function on(rows: readonly (readonly [string, string, number])[], options: RunOptions & { readonly named?: string[] } = {}) {
  const subnets = rows.map(([SubnetId, AvailabilityZoneId, AvailableIpAddressCount]) =>
    createSubnet({ SubnetId, AvailabilityZoneId, AvailableIpAddressCount }),
  );
  const cluster = clusterWith(options.named ?? rows.map(([id]) => id));
  return runCheckOn(controlPlaneSubnetIps, { 'eks.cluster': cluster, 'ec2.subnets': subnets }, options);
}

describe('control-plane-subnet-ips', () => {
  test('two zones with five addresses are enough', () => {
    expect(
      on([
        ['a', 'az1', 5],
        ['b', 'az2', 5],
      ]),
    ).toMatchObject({ status: 'passed', findings: [], essential: true });
  });

  test('four in one of two zones are not', () => {
    const outcome = on([
      ['a', 'euw1-az1', 5],
      ['b', 'euw1-az2', 4],
    ]);
    expect(outcome.status).toBe('failed');
    expect(outcome.findings).toEqual([
      {
        severity: 'required',
        subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
        hop: '1.35',
        message:
          '1 zone of cluster payments has at least 5 free addresses, an update of the control plane needs 2: euw1-az1 has 5, euw1-az2 has 4',
        facts: {
          availableByZone: { 'euw1-az1': 5, 'euw1-az2': 4 },
          addressesNeeded: 5,
          zonesNeeded: 2,
          subnetIds: ['a', 'b'],
          subnetsNotFound: [],
          subnetsUnreadable: [],
        },
        remediation:
          'Free addresses, or add a subnet in a zone that the cluster uses already: aws eks update-cluster-config --region eu-west-1 ' +
          '--name payments --resources-vpc-config subnetIds=a,b,NEW_SUBNET_ID',
        tags: { team: 'payments' },
      },
    ]);
  });

  test('small subnets of one zone add up: a small subnet alone does not block', () => {
    expect(
      on([
        ['a', 'az1', 0],
        ['b', 'az1', 200],
        ['c', 'az2', 3],
        ['d', 'az2', 2],
      ]).status,
    ).toBe('passed');
    expect(
      on([
        ['a', 'az1', 200],
        ['b', 'az1', 200],
        ['c', 'az2', 2],
        ['d', 'az2', 2],
      ]).status,
    ).toBe('failed');
    expect(
      on([
        ['a', 'az1', 0],
        ['b', 'az2', 50],
        ['c', 'az3', 50],
      ]).status,
    ).toBe('passed');
  });

  test('one zone is never enough', () => {
    expect(
      on([
        ['a', 'az1', 4000],
        ['b', 'az1', 4000],
      ]).findings,
    ).toMatchObject([{ facts: { availableByZone: { az1: 8000 } } }]);
  });

  test('only subnets of the cluster count', () => {
    expect(
      on(
        [
          ['a', 'az1', 9],
          ['b', 'az2', 1],
          ['node', 'az2', 250],
        ],
        { named: ['a', 'b'] },
      ).status,
    ).toBe('failed');
  });

  test('a subnet that is named twice counts once', () => {
    expect(
      on(
        [
          ['a', 'az1', 9],
          ['b', 'az2', 3],
        ],
        { named: ['a', 'b', 'b'] },
      ).findings,
    ).toMatchObject([{ facts: { availableByZone: { az1: 9, az2: 3 } } }]);
  });

  test('the name of the zone stands in for its id', () => {
    const subnets = ['a', 'b'].map((SubnetId) =>
      createSubnet({ SubnetId, AvailabilityZoneId: null, AvailabilityZone: `eu-west-1${SubnetId}`, AvailableIpAddressCount: 5 }),
    );
    expect(runCheckOn(controlPlaneSubnetIps, { 'eks.cluster': clusterWith(['a', 'b']), 'ec2.subnets': subnets }).status).toBe('passed');
  });

  test('of several hops the first one counts', () => {
    expect(on([['a', 'az1', 0]], { controlPlane: '1.32', target: '1.35' }).findings).toMatchObject([{ hop: '1.33' }]);
  });

  test('says once, not once a hop, what was not found', () => {
    const rows = [['a', 'az1', 9]] as const;
    expect(on(rows, { named: ['a', 'gone'], controlPlane: '1.32', target: '1.35' }).missing).toHaveLength(1);
  });

  test('lists the zones in their order', () => {
    const [finding] = on([
      ['a', 'az2', 1],
      ['b', 'az1', 2],
    ]).findings;
    expect(finding?.message).toContain(': az1 has 2, az2 has 1');
    expect(Object.keys(finding?.facts.availableByZone ?? {})).toEqual(['az1', 'az2']);
  });

  test('does not apply when there is nothing to upgrade to', () => {
    expect(on([['a', 'az1', 0]], { target: null }).status).toBe('not-applicable');
  });

  test('does not apply to a local cluster on an Outpost, which lives in one place', () => {
    const cluster = createCluster({ outpostConfig: { outpostArns: ['arn:aws:outposts:eu-west-1:111111111111:outpost/op-1'] } });
    const evidence = { 'eks.cluster': cluster, 'ec2.subnets': [createSubnet({ SubnetId: 'subnet-a' })] };
    expect(runCheckOn(controlPlaneSubnetIps, evidence).status).toBe('not-applicable');
  });

  describe('a subnet that the cluster names and EC2 does not know', () => {
    const missing = [{ evidence: 'ec2.subnets', code: 'NotFound' }];

    test('makes it unknown while it could be the one with the addresses', () => {
      expect(on([['a', 'az1', 9]], { named: ['a', 'gone'] })).toMatchObject({ status: 'unknown', findings: [], missing });
    });

    test('makes it unknown even where the others are enough: an update can fail for it', () => {
      expect(
        on(
          [
            ['a', 'az1', 9],
            ['b', 'az2', 9],
          ],
          { named: ['a', 'b', 'gone'] },
        ),
      ).toMatchObject({ status: 'unknown', findings: [], missing });
    });

    test('does not save a cluster that it could not help', () => {
      const outcome = on([['a', 'az1', 4]], { named: ['a', 'gone'] });
      expect(outcome).toMatchObject({
        status: 'unknown',
        findings: [{ severity: 'required', facts: { subnetsNotFound: ['gone'] } }],
        missing,
      });
      expect(outcome.findings[0]?.message).toBe(
        '0 zones of cluster payments have at least 5 free addresses, an update of the control plane needs 2: az1 has 4; 1 subnet not found (gone)',
      );
    });

    test('all but one gone', () => {
      expect(on([], { named: ['gone'] }).findings).toMatchObject([{ facts: { availableByZone: {} } }]);
      expect(on([], { named: ['gone', 'gone too'] })).toMatchObject({ status: 'unknown', findings: [] });
    });
  });

  test.each([
    ['count', { AvailableIpAddressCount: null }],
    ['zone', { AvailabilityZone: null, AvailabilityZoneId: null }],
  ] satisfies [string, Partial<Subnet>][])('a subnet without a %s is not guessed', (_, hole) => {
    const subnets = [createSubnet(), createSubnet({ SubnetId: 'subnet-b', AvailabilityZoneId: 'euw1-az2', ...hole })];
    expect(runCheckOn(controlPlaneSubnetIps, { 'eks.cluster': createCluster(), 'ec2.subnets': subnets })).toMatchObject({
      status: 'unknown',
      findings: [],
      missing: [{ evidence: 'ec2.subnets', code: 'InvalidResponse' }],
    });
  });

  test.each([[null], [{ subnetIds: [] }]])('a cluster that names no subnets (%j) is not guessed', (resourcesVpcConfig) => {
    expect(runCheckOn(controlPlaneSubnetIps, { 'eks.cluster': createCluster({ resourcesVpcConfig }), 'ec2.subnets': [] })).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.cluster', code: 'InvalidResponse' }],
    });
  });

  test.each(['eks.cluster', 'ec2.subnets'] as const)('without %s it is unknown', (key) => {
    const evidence = { 'eks.cluster': createCluster(), 'ec2.subnets': [createSubnet()] };
    for (const code of ['Forbidden', 'NotRequested'] as const)
      expect(runCheckOn(controlPlaneSubnetIps, { ...evidence, [key]: unavailable(code) })).toMatchObject({
        status: 'unknown',
        missing: [{ evidence: key, code }],
      });
  });

  test('malformed subnets are unknown, with the path', () => {
    const outcome = runCheckOn(controlPlaneSubnetIps, { 'eks.cluster': createCluster(), 'ec2.subnets': [{ AvailableIpAddressCount: 5 }] });
    expect(outcome).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
    expect(outcome.missing[0]?.message).toContain('[0].SubnetId');
  });

  test('fails exactly when fewer than two zones have five, in any order', () => {
    const row = fc.tuple(fc.constantFrom('az1', 'az2', 'az3'), fc.nat(7));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
        const subnets = rows.map(([zone, free], index) => [`s${index}`, zone, free] as const);
        const sums = ['az1', 'az2', 'az3'].map((zone) => rows.reduce((sum, [of, free]) => sum + (of === zone ? free : 0), 0));
        const outcome = on(subnets);
        expect(outcome.status).toBe(sums.filter((sum) => sum >= 5).length >= 2 ? 'passed' : 'failed');
        expect(on(subnets.toReversed())).toEqual(outcome);
      }),
    );
  });
});
