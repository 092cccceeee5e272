import { kubernetesPort } from '../../../functions/adapters/kubernetes/kubernetes-port.ts';
import type { KubernetesPortOptions } from '../../../functions/adapters/kubernetes/requester.ts';
import { tokenSource } from '../../../functions/adapters/kubernetes/token-source.ts';
import { createMeter } from '../../../functions/adapters/meter.ts';
import { type Interceptor, type LoopbackApiServer, loopbackApiServer, selfSigned } from './loopback-api-server.ts';

/** One certificate for all servers of a test file. */
export const pem = selfSigned();

export const principalArn = 'arn:aws:iam::111111111111:role/eks-greenlight-scan';

/** The port of a scan, whose tokens are `token-1`, `token-2`, …, and whose pauses are noted rather than made. */
export function open(endpoint: string, options: Partial<KubernetesPortOptions> = {}) {
  const meter = createMeter();
  const pauses: number[] = [];
  let made = 0;
  const tokens = tokenSource(async () => {
    made += 1;
    return { token: `token-${made}`, renewAt: new Date('2100-01-01') };
  });
  const port = kubernetesPort({
    cluster: { name: 'payments', endpoint, certificateAuthorityData: Buffer.from(pem).toString('base64') },
    principalArn,
    tokens,
    deadline: new AbortController().signal,
    meter,
    timeoutSeconds: 20,
    pause: async (milliseconds) => void pauses.push(milliseconds),
    ...options,
  });
  return { port, meter, pauses };
}

export type Opened = ReturnType<typeof open> & { readonly server: LoopbackApiServer };

/** Runs a test over the port of a server, and closes that whatever happens. */
export async function withServer(
  intercept: Interceptor | undefined,
  test: (opened: Opened) => Promise<void>,
  options: Partial<KubernetesPortOptions> = {},
): Promise<void> {
  const server = await loopbackApiServer(pem, intercept);
  try {
    await test({ ...open(server.endpoint, options), server });
  } finally {
    await server.close();
  }
}
