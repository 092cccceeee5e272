import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { CollectionError } from '../error-codes.ts';
import { parseAnswer } from '../parse.ts';
import type { EksPort } from '../ports.ts';

const update = z.object({
  id: z.string(),
  /** VersionUpdate, VersionRollback, AddonUpdate, … */
  type: z.string().nullish(),
  status: z.string().nullish(),
  params: z.array(z.object({ type: z.string().nullish(), value: z.string().nullish() })).nullish(),
  createdAt: z.string().nullish(),
  errors: z
    .array(z.object({ errorCode: z.string().nullish(), errorMessage: z.string().nullish(), resourceIds: z.array(z.string()).nullish() }))
    .nullish(),
});

export type Update = z.output<typeof update>;

const updateIds = z.object({ updateIds: z.array(z.string()).nullish() });

const recentMs = 30 * 24 * 3_600_000;

export const updates = defineEvidence({
  key: 'eks.updates',
  summary: 'Updates of the cluster in the last 30 days, as DescribeUpdate answers each',
  schema: z.array(update),
  aws: { actions: ['eks:ListUpdates', 'eks:DescribeUpdate'] },
  collect: async ({ sources: { eks }, clusterName, now }) => {
    const recent: Update[] = [];
    // Newest first: behind one that is too old all are, and need not even be listed.
    for await (const page of eks.listUpdates({ name: clusterName })) {
      for (const updateId of parseAnswer(updateIds, page, 'eks:ListUpdates').updateIds ?? []) {
        const found = await describe(eks, clusterName, updateId);
        if (!found) continue;
        if (found.createdAt && now.getTime() - Date.parse(found.createdAt) > recentMs) return recent;
        recent.push(found);
      }
    }
    return recent;
  },
});

/** Undefined where EKS has forgotten the update since it listed it. */
async function describe(eks: EksPort, name: string, updateId: string): Promise<Update | undefined> {
  try {
    const answer = await eks.describeUpdate({ name, updateId });
    return parseAnswer(z.object({ update }), answer, `eks:DescribeUpdate ${updateId}`).update;
  } catch (error) {
    if (error instanceof CollectionError && error.code === 'NotFound') return undefined;
    throw error;
  }
}
