import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { publicEndpointOpen } from '../../functions/checks/public-endpoint-open.ts';
import type { Cluster } from '../../functions/inventory/evidence/eks-cluster.ts';
import { createCluster, unavailable } from './builders.ts';
import { runCheckOn } from './run-check-on.ts';

const on = (resourcesVpcConfig: Cluster['resourcesVpcConfig']) =>
  runCheckOn(publicEndpointOpen, { 'eks.cluster': createCluster({ resourcesVpcConfig }) });
const open = (publicAccessCidrs: string[] | null | undefined) =>
  on({ endpointPublicAccess: true, endpointPrivateAccess: true, publicAccessCidrs });

describe('public-endpoint-open', () => {
  test.each([
    [['203.0.113.0/24'], 'passed'],
    [['10.0.0.0/8', '2001:db8::/32'], 'passed'],
    [['0.0.0.0/1'], 'passed'],
    [['192.0.2.0/10'], 'passed'],
    [['0.0.0.0/0'], 'failed'],
    [['203.0.113.0/24', '0.0.0.0/0'], 'failed'],
    [['203.0.113.0/24', '::/0'], 'failed'],
    [['0:0:0:0:0:0:0:0/00'], 'failed'],
    [[], 'failed'],
    [null, 'failed'],
    [undefined, 'failed'],
  ])('%j: %s', (cidrs, status) => {
    expect(open(cidrs).status).toBe(status);
  });

  test('names the blocks and the command', () => {
    expect(open(['203.0.113.0/24', '0.0.0.0/0', '::/0'])).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'info',
          subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
          message: 'The public endpoint of cluster payments is open to every address (0.0.0.0/0, ::/0)',
          facts: {
            publicAccessCidrs: ['203.0.113.0/24', '0.0.0.0/0', '::/0'],
            openTo: ['0.0.0.0/0', '::/0'],
            endpointPrivateAccess: true,
          },
          remediation:
            'aws eks update-cluster-config --region eu-west-1 --name payments --resources-vpc-config publicAccessCidrs=YOUR_CIDR',
          tags: { team: 'payments' },
        },
      ],
    });
    expect(open([]).findings[0]?.message).toContain('(no publicAccessCidrs)');
  });

  test('nodes keep their way in: without a private endpoint that is enabled with it', () => {
    for (const endpointPrivateAccess of [false, null])
      expect(on({ endpointPublicAccess: true, endpointPrivateAccess, publicAccessCidrs: ['0.0.0.0/0'] }).findings[0]?.remediation).toMatch(
        / endpointPrivateAccess=true,publicAccessCidrs=YOUR_CIDR$/,
      );
  });

  test('a private endpoint alone is not open, whatever the list says', () => {
    expect(on({ endpointPublicAccess: false, publicAccessCidrs: ['0.0.0.0/0'] })).toMatchObject({ status: 'passed', findings: [] });
  });

  test('one open block among any others is enough', () => {
    const narrow = fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 })).map(([address, length]) => `${address}/${length}`);
    fc.assert(
      fc.property(fc.array(narrow, { minLength: 1 }), fc.nat(), (cidrs, at) => {
        expect(open(cidrs).findings).toEqual([]);
        expect(open(cidrs.toSpliced(at % (cidrs.length + 1), 0, '0.0.0.0/0')).findings).toMatchObject([
          { facts: { openTo: ['0.0.0.0/0'] } },
        ]);
      }),
    );
  });

  test.each([undefined, null, {}, { endpointPublicAccess: null }])('%j says nothing', (config) => {
    expect(on(config)).toMatchObject({ status: 'unknown', findings: [], missing: [{ evidence: 'eks.cluster', code: 'InvalidResponse' }] });
  });

  test('missing or malformed evidence is no pass', () => {
    expect(runCheckOn(publicEndpointOpen, { 'eks.cluster': unavailable('AccessDenied') }).status).toBe('unknown');
    expect(runCheckOn(publicEndpointOpen, {}).status).toBe('skipped');
    const malformed = { ...createCluster(), resourcesVpcConfig: { endpointPublicAccess: 'yes' } };
    expect(runCheckOn(publicEndpointOpen, { 'eks.cluster': malformed })).toMatchObject({
      status: 'unknown',
      missing: [{ code: 'InvalidResponse' }],
    });
  });
});
