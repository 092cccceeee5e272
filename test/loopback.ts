import type { Server } from 'node:net';

/** Where a server listens, and how it ends. */
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Lets a server listen on a free port of 127.0.0.1. `close` ends its connections too, which would keep it alive. */
export async function listening(server: Server & { closeAllConnections(): void }): Promise<Listening> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
