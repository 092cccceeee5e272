import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';

const manifestFile = z.object({
  /** As it was found, relative to where the command runs. */
  file: z.string(),
  objects: z.array(
    z.object({
      apiVersion: z.string(),
      kind: z.string(),
      namespace: z.string().nullish(),
      name: z.string().nullish(),
      /** 1-based line of its apiVersion. */
      line: z.number(),
    }),
  ),
  /** Documents that could not be read, with a message for people. */
  problems: z.array(z.object({ document: z.number(), line: z.number(), message: z.string() })),
});
export type ManifestFile = z.output<typeof manifestFile>;

/** No scan collects it: `greenlight analyze --manifests` puts it beside what was seen of a cluster. */
export const manifests = defineEvidence({
  key: 'files.manifests',
  summary: 'Names and API versions of the objects in manifest files; no scan collects it, `greenlight analyze --manifests` gives it',
  schema: z.array(manifestFile),
});
