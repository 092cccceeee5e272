import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listCollector, listPermission } from '../listing.ts';
import { metadata } from './kubernetes-metadata.ts';

const customResourceDefinition = z.object({
  metadata,
  spec: z
    .object({
      group: z.string().nullish(),
      names: z.object({ kind: z.string().nullish(), plural: z.string().nullish() }).nullish(),
      versions: z
        .array(
          z.object({ name: z.string(), served: z.boolean().nullish(), storage: z.boolean().nullish(), deprecated: z.boolean().nullish() }),
        )
        .nullish(),
      conversion: z
        .object({
          strategy: z.string().nullish(),
          webhook: z
            .object({
              clientConfig: z
                .object({
                  service: z.object({ namespace: z.string().nullish(), name: z.string().nullish() }).nullish(),
                })
                .nullish(),
            })
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
  status: z.object({ storedVersions: z.array(z.string()).nullish() }).nullish(),
});
export type CustomResourceDefinition = z.output<typeof customResourceDefinition>;

/** A definition holds the schemas of its versions, up to a megabyte of them, which no list leaves out. */
const definitionsPerPage = 50;

export const customResourceDefinitions = defineEvidence({
  key: 'kubernetes.customResourceDefinitions',
  summary: 'CustomResourceDefinitions: versions, stored versions and conversion, never their schemas',
  schema: z.array(customResourceDefinition),
  kubernetes: listPermission('apiextensions.k8s.io', 'customresourcedefinitions'),
  collect: listCollector('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', customResourceDefinition, {
    pageSize: definitionsPerPage,
  }),
});
