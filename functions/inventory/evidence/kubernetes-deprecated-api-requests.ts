import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { parseMetric } from '../prometheus-text.ts';

const deprecatedApiRequest = z.object({
  group: z.string(),
  version: z.string(),
  resource: z.string(),
  subresource: z.string().nullish(),
  /** Minor in which the API is no longer served; empty where none is planned. */
  removedRelease: z.string().nullish(),
  value: z.number().nullish(),
});
export type DeprecatedApiRequest = z.output<typeof deprecatedApiRequest>;

/** A gauge that an API server sets at the first request to a deprecated API, and that stays until it restarts.
 *  @see https://kubernetes.io/docs/reference/instrumentation/metrics/ */
const metric = 'apiserver_requested_deprecated_apis';

/** EKS runs several API servers behind one endpoint, and each answers for itself: several connections are likely to reach several of them. */
const readings = 3;

export const deprecatedApiRequests = defineEvidence({
  key: 'kubernetes.deprecatedApiRequests',
  summary:
    'Requests to deprecated APIs since the start of an API server, from /metrics; read three times, because there are several servers',
  schema: z.array(deprecatedApiRequest),
  optIn: 'metrics',
  kubernetes: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
  collect: async (context) => {
    const kubernetes = await context.kubernetes();
    const seen = new Map<string, DeprecatedApiRequest>();
    for (let nth = 0; nth < readings; nth += 1) {
      for await (const line of kubernetes.lines('/metrics')) {
        const sample = parseMetric(line, metric);
        if (sample) unite(seen, sample);
      }
    }
    return [...seen.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, request]) => request);
  },
});

/** The servers know different requests; of one request the greatest value counts. */
function unite(seen: Map<string, DeprecatedApiRequest>, { labels, value }: NonNullable<ReturnType<typeof parseMetric>>): void {
  const { group = '', version = '', resource = '', subresource = '', removed_release: removedRelease = '' } = labels;
  const key = [group, version, resource, subresource, removedRelease].join('\n');
  const known = seen.get(key)?.value ?? Number.NEGATIVE_INFINITY;
  seen.set(key, { group, version, resource, subresource, removedRelease, value: Math.max(known, value) });
}
