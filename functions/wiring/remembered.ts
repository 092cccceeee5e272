/** Each key is worked out once; everybody who asks gets the same promise, failed or not: a denied account is asked once a run. */
export function remembered<T>(work: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const result = known.get(key) ?? work(key);
    known.set(key, result);
    return result;
  };
}

/** The same, but what failed or found nothing is worked out again: a function must not carry one bad answer through its whole life. */
export function rememberedSuccess<T>(work: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  const forget = (key: string) => known.delete(key);
  return (key) => {
    const result = known.get(key) ?? work(key);
    known.set(key, result);
    result.then(
      (value) => value === undefined && forget(key),
      () => forget(key),
    );
    return result;
  };
}
