import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { CollectionError } from '../error-codes.ts';
import { parseAnswer } from '../parse.ts';

/** The ConfigMap of the EKS add-on kube-proxy and of the kube-proxy that EKS installs without one; its key is what `--config` names.
 *  What else the ConfigMap holds, and the ConfigMap `kube-proxy` with the kubeconfig, is nobody's business. */
const name = 'kube-proxy-config';
const path = `/api/v1/namespaces/kube-system/configmaps/${name}`;
const configMap = z.object({ data: z.object({ config: z.string().nullish() }).nullish() });

export const kubeProxyConfig = defineEvidence({
  key: 'kubernetes.kubeProxyConfig',
  summary: 'Configuration of kube-proxy, the YAML text of ConfigMap kube-system/kube-proxy-config; null where there is none',
  schema: z.string().nullable(),
  kubernetes: [{ apiGroup: '', resources: ['configmaps'], verbs: ['get'], resourceNames: [name] }],
  collect: async (context) => {
    const kubernetes = await context.kubernetes();
    const answer = await kubernetes.get(path).catch((error: unknown) => {
      if (error instanceof CollectionError && error.code === 'NotFound') return {};
      throw error;
    });
    return parseAnswer(configMap, answer, `GET ${path}`).data?.config ?? null;
  },
});
