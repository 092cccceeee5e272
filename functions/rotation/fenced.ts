/** A write port that asks before each call whether it may still write. Whoever holds the port cannot go round it, whatever methods it has. */
export function fenced<Port extends object>(port: Port, mayWrite: (call: string) => Promise<void>): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        await mayWrite(String(name));
        return Reflect.apply(method, target, args);
      };
    },
  });
}
