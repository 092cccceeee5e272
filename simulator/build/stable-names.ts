/** Characters that Kubernetes takes for generated names: no vowels, nothing that looks like something else. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A suffix as a controller would generate it, yet always the same for the same text. */
export function stableSuffix(text: string, length: number): string {
  let suffix = '';
  for (let index = 0; index < length; index += 1) suffix += alphabet[stableNumber(`${text}/${index}`, alphabet.length)];
  return suffix;
}

/** 17 hex digits, as EC2 gives them to its resources. */
export function stableId(text: string): string {
  const digits = [0, 1, 2].map((part) => hash(`${text}/${part}`).toString(16).padStart(8, '0')).join('');
  return `0${digits.slice(0, 16)}`;
}

/** A number from 0 to below `limit`. */
export function stableNumber(text: string, limit: number): number {
  return hash(text) % limit;
}

/** FNV-1a, 32 bits, with the final mixing of MurmurHash3 so that neighbours differ in every bit. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
