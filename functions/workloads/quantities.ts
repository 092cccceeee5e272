/** How a quantity is written: `1500m`, `1536Mi`, `15e-1`. */
type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** An amount of a resource (CPUs, bytes, pods, devices) in nano units, the smallest step that Kubernetes keeps. Whole numbers of any size:
 *  sums and comparisons are exact. */
export type Quantity = bigint;

/** Nano units of one. */
export const one: Quantity = 1_000_000_000n;

const decimalSuffixes: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);

const binarySuffixes: ReadonlyMap<string, bigint> = new Map(
  ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, index) => [suffix, 1024n ** BigInt(index + 1)]),
);

/** What no number with a binary suffix exceeds: the parser cuts off there, without a word. */
const binaryCap: Quantity = (2n ** 63n - 1n) * one;

/** A decimal exponent beyond this is an attack on the memory, not an amount. */
const largestExponent = 999;

const grammar = /^(?<sign>[+-]?)(?:(?<whole>\d+)(?:\.(?<part>\d*))?|\.(?<fraction>\d+))(?<suffix>[numkMGTPE]?|[KMGTPE]i|[eE][+-]?\d+)$/;

/** Reads a quantity of Kubernetes; a number of JSON or YAML is read as it is written. Undefined when it is none: the API server stores no
 *  such value. What is finer than a nano unit is rounded away from zero: who asks for something gets something.
 *  The grammar is that of its documentation. The parser also takes texts without a digit ("-", "Ki") as 0; nothing here writes them.
 *  @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 *  @see https://github.com/kubernetes/apimachinery/blob/v0.34.4/pkg/api/resource/quantity.go ParseQuantity */
export function parseQuantity(value: string | number): Quantity | undefined {
  const parts = grammar.exec(String(value))?.groups;
  if (!parts) return undefined;
  const { sign, whole = '', part = '', fraction = '', suffix = '' } = parts;
  const decimals = part + fraction;
  const digits = BigInt(whole + decimals);
  const magnitude = scaled(digits, decimals.length, suffix);
  if (magnitude === undefined) return undefined;
  return sign === '-' ? -magnitude : magnitude;
}

function scaled(digits: bigint, decimals: number, suffix: string): Quantity | undefined {
  const factor = binarySuffixes.get(suffix);
  if (factor !== undefined) {
    const amount = timesPowerOfTen(digits * factor, 9 - decimals);
    return amount > binaryCap ? binaryCap : amount;
  }
  const exponent = decimalSuffixes.get(suffix) ?? Number(suffix.slice(1));
  if (exponent > largestExponent) return digits === 0n ? 0n : undefined;
  // Below a nano unit all is one nano unit, however far below.
  return timesPowerOfTen(digits, Math.max(exponent, -largestExponent) + 9 - decimals);
}

function timesPowerOfTen(digits: bigint, exponent: number): bigint {
  return exponent >= 0 ? digits * 10n ** BigInt(exponent) : roundedUp(digits, 10n ** BigInt(-exponent));
}

/** The canonical form: no fraction, the largest suffix that loses nothing. As the API server does it, binary suffixes are only for whole
 *  numbers from 1024; unlike it, nothing is lost beyond the largest suffixes: there an exponent stands.
 *  @see https://github.com/kubernetes/apimachinery/blob/v0.34.4/pkg/api/resource/quantity.go CanonicalizeBytes */
export function formatQuantity(amount: Quantity, format: QuantityFormat = 'DecimalSI'): string {
  if (amount === 0n) return '0';
  const magnitude = amount < 0n ? -amount : amount;
  const sign = amount < 0n ? '-' : '';
  const binary = format === 'BinarySI' && magnitude % one === 0n && magnitude >= 1024n * one && magnitude <= binaryCap;
  if (binary) {
    const { digits, times } = withoutFactor(magnitude / one, 1024n);
    return `${sign}${digits}${[...binarySuffixes.keys()][times - 1] ?? ''}`;
  }
  const { digits, times } = withoutFactor(magnitude, 1000n);
  const exponent = 3 * times - 9;
  const suffix = [...decimalSuffixes].find(([, power]) => power === exponent)?.[0];
  if (format !== 'DecimalExponent' && suffix !== undefined) return `${sign}${digits}${suffix}`;
  return `${sign}${digits}${exponent === 0 ? '' : `e${exponent}`}`;
}

function withoutFactor(amount: bigint, factor: bigint): { readonly digits: bigint; readonly times: number } {
  let [digits, times] = [amount, 0];
  for (; digits % factor === 0n; times++) digits /= factor;
  return { digits, times };
}

/** A whole number of `step`s, up: what is asked for is never made less. Amounts from 0. */
export function roundedUpTo(amount: Quantity, step: Quantity): Quantity {
  return roundedUp(amount, step) * step;
}

function roundedUp(amount: bigint, divisor: bigint): bigint {
  return (amount + divisor - 1n) / divisor;
}
