import { product } from '../../config/product.ts';

/** Settings of every client of the SDK. Endpoints, CA bundles and proxies come from the standard variables, which the SDK reads itself.
 *  Adaptive: once throttled, a client sends no faster than the service accepts, since EKS throttles a whole account and region.
 *  @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
export const clientSettings = {
  maxAttempts: 5,
  retryMode: 'adaptive',
  customUserAgent: [[product.name, product.version]] as [string, string][],
  // Milliseconds. Sockets are kept alive by default.
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, socketTimeout: 30_000, throwOnRequestTimeout: true },
};
