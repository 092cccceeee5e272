import { formatQuantity, parseQuantity, type Quantity } from '../../../workloads/quantities.ts';
import { allocatableOf, requestsOf, sumOf } from '../../../workloads/requests.ts';
import type { Problem } from '../../record.ts';
import { movingPods } from './assessed-pods.ts';
import type { PreflightFacts } from './facts.ts';
import { type GreenNode, landingOf } from './landing.ts';
import { headroomOf } from './new-nodes.ts';
import { block, counted, info, warn } from './problems.ts';

/** (6) N nodes of green, and what headroom allows, offer what blue offers, of every resource that pods of blue ask for. Devices, huge pages and
 *  architecture are part of it: a type without them offers none. F-49. */
export function capacity(facts: PreflightFacts): Problem[] {
  const { view, blueNodes, size } = facts;
  const landing = landingOf(facts);
  if (!view || !landing || landing.green.length === 0) return [];
  const blue = sumOf(view.nodes.filter(({ metadata }) => blueNodes.has(metadata.name)).map(allocatableOf));
  const asked = sumOf(movingPods(facts).map(({ pod }) => requestsOf(pod)));
  return [...blue]
    .filter(([resource, amount]) => amount > 0n && (isShared(resource) || (asked.get(resource) ?? 0n) > 0n))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([resource, amount]) => parity(facts, landing.green, resource, amount, size));
}

/** What every node has: parity is wanted whether or not pods ask for it. Ephemeral storage depends on a disk that a type does not tell. */
const isShared = (resource: string): boolean => resource === 'cpu' || resource === 'memory' || resource === 'pods';

function parity(facts: PreflightFacts, green: readonly GreenNode[], resource: string, blue: Quantity, size: number): Problem[] {
  const [estimate, most] = [least(green, resource, 'estimate'), largest(green, resource)];
  const limit = BigInt(size + headroomOf(facts));
  const [object, id] = [`Resource ${resource}`, 'green-too-small'];
  const numbers = `blue offers ${written(resource, blue)}`;
  if (most !== undefined && most * limit < blue) {
    const message = `${numbers}, and ${counted(Number(limit), 'node')} of green at most ${written(resource, most * limit)}`;
    return [block(id, '6', object, message, 'choose larger instance types for green, or raise headroomNodes')];
  }
  if (estimate * limit < blue) {
    const message = `${numbers}, and ${counted(Number(limit), 'node')} of green perhaps ${written(resource, estimate * limit)}`;
    return [warn(id, '6', object, message, 'green stops growing there, and the rotation goes back: choose larger instance types')];
  }
  if (estimate * BigInt(size) >= blue) return [];
  const needed = (blue + estimate - 1n) / estimate;
  return [info('green-grows', '6', object, `${numbers}: green needs about ${needed} nodes where blue has ${size}`, null)];
}

/** A group may launch only the smallest of its types. */
function least(green: readonly GreenNode[], resource: string, of: 'estimate' | 'most'): Quantity {
  const amounts = green.map(({ allocatable }) => amountIn(allocatable[of], resource));
  return amounts.sort(ascending)[0] ?? 0n;
}

/** Undefined where a type is not known. Huge pages and devices of a plugin may come with a type that nobody has seen yet. */
function largest(green: readonly GreenNode[], resource: string): Quantity | undefined {
  const amounts = green.map(({ allocatable }) => {
    if (!allocatable.most) return undefined;
    const known = isShared(resource) || resource in allocatable.most || isGpu(resource);
    return known ? amountIn(allocatable.most, resource) : undefined;
  });
  return amounts.includes(undefined)
    ? undefined
    : amounts
        .flatMap((amount) => amount ?? [])
        .sort(ascending)
        .at(-1);
}

const ascending = (a: Quantity, b: Quantity): number => Number(a > b) - Number(a < b);

const isGpu = (resource: string): boolean => resource === 'nvidia.com/gpu' || resource === 'amd.com/gpu';

function amountIn(amounts: Readonly<Record<string, string>> | undefined, resource: string): Quantity {
  return (Object.hasOwn(amounts ?? {}, resource) && parseQuantity(amounts?.[resource] ?? '0')) || 0n;
}

function written(resource: string, amount: Quantity): string {
  return formatQuantity(amount, resource === 'memory' ? 'BinarySI' : 'DecimalSI');
}
