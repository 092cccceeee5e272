import { deployment } from '../../../../simulator/rotation/declare.ts';
import { worldEvents } from '../../../../simulator/rotation/events.ts';
import { smallWorld } from '../../../../simulator/rotation/sample-worlds.ts';
import { groupOf, type LiveWorld } from '../../../../simulator/rotation/world.ts';
import type { Place, Scenario } from './workload-scenario.ts';

export const blue = 'workers-a';
export const green = 'workers-b';

type WorldMaker = NonNullable<Scenario['world']>;
type More = Parameters<WorldMaker>[0];

/** What is broken before, and what others had put there: it must be the same afterwards (V9, V16). A crash-looping workload, a tag, suspended
 *  processes of which one is also ours to suspend, a label and annotations that a rotation uses too. */
export const withHistory =
  (make: (more: More) => LiveWorld): WorldMaker =>
  (more) => {
    const world = make(more);
    const events = worldEvents(world);
    for (const name of [blue, green]) {
      const group = groupOf(world, name);
      group.tags.set('team', { key: 'team', value: 'payments', propagateAtLaunch: false });
      group.suspended.add('HealthCheck');
    }
    groupOf(world, blue).suspended.add('AlarmNotification');
    const [first = '', second = ''] = [...groupOf(world, blue).instances.values()].map(({ nodeName }) => nodeName);
    events.mark(first, 'annotations', 'example.com/owner', 'payments');
    events.mark(first, 'labels', 'node.kubernetes.io/exclude-from-external-load-balancers', 'true');
    events.mark(second, 'annotations', 'cluster-autoscaler.kubernetes.io/scale-down-disabled', 'true');
    events.podTrouble({ workload: 'shop/broken', what: 'crash' });
    events.apply(deployment({ name: 'broken', cpu: '50m' }));
    world.clock.advance(180_000);
    world.audit.begin();
    return world;
  };

export const usual = withHistory(smallWorld);

/** Groups that another service operates: only sizes may be changed, processes stay on (F-14). */
export const operated = withHistory((more) => {
  const world = smallWorld(more);
  for (const name of [blue, green]) groupOf(world, name).operator = 'eks.amazonaws.com';
  return world;
});

/** Every limit short, in the order of the real ones. */
const limits = {
  joinMinutes: 4,
  flapMinutes: 2,
  scaleDeadlineMinutes: 12,
  validateDeadlineMinutes: 6,
  blueWholeDeadlineMinutes: 6,
  unreachableMinutes: 3,
  freezeDeadlineMinutes: 3,
  finishDeadlineMinutes: 3,
  drainDeadlineMinutes: 60,
};

/** A scenario over a world with history, and with short limits. */
export const on = (scenario: Scenario): Scenario => ({
  ...scenario,
  world: scenario.world ?? usual,
  options: { ...limits, ...scenario.options },
});

/** What strikes, and cannot end by itself. */
export const once =
  (act: (place: Place) => void): NonNullable<Scenario['strike']> =>
  (place) => {
    act(place);
    return undefined;
  };

/** Longer than any deadline of a forward phase, and shorter than for ever: a revert can still do its work. */
export const longerThanDeadlines = 15 * 60;

export const first = ({ nodesOf }: Place, group: 'workers-a' | 'workers-b'): string => nodesOf(group)[0] ?? '';
