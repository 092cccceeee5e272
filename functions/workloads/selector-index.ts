import { type LabelSelector, selects } from './selectors.ts';

type Labels = Readonly<Record<string, string>>;

/** Where an object looks for its pods. */
interface Reach {
  readonly namespace: string;
  readonly selector: LabelSelector | null | undefined;
}

/** Finds which of many objects (budgets, controllers) select the pod with these labels in this namespace, in the order in which the
 *  objects were given. An index over one label of each selector: ten thousand pods would else be compared with every object of their
 *  namespace. */
export function selectorIndex<T>(objects: readonly T[], reachOf: (object: T) => Reach): (namespace: string, labels: Labels) => T[] {
  const byLabel = new Map<string, Entry<T>[]>();
  objects.forEach((object, order) => {
    const reach = reachOf(object);
    const first = Object.entries(reach.selector?.matchLabels ?? {})[0];
    const key = first ? labelKey(reach.namespace, ...first) : anyLabels(reach.namespace);
    const entries = byLabel.get(key) ?? [];
    byLabel.set(key, entries);
    entries.push({ object, order, selector: reach.selector });
  });
  return (namespace, labels) => {
    const found: Entry<T>[] = [];
    const look = (key: string) => {
      for (const entry of byLabel.get(key) ?? []) if (selects(entry.selector, labels)) found.push(entry);
    };
    look(anyLabels(namespace));
    for (const [key, value] of Object.entries(labels)) look(labelKey(namespace, key, value));
    return found.sort((a, b) => a.order - b.order).map(({ object }) => object);
  };
}

interface Entry<T> {
  readonly object: T;
  readonly order: number;
  readonly selector: LabelSelector | null | undefined;
}

/** Neither namespaces nor labels contain a line break. */
const labelKey = (namespace: string, key: string, value: string) => `${namespace}\n${key}\n${value}`;
const anyLabels = (namespace: string) => namespace;
