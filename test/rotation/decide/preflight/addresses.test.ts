import { describe, expect, it } from 'vitest';
import { addresses, addressNeeds } from '../../../../functions/rotation/decide/preflight/addresses.ts';
import { brief, facts, greenGroup, zones } from '../../preflight-builders.ts';

const cni = { warmAddresses: null, minimumAddresses: null, warmInterfaces: null, prefixes: false, customSubnets: false };
const subnets = (...free: number[]) =>
  free.map((freeAddresses, index) => ({ id: `subnet-${'abc'[index]}`, zone: zones[index] ?? '', freeAddresses }));
const found = (...of: Parameters<typeof facts>) => brief(addresses(facts(...of)));

describe('(4) free addresses', () => {
  it('a node takes one and those of a warm interface, and the control plane five', () => {
    expect(addressNeeds(facts())).toMatchObject(zones.map((zone) => ({ zone, nodes: 1, perNode: 11, needed: 16, free: 200 })));
    expect(found({ subnets: subnets(16, 16, 16) })).toEqual([]);
    expect(found({ subnets: subnets(16, 15, 16) })).toEqual(['block addresses-short Subnet subnet-b']);
  });

  it('subnets of one zone help each other out', () => {
    const two = subnets(8, 16, 16).concat({ id: 'subnet-d', zone: zones[0] ?? '', freeAddresses: 8 });
    expect(found({ subnets: two })).toEqual([]);
  });

  it.each([
    [{ ...cni, warmAddresses: 2 }, 3],
    [{ ...cni, warmAddresses: 2, minimumAddresses: 8 }, 9],
    [{ ...cni, warmInterfaces: 2 }, 21],
    [{ ...cni, prefixes: true }, 17],
    [{ ...cni, prefixes: true, warmAddresses: 20 }, 33],
    [{ ...cni, customSubnets: true }, 1],
  ])('the settings of the VPC CNI count: %o', (networking, perNode) => {
    expect(addressNeeds(facts({ networking }))[0]).toMatchObject({ perNode });
  });

  it('with IPv6 only the node takes an address', () => {
    const cluster = { status: 'ACTIVE', ipFamily: 'ipv6', zonalShift: false, autoMode: false };
    expect(addressNeeds(facts({ cluster }))[0]).toMatchObject({ perNode: 1 });
  });

  it('custom networking, and subnets that nobody names, could not be verified; one that is gone blocks', () => {
    expect(found({ networking: { ...cni, customSubnets: true } })).toEqual(['warn addresses-not-verified DaemonSet kube-system/aws-node']);
    expect(found({ green: greenGroup({}, { subnets: [] }), subnets: [] })).toEqual(['warn addresses-not-verified The subnets of green']);
    expect(found({ green: greenGroup({}, { subnets: ['subnet-a', 'subnet-gone'] }) })).toEqual(['block subnet-missing Subnet subnet-gone']);
  });

  it('nodes that are there already need no new address', () => {
    const instances = zones.map((zone, index) => ({
      id: `i-g${index}`,
      zone,
      lifecycleState: 'InService',
      healthy: true,
      protectedFromScaleIn: false,
    }));
    expect(found({ green: greenGroup({ instances }), greenIsOurs: true, subnets: subnets(0, 0, 0) })).toEqual([]);
  });
});
