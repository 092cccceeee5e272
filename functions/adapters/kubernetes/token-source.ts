import type { EksToken } from './eks-token.ts';

/** The token in use, renewed in time. */
export interface TokenSource {
  current(): Promise<string>;
  /** The server refused this token: the next `current` is a new one, unless somebody else has renewed it meanwhile. */
  refuse(token: string): void;
}

export function tokenSource(sign: () => Promise<EksToken>, clock: () => Date = () => new Date()): TokenSource {
  let held: EksToken | undefined;
  let signing: Promise<EksToken> | undefined;
  const renew = async () => {
    try {
      held = await sign();
      return held;
    } finally {
      signing = undefined;
    }
  };
  return {
    async current() {
      if (held && clock() < held.renewAt) return held.token;
      signing ??= renew();
      return (await signing).token;
    },
    refuse(token) {
      if (held?.token === token) held = undefined;
    },
  };
}
