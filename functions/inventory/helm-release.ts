import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { readManifestNames } from './manifest.ts';

/** Most bytes of a release after decompression. A Secret holds up to 1 MiB; text compresses ten times or so, never thirty. */
const mostBytes = 32 * 1024 * 1024;

/** What is kept of a release: never values, notes, templates or the manifest itself.
 *  @see https://github.com/helm/helm/blob/main/pkg/release/v1/release.go */
const release = z.object({
  chart: z
    .object({
      metadata: z.object({ name: z.string().nullish(), version: z.string().nullish(), appVersion: z.string().nullish() }).nullish(),
    })
    .nullish(),
  manifest: z.string().nullish(),
});

export interface ReadRelease {
  /** `name-version` of the chart. */
  readonly chart: string | null;
  readonly appVersion: string | null;
  readonly manifestApiVersions: { readonly apiVersion: string; readonly kind: string; readonly name: string | null }[];
  /** Why it could not be read, or not all of it; absent when it was. Never quotes the release. */
  readonly problem?: string;
}

/** What the `release` of a Secret of Helm says of API versions: base64 of Kubernetes around base64 of Helm around gzip around JSON. */
export function readRelease(encoded: string): ReadRelease {
  const nothing = { chart: null, appVersion: null, manifestApiVersions: [] };
  const text = decode(encoded);
  if (typeof text !== 'string') return { ...nothing, problem: text.problem };
  const parsed = parse(text);
  if (!parsed) return { ...nothing, problem: 'its content is no release of Helm' };
  const { name, version, appVersion } = parsed.chart?.metadata ?? {};
  const { objects, problems } = readManifestNames(parsed.manifest ?? '');
  const [first] = problems;
  return {
    chart: name ? [name, ...(version ? [version] : [])].join('-') : null,
    appVersion: appVersion ?? null,
    manifestApiVersions: objects.map(({ apiVersion, kind, name: of }) => ({ apiVersion, kind, name: of })),
    ...(first ? { problem: `line ${first.line} of its manifest: ${first.message}` } : {}),
  };
}

/** gzip, or plain JSON as Helm 2 wrote it. */
function decode(encoded: string): string | { readonly problem: string } {
  const body = Buffer.from(Buffer.from(encoded, 'base64').toString('latin1'), 'base64');
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body.toString('utf8');
  try {
    return gunzipSync(body, { maxOutputLength: mostBytes }).toString('utf8');
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return { problem: tooLarge ? `it is larger than ${mostBytes / 1024 / 1024} MiB` : 'its content is no whole gzip stream' };
  }
}

function parse(text: string): z.output<typeof release> | undefined {
  try {
    return release.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
