/** What several themes need of the same facts is worked out once. The facts never change. */
export function once<Facts extends object, T>(work: (facts: Facts) => T): (facts: Facts) => T {
  const known = new WeakMap<Facts, { readonly value: T }>();
  return (facts) => {
    const done = known.get(facts) ?? { value: work(facts) };
    known.set(facts, done);
    return done.value;
  };
}
