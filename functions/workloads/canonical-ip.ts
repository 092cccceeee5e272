/** What is wrong with an address that Kubernetes used to take. */
export type IpDefect = 'leading-zeros' | 'ipv4-mapped' | 'host-bits';

export interface IpVerdict {
  /** Null when strict validation takes the value. */
  readonly defect: IpDefect | null;
  /** What can be written instead, the likelier meaning first; empty where nothing is wrong. */
  readonly instead: readonly string[];
}

const fine: IpVerdict = { defect: null, instead: [] };

/** What strict validation says of an IP address of a Service: octets with leading zeros and IPv4-mapped IPv6 addresses are refused. IPv6
 *  that is not in the form of RFC 5952, such as `2001:DB8:0::1`, gives a warning and is taken. Undefined when the value is no address, which
 *  no version of Kubernetes takes.
 *  @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4858-ip-cidr-validation
 *  @see https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/util/validation/ip.go IsValidIPForLegacyField */
export function judgeIp(value: string): IpVerdict | undefined {
  const address = parseAddress(value);
  if (!address) return undefined;
  const defect = defectOf(address);
  return defect ? { defect, instead: [formatAddress(address.bytes)] } : fine;
}

/** The same of a CIDR value, which must moreover be a network: no bits set beyond the prefix length, and no leading zeros in that. Of a
 *  value with such bits nobody knows whether the network or the one address was meant, so both are given.
 *  @see https://github.com/kubernetes/apimachinery/blob/v0.36.0/pkg/util/validation/ip.go IsValidCIDRForLegacyField */
export function judgeCidr(value: string): IpVerdict | undefined {
  const slash = value.indexOf('/');
  const address = slash < 0 ? undefined : parseAddress(value.slice(0, slash));
  const prefixText = value.slice(slash + 1);
  const prefix = parseNumber(prefixText, /^\d+$/, 10);
  if (!address || prefix === undefined || prefix > address.bytes.length * 8) return undefined;
  const { bytes } = address;
  const network = bytes.map((byte, index) => byte & maskOf(prefix - index * 8));
  const hasHostBits = network.some((byte, index) => byte !== bytes[index]);
  const hasZeros = prefixText.length > 1 && prefixText.startsWith('0');
  const defect = hasZeros ? 'leading-zeros' : (defectOf(address) ?? (hasHostBits ? 'host-bits' : null));
  if (!defect) return fine;
  const single = formatAddress(bytes);
  const instead = [formatNetwork(network, prefix), ...(hasHostBits ? [`${single}/${single.includes(':') ? 128 : 32}`] : [])];
  return { defect, instead };
}

interface Address {
  /** 4 or 16; an IPv4-mapped address has 16. */
  readonly bytes: readonly number[];
  readonly leadingZeros: boolean;
}

function defectOf({ bytes, leadingZeros }: Address): IpDefect | null {
  if (leadingZeros) return 'leading-zeros';
  return isMapped(bytes) ? 'ipv4-mapped' : null;
}

/** As `ParseIPSloppy` of k8s.io/utils reads it: leading zeros have no meaning, neither in octets nor in groups. */
function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Address | undefined {
  const parts = text.split('.');
  const bytes = parts.map((part) => parseNumber(part, /^\d+$/, 10) ?? Number.NaN);
  if (bytes.length !== 4 || !bytes.every((byte) => byte <= 0xff)) return undefined;
  return { bytes, leadingZeros: parts.some((part) => part.length > 1 && part.startsWith('0')) };
}

/** `::` stands for one group of zeros or more, once. The last two groups may be written as IPv4. */
function parseIpv6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const known = head.bytes.length + (tail?.bytes.length ?? 0);
  if (tail ? known > 14 : known !== 16) return undefined;
  const zeros = Array.from({ length: 16 - known }, () => 0);
  return { bytes: [...head.bytes, ...zeros, ...(tail?.bytes ?? [])], leadingZeros: head.leadingZeros || (tail?.leadingZeros ?? false) };
}

/** Groups between colons; a group of more than four digits that still fits has leading zeros. */
function parseGroups(text: string, isLast: boolean): Address | undefined {
  if (text === '') return { bytes: [], leadingZeros: false };
  const bytes: number[] = [];
  let leadingZeros = false;
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const ipv4 = isLast && index === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined;
    const group = ipv4 ? 0 : parseNumber(part, /^[0-9a-f]+$/i, 16);
    if (group === undefined || group > 0xffff) return undefined;
    bytes.push(...(ipv4?.bytes ?? [group >> 8, group & 0xff]));
    leadingZeros ||= ipv4 ? ipv4.leadingZeros : part.length > 4;
  }
  return { bytes, leadingZeros };
}

function parseNumber(text: string, digits: RegExp, base: number): number | undefined {
  return digits.test(text) ? Number.parseInt(text, base) : undefined;
}

/** Of a byte in which `bits` bits belong to the network: below 0 none, above 8 all. */
function maskOf(bits: number): number {
  return bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff;
}

/** `::ffff:0:0/96` */
function isMapped(bytes: readonly number[]): boolean {
  return bytes.length === 16 && bytes.every((byte, index) => index > 11 || byte === (index > 9 ? 0xff : 0));
}

/** The network that a mapped one stands for is an IPv4 network, if its prefix keeps it mapped. */
function formatNetwork(network: readonly number[], prefix: number): string {
  return `${formatAddress(network)}/${isMapped(network) ? prefix - 96 : prefix}`;
}

/** Dotted decimal for IPv4 and what is mapped to it, RFC 5952 for IPv6: lower case, the first of the longest runs of zeros as `::`. */
function formatAddress(bytes: readonly number[]): string {
  if (bytes.length === 4 || isMapped(bytes)) return bytes.slice(-4).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16));
  const runs = [
    ...groups
      .map((group) => (group === '0' ? '0' : '-'))
      .join('')
      .matchAll(/0{2,}/g),
  ];
  const longest = runs.reduce<RegExpExecArray | undefined>(
    (best, run) => (run[0].length > (best?.[0].length ?? 0) ? run : best),
    undefined,
  );
  if (!longest) return groups.join(':');
  return `${groups.slice(0, longest.index).join(':')}::${groups.slice(longest.index + longest[0].length).join(':')}`;
}
