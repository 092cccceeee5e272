/** One piece of work per key however many ask at once, and never again once it succeeded. A failure is not remembered: each who waited for
 *  it tries with its own work, one after the other. */
export function firstSuccess<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  const start = (key: string, work: () => Promise<T>): Promise<T> => {
    const started = work().catch((error: unknown) => {
      running.delete(key);
      throw error;
    });
    running.set(key, started);
    return started;
  };
  return async (key, work) => {
    for (let others = running.get(key); others; others = running.get(key)) {
      const result = await others.then(
        (value) => ({ value }),
        () => undefined,
      );
      if (result) return result.value;
    }
    return start(key, work);
  };
}
