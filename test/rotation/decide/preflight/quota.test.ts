import { describe, expect, it } from 'vitest';
import { quota, vcpuNeeds } from '../../../../functions/rotation/decide/preflight/quota.ts';
import { brief, facts, greenGroup, m5large } from '../../preflight-builders.ts';

const object = 'Account quota Running On-Demand Standard instances (L-1216C47A)';
const found = (...of: Parameters<typeof facts>) => brief(quota(facts(...of)));

describe('(3) vCPU quota', () => {
  it('three m5.large need 6 vCPUs, and 10 with all headroom', () => {
    expect(vcpuNeeds(facts())).toEqual({ least: 6, most: 10, free: 80, limit: 100 });
  });

  it.each([
    [30, []],
    [29, [`warn quota-short ${object}`]],
    [26, [`warn quota-short ${object}`]],
    [25, [`block quota-short ${object}`]],
  ])('of a limit of %i with 20 in use', (limit, expected) => {
    expect(found({ quota: { limit, used: 20 } })).toEqual(expected);
  });

  it('the smallest of several types decides what is certain, the largest what is feared', () => {
    const green = greenGroup({}, { instanceTypes: ['m5.large', 'm5.4xlarge'] });
    const instanceTypes = [m5large, { ...m5large, name: 'm5.4xlarge', vcpus: 16 }];
    expect(found({ green, instanceTypes, quota: { limit: 50, used: 20 } })).toEqual([`warn quota-short ${object}`]);
  });

  it('what counts for another quota, or is reserved, is not passed in silence', () => {
    const gpu = { green: greenGroup({}, { instanceTypes: ['g5.xlarge'] }), instanceTypes: [{ ...m5large, name: 'g5.xlarge' }] };
    expect(found(gpu)).toEqual([`warn quota-not-verified ${object}`]);
    expect(found({ green: greenGroup({}, { capacityType: 'SPOT' }) })).toEqual([`warn capacity-not-verified ${object}`]);
    expect(found({ green: greenGroup({}, { capacityType: 'CAPACITY_BLOCK' }) })).toEqual([`warn capacity-not-verified ${object}`]);
    expect(found({ instanceTypes: [] })).toEqual([`warn quota-not-verified ${object}`]);
  });

  it.each(['trn1.2xlarge', 'inf2.xlarge', 'hpc7a.12xlarge', 'p5.48xlarge', 'x2idn.16xlarge', 'u-6tb1.112xlarge'])(
    '%s does not count',
    (name) => {
      const green = greenGroup({}, { instanceTypes: [name] });
      expect(found({ green, instanceTypes: [{ ...m5large, name }], quota: { limit: 21, used: 20 } })).toEqual([
        `warn quota-not-verified ${object}`,
      ]);
    },
  );

  it.each(['im4gn.large', 'is4gen.large', 'c7g.large', 't3a.large', 'i4i.large', 'z1d.large'])('%s counts', (name) => {
    const green = greenGroup({}, { instanceTypes: [name] });
    expect(found({ green, instanceTypes: [{ ...m5large, name }], quota: { limit: 21, used: 20 } })).toEqual([
      `block quota-short ${object}`,
    ]);
  });

  it('a green that is created is made of blue, with other types where asked', () => {
    const create = { instanceTypes: ['m5.4xlarge'] };
    const instanceTypes = [m5large, { ...m5large, name: 'm5.4xlarge', vcpus: 16 }];
    expect(vcpuNeeds(facts({ create, instanceTypes }))).toMatchObject({ least: 48 });
    expect(vcpuNeeds(facts({ create: {}, instanceTypes }))).toMatchObject({ least: 6 });
  });
});
