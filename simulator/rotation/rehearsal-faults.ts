import type { Phase } from '../../functions/rotation/phases.ts';
import { worldEvents } from './events.ts';
import { clusterOf, groupOf, type LiveWorld } from './world.ts';

interface Groups {
  readonly blue: string | null;
  readonly green: string | null;
}

type Happens = (world: LiveWorld, groups: Groups) => void;

/** What a rehearsal can have go wrong, and in which phase it begins. */
const faults: Readonly<Record<string, { readonly phase: Phase; readonly happens: Happens }>> = {
  'no-capacity': { phase: 'scale-green', happens: (world, { green }) => green && worldEvents(world).trouble(green, { noCapacity: 'all' }) },
  'never-joins': { phase: 'scale-green', happens: (world, { green }) => green && worldEvents(world).trouble(green, { neverJoin: true }) },
  'green-not-ready': {
    phase: 'drain',
    happens: (world, { green }) => firstNode(world, green, (node) => worldEvents(world).nodeReady(node, 'False')),
  },
  'blue-node-dies': { phase: 'drain', happens: (world, { blue }) => firstNode(world, blue, (node) => worldEvents(world).killNode(node)) },
  'api-server-down': { phase: 'drain', happens: (world) => void worldEvents(world).apiServerDown(0, 300) },
};

function firstNode(world: LiveWorld, group: string | null, act: (node: string) => void): void {
  if (group === null) return;
  const name = [...groupOf(world, group).instances.values()].find(({ nodeName }) => nodeName !== undefined)?.nodeName;
  if (name !== undefined && clusterOf(world, groupOf(world, group).clusterName).objects.nodes.has(name)) act(name);
}

/** Makes a fault happen when its phase begins.
 *  @throws Error for an unknown name, with those there are */
export function rehearsalFaults(name: string): (world: LiveWorld, phase: Phase, groups: Groups) => void {
  const fault = faults[name];
  if (!fault) throw new Error(`unknown fault "${name}", expected one of ${Object.keys(faults).join(', ')}`);
  return (world, phase, groups) => {
    if (phase === fault.phase) fault.happens(world, groups);
  };
}
