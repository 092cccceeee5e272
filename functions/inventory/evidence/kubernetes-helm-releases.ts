import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { readRelease } from '../helm-release.ts';
import { listPermission } from '../listing.ts';
import { parseAnswer } from '../parse.ts';

const helmRelease = z.object({
  name: z.string(),
  namespace: z.string(),
  chart: z.string().nullish(),
  appVersion: z.string().nullish(),
  manifestApiVersions: z.array(z.object({ apiVersion: z.string(), kind: z.string(), name: z.string().nullish() })),
  /** Why the release could not be read, or not all of it. */
  problem: z.string().nullish(),
});
export type HelmRelease = z.output<typeof helmRelease>;

/** A Secret is up to 1 MiB, so a page is up to 10 MiB. */
const secretsPerPage = 10;

const path = '/api/v1/secrets';

/** Of a Secret only what is needed to read the release in it.
 *  @see https://helm.sh/docs/topics/advanced/#storage-backends */
const secret = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    labels: z.object({ name: z.string().nullish(), version: z.string().nullish() }).nullish(),
  }),
  data: z.object({ release: z.string().nullish() }).nullish(),
});

export const helmReleases = defineEvidence({
  key: 'kubernetes.helmReleases',
  summary: 'Helm releases, the latest deployed revision of each, and the API versions of its manifest; nothing else of the Secrets is kept',
  schema: z.array(helmRelease),
  optIn: 'helmReleases',
  kubernetes: listPermission('', 'secrets'),
  collect: async (context) => {
    const kubernetes = await context.kubernetes();
    const latest = new Map<string, { readonly revision: number; readonly release: HelmRelease }>();
    const pages = kubernetes.list(path, {
      limit: secretsPerPage,
      fieldSelector: 'type=helm.sh/release.v1',
      labelSelector: 'owner=helm,status=deployed',
    });
    const page = z.object({ items: z.array(secret).nullish() });
    for await (const answer of pages) {
      for (const { metadata, data } of parseAnswer(page, answer, `GET ${path}`).items ?? []) {
        const { name, revision } = identify(metadata);
        const key = `${metadata.namespace}/${name}`;
        // A release that died halfway can leave two revisions that claim to be deployed.
        if (revision <= (latest.get(key)?.revision ?? Number.NEGATIVE_INFINITY)) continue;
        latest.set(key, { revision, release: { name, namespace: metadata.namespace, ...readRelease(data?.release ?? '') } });
      }
    }
    return [...latest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { release }]) => release);
  },
});

/** Name and revision of the release, from the labels or else from the name of the Secret: `sh.helm.release.v1.NAME.vREVISION`. */
function identify({ name, labels }: z.output<typeof secret>['metadata']): { readonly name: string; readonly revision: number } {
  const parts = /^sh\.helm\.release\.v1\.(?<name>.+)\.v(?<revision>\d+)$/.exec(name)?.groups;
  return { name: labels?.name ?? parts?.name ?? name, revision: Number(labels?.version ?? parts?.revision ?? 0) || 0 };
}
