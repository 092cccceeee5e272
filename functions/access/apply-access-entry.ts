import * as z from 'zod';
import { errorCodeOf } from '../inventory/error-codes.ts';
import { parseAnswer } from '../inventory/parse.ts';
import type { AccessSubject } from './access-entry.ts';
import type { ApplyStep } from './apply-cluster.ts';
import type { AccessEntryPort } from './ports.ts';
import { scanIdentity } from './profile.ts';

const described = z.object({ accessEntry: z.object({ kubernetesGroups: z.array(z.string()).nullish() }) });

/** Makes the access entry of the principal, or adds our group to its groups. No group is taken away.
 *  @throws CollectionError */
export async function applyAccessEntry(
  port: AccessEntryPort,
  { clusterName, principalArn, identity = scanIdentity }: AccessSubject,
  dryRun: boolean,
): Promise<readonly ApplyStep[]> {
  const entry = { clusterName, principalArn };
  const { group } = identity;
  const groups = await groupsOf(port, entry);
  if (groups?.includes(group)) return [{ step: 'access entry', outcome: 'unchanged', message: `${principalArn} is in ${group}` }];
  const kubernetesGroups = [...(groups ?? []), group];
  if (!dryRun)
    await (groups ? port.updateAccessEntry({ ...entry, kubernetesGroups }) : port.createAccessEntry({ ...entry, kubernetesGroups }));
  const message = groups
    ? `group ${group} added to the entry of ${principalArn}, beside ${groups.join(', ') || 'no other'}`
    : `entry of ${principalArn} with group ${group}`;
  return [{ step: 'access entry', outcome: dryRun ? 'would' : 'done', message }];
}

/** The groups of the principal's entry; undefined when it has none. */
async function groupsOf(port: AccessEntryPort, entry: { readonly clusterName: string; readonly principalArn: string }) {
  try {
    const answer = await port.describeAccessEntry(entry);
    return parseAnswer(described, answer, `eks:DescribeAccessEntry ${entry.principalArn}`).accessEntry.kubernetesGroups ?? [];
  } catch (error) {
    if (errorCodeOf(error) === 'NotFound') return undefined;
    throw error;
  }
}
