import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { listCollector, listPermission } from '../listing.ts';
import { labelSelector, metadata } from './kubernetes-metadata.ts';

const webhook = z.object({
  name: z.string(),
  failurePolicy: z.string().nullish(),
  timeoutSeconds: z.number().nullish(),
  matchPolicy: z.string().nullish(),
  namespaceSelector: labelSelector.nullish(),
  objectSelector: labelSelector.nullish(),
  rules: z
    .array(
      z.object({
        apiGroups: z.array(z.string()).nullish(),
        apiVersions: z.array(z.string()).nullish(),
        resources: z.array(z.string()).nullish(),
        operations: z.array(z.string()).nullish(),
        scope: z.string().nullish(),
      }),
    )
    .nullish(),
  matchConditions: z.array(z.object({ name: z.string().nullish(), expression: z.string().nullish() })).nullish(),
  clientConfig: z
    .object({
      /** No more than whether there is one: a URL may hold credentials. */
      url: z
        .string()
        .overwrite(() => 'given')
        .nullish(),
      service: z.object({ namespace: z.string().nullish(), name: z.string().nullish(), port: z.number().nullish() }).nullish(),
    })
    .nullish(),
});
export type Webhook = z.output<typeof webhook>;

const webhookConfiguration = z.object({ metadata, webhooks: z.array(webhook).nullish() });
export type WebhookConfiguration = z.output<typeof webhookConfiguration>;

const listValidating = listCollector('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', webhookConfiguration);
const listMutating = listCollector('/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', webhookConfiguration);

export const webhookConfigurations = defineEvidence({
  key: 'kubernetes.webhookConfigurations',
  summary: 'ValidatingWebhookConfigurations and MutatingWebhookConfigurations',
  schema: z.object({ validating: z.array(webhookConfiguration), mutating: z.array(webhookConfiguration) }),
  kubernetes: listPermission('admissionregistration.k8s.io', 'validatingwebhookconfigurations', 'mutatingwebhookconfigurations'),
  collect: async (context) => {
    const [validating, mutating] = await Promise.all([listValidating(context), listMutating(context)]);
    return { validating, mutating };
  },
});
