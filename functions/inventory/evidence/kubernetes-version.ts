import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { parseAnswer } from '../parse.ts';

const versionInfo = z.object({
  major: z.string().nullish(),
  minor: z.string().nullish(),
  gitVersion: z.string(),
  platform: z.string().nullish(),
});

export type KubernetesVersionInfo = z.output<typeof versionInfo>;

export const version = defineEvidence({
  key: 'kubernetes.version',
  summary: 'Version of the API server, from /version',
  schema: versionInfo,
  collect: async (context) => parseAnswer(versionInfo, await context.kubernetesVersion(), 'GET /version'),
});
