/** A request to a deprecated API, as the API server counts it. */
interface DeprecatedRequest {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** Minor in which the API is no longer served. */
  readonly removedRelease: string;
}

/** A part of `/metrics` of an API server.
 *  @see https://kubernetes.io/docs/reference/instrumentation/metrics/ apiserver_requested_deprecated_apis
 *  @param deprecated what was requested since it started. @default nothing */
export function apiServerMetrics(deprecated: readonly DeprecatedRequest[] = []): string {
  return [
    '# HELP apiserver_request_total [STABLE] Counter of apiserver requests broken out for each verb, resource and code.',
    '# TYPE apiserver_request_total counter',
    'apiserver_request_total{code="200",component="apiserver",group="apps",resource="deployments",scope="cluster",verb="LIST",version="v1"} 42',
    ...(deprecated.length > 0 ? deprecatedHead : []),
    ...deprecated.map(
      ({ group, version, resource, removedRelease }) =>
        `apiserver_requested_deprecated_apis{group="${group}",removed_release="${removedRelease}",resource="${resource}",subresource="",version="${version}"} 1`,
    ),
    '',
  ].join('\n');
}

const deprecatedHead = [
  '# HELP apiserver_requested_deprecated_apis [STABLE] Gauge of deprecated APIs that have been requested, broken out by API group, version, resource, subresource, and removed_release.',
  '# TYPE apiserver_requested_deprecated_apis gauge',
];
