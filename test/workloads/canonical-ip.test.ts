import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCidr, judgeIp } from '../../functions/workloads/canonical-ip.ts';

const octet = fc.integer({ min: 0, max: 255 });
const padding = fc.integer({ min: 0, max: 2 });
/** Four octets, each with some zeros before it. */
const paddedIpv4 = fc.array(fc.record({ octet, zeros: padding }), { minLength: 4, maxLength: 4 });
const written = (parts: readonly { octet: number; zeros: number }[]) => parts.map((part) => '0'.repeat(part.zeros) + part.octet).join('.');
/** Eight groups, zeros more often than chance has them. */
const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 });
const isMapped = (eight: readonly number[]) => eight.slice(0, 5).every((group) => group === 0) && eight[5] === 0xffff;
const bits = (bytes: readonly number[]) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

describe('judgeIp', () => {
  it.each([
    ['10.0.0.1', null, '10.0.0.1'],
    ['0.0.0.0', null, '0.0.0.0'],
    ['255.255.255.255', null, '255.255.255.255'],
    ['010.0.0.1', 'leading-zeros', '10.0.0.1'],
    ['10.000.000.005', 'leading-zeros', '10.0.0.5'],
    ['10.0.0.01', 'leading-zeros', '10.0.0.1'],
    ['10.00.0.1', 'leading-zeros', '10.0.0.1'],
    ['::', null, '::'],
    ['::1', null, '::1'],
    ['2001:db8::1', null, '2001:db8::1'],
    ['fd00:10:96::', null, 'fd00:10:96::'],
    ['1:2:3:4:5:6:7:8', null, '1:2:3:4:5:6:7:8'],
    ['::ffff:10.0.0.1', 'ipv4-mapped', '10.0.0.1'],
    ['::FFFF:0a00:0001', 'ipv4-mapped', '10.0.0.1'],
    ['0:0:0:0:0:ffff:10.0.0.1', 'ipv4-mapped', '10.0.0.1'],
    ['::ffff:10.0.0.01', 'leading-zeros', '10.0.0.1'],
    ['::10.0.0.1', null, '::a00:1'],
    ['64:ff9b::192.0.2.1', null, '64:ff9b::c000:201'],
    ['64:ff9b::192.0.02.1', 'leading-zeros', '64:ff9b::c000:201'],
    ['2001:00db8::1', 'leading-zeros', '2001:db8::1'],
  ])('%s: %s', (value, defect, canonical) => {
    expect(judgeIp(value)).toEqual({ defect, instead: defect ? [canonical] : [] });
  });

  it.each(['2001:DB8::1', '2001:0db8::1', '2001:db8:0:0:0:0:0:1', 'fe80:0:0:0:0:0:0:0abc'])(
    'takes %s, which is only not as short as it could be',
    (value) => {
      expect(judgeIp(value)?.defect).toBeNull();
    },
  );

  it.each([
    '',
    'None',
    'localhost',
    '10.0.0',
    '10.0.0.0.1',
    '10.0.0.256',
    '10.0.0.-1',
    '10.0.0.1 ',
    ' 10.0.0.1',
    '10.0.0.0x1',
    '1e1.0.0.1',
    '10..0.1',
    '10.0.0.1/32',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '::1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:',
    ':1:2:3:4:5:6:7:8',
    '10000::',
    'g::',
    'fe80::1%eth0',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::1.2.3',
    '1:2:3:4:5:6:7:1.2.3.4',
  ])('"%s" is no address', (value) => {
    expect(judgeIp(value)).toBeUndefined();
  });

  it('refuses IPv4 exactly when an octet has a zero too many, and reads it as decimal', () => {
    fc.assert(
      fc.property(paddedIpv4, (parts) => {
        const defect = parts.some(({ zeros }) => zeros > 0) ? 'leading-zeros' : null;
        const plain = parts.map((part) => part.octet).join('.');
        expect(judgeIp(written(parts))).toEqual({ defect, instead: defect ? [plain] : [] });
        expect(judgeIp(plain)).toEqual({ defect: null, instead: [] });
      }),
    );
  });

  it('takes every IPv6 address but mapped ones, and shortens it as a URL does', () => {
    fc.assert(
      fc.property(groups, fc.boolean(), (eight, upper) => {
        const text = eight.map((group) => group.toString(16).padStart(4, '0')).join(':');
        const value = upper ? text.toUpperCase() : text;
        if (isMapped(eight)) return expect(judgeIp(value)?.defect).toBe('ipv4-mapped');
        expect(judgeIp(value)).toEqual({ defect: null, instead: [] });
        const short = new URL(`http://[${text}]`).hostname.slice(1, -1);
        expect(judgeCidr(`${value}/0`)).toEqual(
          short === '::' ? { defect: null, instead: [] } : { defect: 'host-bits', instead: ['::/0', `${short}/128`] },
        );
      }),
    );
  });

  it('finds nothing wrong with what it suggests', () => {
    const text = fc.oneof(
      paddedIpv4.map(written),
      paddedIpv4.map((parts) => `::ffff:${written(parts)}`),
      paddedIpv4.map((parts) => `2001:db8::${written(parts)}`),
    );
    fc.assert(
      fc.property(text, (value) => {
        for (const form of judgeIp(value)?.instead ?? ['none']) expect(judgeIp(form)).toEqual({ defect: null, instead: [] });
      }),
    );
  });
});

