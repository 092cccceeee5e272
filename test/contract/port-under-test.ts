/** What goes wrong in the world of a contract test. `denied`: the caller is known and every call is refused to it (IAM, or RBAC). */
export type ContractFault = 'denied';

export interface MakePortOptions {
  readonly fault?: ContractFault;
  /** Ends the calls of the port. */
  readonly deadline: AbortSignal;
}

export interface PortUnderTest<Port> {
  readonly port: Port;
  /** Requests counted so far. */
  readonly requests: () => number;
  /** Bytes of answers counted so far. */
  readonly bytes: () => number;
  close(): Promise<void>;
}

/** Opens a port on the world of fixture.ts. */
export type MakePort<Port> = (options: MakePortOptions) => Promise<PortUnderTest<Port>>;

export async function all(pages: AsyncIterable<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const page of pages) seen.push(page);
  return seen;
}

/** Runs a test over a port, and closes it whatever happens. */
export async function using<Port>(
  makePort: MakePort<Port>,
  options: Partial<MakePortOptions>,
  test: (underTest: PortUnderTest<Port>) => Promise<void>,
): Promise<void> {
  const underTest = await makePort({ deadline: new AbortController().signal, ...options });
  try {
    await test(underTest);
  } finally {
    await underTest.close();
  }
}
