import type { ClusterPorts, RotationOutside } from '../../../functions/rotation/ports.ts';
import type { ObjectStore } from '../../../functions/store/object-store.ts';
import { rotationHandlers } from '../../../simulator/rotation/machines.ts';
import type { RotationRig } from './rig.ts';

/** Something that a function does to what is outside of it: a write of AWS, of the API server, of the store, or a notice. */
export interface Effect {
  /** From 1, over the whole rotation. */
  readonly number: number;
  readonly where: 'world' | 'store' | 'notice';
  /** What it is, the same for the same effect of the same step: `drain settle-batch: putIfUnchanged record.json 2`. */
  readonly name: string;
}

/** The function runs out of memory before an effect, or right after it; or it lives. */
export type Moment = 'before' | 'after';
/** What becomes of it. Something else may happen before the effect. */
export type Fate = (effect: Effect) => Moment | 'lives' | Promise<Moment | 'lives'>;

/** Replaces the functions of a rig by ones that can die: whoever is dead does nothing more, catches nothing, and answers nothing. Step Functions
 *  sees an error of the Lambda runtime, and asks again.
 *  @returns the effects, as they happen */
export function mortal(rig: RotationRig, fate: Fate): readonly Effect[] {
  const effects: Effect[] = [];
  for (const name of Object.keys(rotationHandlers(rig.outside))) {
    rig.handlers[name] = (event) => {
      const death = Promise.withResolvers<never>();
      const life = lifeOf(describe(name, event), effects, fate, () => death.reject(new RuntimeExited(`${name} exited without an answer`)));
      const answer = rotationHandlers(outsideOf(rig.outside, life))[name]?.(event);
      return Promise.race([answer, death.promise]);
    };
  }
  return effects;
}

class RuntimeExited extends Error {
  override readonly name = 'Runtime.ExitError';
}

const describe = (name: string, event: unknown): string => {
  const { phase, part } = typeof event === 'object' && event !== null ? { phase: name, part: '', ...event } : { phase: name, part: '' };
  return `${phase} ${part}`.trim();
};

interface Life {
  /** Nothing of a dead function goes on. */
  alive<T>(act: () => Promise<T>): Promise<T>;
  effect<T>(where: Effect['where'], what: string, act: () => Promise<T>): Promise<T>;
}

function lifeOf(invocation: string, effects: Effect[], fate: Fate, die: () => void): Life {
  let dead = false;
  const never = new Promise<never>(() => {});
  const seen = new Map<string, number>();
  const end = (): Promise<never> => {
    dead = true;
    die();
    return never;
  };
  return {
    alive: async (act) => (dead ? never : act()),
    effect: async (where, what, act) => {
      if (dead) return never;
      const nth = (seen.get(what) ?? 0) + 1;
      seen.set(what, nth);
      const effect: Effect = { number: effects.length + 1, where, name: `${invocation}: ${what} ${nth}` };
      effects.push(effect);
      const when = await fate(effect);
      if (when === 'before') return end();
      const answer = await act();
      return when === 'after' ? end() : answer;
    },
  };
}

function outsideOf(outside: RotationOutside, life: Life): RotationOutside {
  return {
    ...outside,
    store: storeOf(outside.store, life),
    tell: (notice) => life.effect('notice', `tell ${notice.kind}`, () => outside.tell(notice)),
    pause: (milliseconds) => life.alive(() => outside.pause(milliseconds)),
    openCluster: (cluster) => life.alive(async () => portsOf(await outside.openCluster(cluster), life)),
  };
}

const lastPart = (key: string): string => (key.includes('/events/') ? 'event' : (key.split('/').at(-1) ?? key));

function storeOf(store: ObjectStore, life: Life): ObjectStore {
  return {
    get: (...of) => life.alive(() => store.get(...of)),
    put: (key, body) => life.effect('store', `put ${lastPart(key)}`, () => store.put(key, body)),
    putIfAbsent: (key, body) => life.effect('store', `putIfAbsent ${lastPart(key)}`, () => store.putIfAbsent(key, body)),
    putIfUnchanged: (key, body, version) =>
      life.effect('store', `putIfUnchanged ${lastPart(key)}`, () => store.putIfUnchanged(key, body, version)),
    remove: (key) => life.effect('store', `remove ${lastPart(key)}`, () => store.remove(key)),
    list: (prefix) => store.list(prefix),
  };
}

/** Reads of the dead are let through: nothing can be told from them. */
function portsOf({ reads, writes }: ClusterPorts, life: Life): ClusterPorts {
  const written = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => life.effect('world', String(name), () => Reflect.apply(method, target, args));
      },
    });
  return { reads, writes: { eks: written(writes.eks), autoScaling: written(writes.autoScaling), kubernetes: written(writes.kubernetes) } };
}