describe('judgeCidr', () => {
  it.each([
    ['10.0.0.0/8', null, []],
    ['0.0.0.0/0', null, []],
    ['10.0.0.5/32', null, []],
    ['::/0', null, []],
    ['2001:db8::/32', null, []],
    ['2001:DB8:0::/32', null, []],
    ['10.0.0.5/8', 'host-bits', ['10.0.0.0/8', '10.0.0.5/32']],
    ['10.0.0.128/24', 'host-bits', ['10.0.0.0/24', '10.0.0.128/32']],
    ['10.0.0.128/25', null, []],
    ['10.0.0.1/31', 'host-bits', ['10.0.0.0/31', '10.0.0.1/32']],
    ['0.0.0.1/0', 'host-bits', ['0.0.0.0/0', '0.0.0.1/32']],
    ['2001:db8::1/64', 'host-bits', ['2001:db8::/64', '2001:db8::1/128']],
    ['010.0.0.0/8', 'leading-zeros', ['10.0.0.0/8']],
    ['10.0.0.0/08', 'leading-zeros', ['10.0.0.0/8']],
    ['10.0.0.0/00', 'leading-zeros', ['0.0.0.0/0', '10.0.0.0/32']],
    ['010.0.0.5/8', 'leading-zeros', ['10.0.0.0/8', '10.0.0.5/32']],
    ['::ffff:10.0.0.0/104', 'ipv4-mapped', ['10.0.0.0/8']],
    ['::ffff:10.0.0.5/104', 'ipv4-mapped', ['10.0.0.0/8', '10.0.0.5/32']],
    ['::ffff:10.0.0.0/64', 'ipv4-mapped', ['::/64', '10.0.0.0/32']],
  ])('%s: %s', (value, defect, instead) => {
    expect(judgeCidr(value)).toEqual({ defect, instead });
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '/8',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/ 8',
    '10.0.0/8',
    '10.0.0.0/8.0',
  ])('"%s" is no CIDR value', (value) => {
    expect(judgeCidr(value)).toBeUndefined();
  });

  it('refuses exactly the values that are not their own network', () => {
    const cidr = fc
      .constantFrom(4, 16)
      .chain((length) =>
        fc.record({ bytes: fc.array(octet, { minLength: length, maxLength: length }), prefix: fc.integer({ min: 0, max: length * 8 }) }),
      );
    fc.assert(
      fc.property(cidr, fc.boolean(), ({ bytes, prefix }, cleared) => {
        const host = BigInt(bytes.length * 8 - prefix);
        const value = cleared ? (bits(bytes) >> host) << host : bits(bytes);
        const hex = value.toString(16).padStart(bytes.length * 2, '0');
        const eight = Array.from({ length: 8 }, (_, index) => Number.parseInt(hex.slice(index * 4, index * 4 + 4) || '0', 16));
        const ipv4 = Array.from({ length: 4 }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16)).join('.');
        const address = bytes.length === 4 ? ipv4 : eight.map((group) => group.toString(16)).join(':');
        fc.pre(bytes.length === 4 || !isMapped(eight));
        const isNetwork = (value >> host) << host === value;
        const verdict = judgeCidr(`${address}/${prefix}`);
        expect(verdict?.defect).toBe(isNetwork ? null : 'host-bits');
        expect(verdict?.instead).toHaveLength(isNetwork ? 0 : 2);
        for (const form of verdict?.instead ?? []) expect(judgeCidr(form)).toEqual({ defect: null, instead: [] });
      }),
    );
  });
});
