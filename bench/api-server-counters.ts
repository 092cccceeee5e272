import { connectAdmin } from './fill-cluster.ts';

/** What LIST requests cost the API server while `action` ran, by its own counters. Its controllers watch and hardly ever list. */
export async function listTraffic(
  kubeconfig: string,
  action: () => Promise<void>,
): Promise<{ readonly requests: number; readonly bytes: number }> {
  const { text, close } = connectAdmin(kubeconfig);
  try {
    const before = countersIn(await text('/metrics'));
    await action();
    const after = countersIn(await text('/metrics'));
    return { requests: after.requests - before.requests, bytes: after.bytes - before.bytes };
  } finally {
    close();
  }
}

/** Sums of the histogram of response sizes over all LISTs. */
function countersIn(metrics: string) {
  const sum = (name: string) =>
    metrics
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) && line.includes('verb="LIST"'))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  return { requests: sum('apiserver_response_sizes_count'), bytes: sum('apiserver_response_sizes_sum') };
}
