import * as z from 'zod';
import { type KubernetesVersion, parseVersion } from '../../versions/kubernetes-version.ts';
import { cleanVersionsOf, groupOf, isStored, type RemovedApi, removedApis, resourceOf } from '../../versions/removed-apis.ts';
import { type CollectContext, defineEvidence, type Evidence, type KubernetesPermission } from '../define-evidence.ts';
import { CollectionError, errorCodeOf, messageOf } from '../error-codes.ts';
import { listCollector } from '../listing.ts';
import { clusterRoleBindings } from './kubernetes-cluster-role-bindings.ts';
import { daemonSets, deployments, replicaSets, statefulSets } from './kubernetes-controllers.ts';
import { customResourceDefinitions } from './kubernetes-custom-resource-definitions.ts';
import { cronJobs } from './kubernetes-jobs.ts';
import { networkPolicies } from './kubernetes-network-policies.ts';
import { podDisruptionBudgets } from './kubernetes-pod-disruption-budgets.ts';
import { priorityClasses } from './kubernetes-priority-classes.ts';
import { version } from './kubernetes-version.ts';
import { storageClasses } from './kubernetes-volumes.ts';
import { webhookConfigurations } from './kubernetes-webhooks.ts';

const appliedApiVersion = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().nullish(),
  name: z.string(),
  manager: z.string().nullish(),
  source: z.enum(['managedFields', 'last-applied']),
});
export type AppliedApiVersion = z.output<typeof appliedApiVersion>;

/** Lists that are read anyway, whose kinds the table knows: their objects are noted as they pass by. */
const readAnyway: readonly Evidence<string, z.ZodType>[] = [
  deployments,
  statefulSets,
  daemonSets,
  replicaSets,
  podDisruptionBudgets,
  cronJobs,
  networkPolicies,
  storageClasses,
  priorityClasses,
  clusterRoleBindings,
  webhookConfigurations,
  customResourceDefinitions,
];

/** Older removals are behind every cluster that EKS supports. */
const oldestRemoval = 29;

/** Nobody applies these: the control plane, drivers and kubelets make them by themselves, some by the thousand. */
const neverListed: ReadonlySet<string> = new Set([
  'ClusterTrustBundle',
  'IPAddress',
  'LeaseCandidate',
  'PodCertificateRequest',
  'ResourceSlice',
]);

/** Kinds that no other evidence lists, and of which a version is removed in 1.29 or later. */
const kindsBesides: readonly string[] = [
  ...new Set(
    removedApis
      .filter((api) => isStored(api) && !neverListed.has(api.kind))
      .filter(({ removedIn }) => removedIn.minor >= oldestRemoval)
      .map(({ kind }) => kind),
  ),
].filter((kind) => cleanVersionsOf(kind, { major: 1, minor: 0 }).length > 0);

export const appliedApiVersions = defineEvidence({
  key: 'kubernetes.appliedApiVersions',
  summary: 'API versions that the table of removed APIs knows, through which objects were applied, and by whom',
  schema: z.array(appliedApiVersion),
  kubernetes: permissionsFor(kindsBesides),
  collect: async (context) => {
    // A server that cannot be reached is one reason, not one for each list.
    await context.kubernetes();
    const [controlPlane, isServed] = await Promise.all([controlPlaneOf(context), servedVersions(context)]);
    const lists = await Promise.allSettled([
      ...readAnyway.map((other) => context.evidence(other).catch(unlessLeftOut)),
      ...kindsBesides.map((kind) => listBesides(kind, cleanVersionsOf(kind, controlPlane).filter(isServed), context)),
    ]);
    refusePart(lists.flatMap((list) => (list.status === 'rejected' ? [list.reason] : [])));
    return context.appliedVersions.seen().sort(byObject);
  },
});

/** Only what was asked for and not answered is missing. */
function unlessLeftOut(error: unknown): void {
  if (errorCodeOf(error) !== 'NotRequested') throw error;
}

/** Half of a view is none: what it does not show would pass. */
function refusePart([first, ...others]: readonly unknown[]): void {
  if (first === undefined) return;
  const more = others.length === 0 ? '' : `; and ${others.length} more ${others.length === 1 ? 'list' : 'lists'} that it is read from`;
  throw new CollectionError(errorCodeOf(first), `${messageOf(first)}${more}`);
}

async function controlPlaneOf(context: CollectContext): Promise<KubernetesVersion | undefined> {
  const answer = await context.evidence(version).catch(() => undefined);
  return parseVersion(answer?.gitVersion ?? '');
}

/** Lists the metadata of a kind through the first version that is served and not deprecated: a list through a deprecated one would count as
 *  its use, in the metric and in the insights of EKS, for thirty days. Nothing of it is kept but what the notebook takes.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html */
async function listBesides(kind: string, apiVersions: readonly string[], context: CollectContext): Promise<void> {
  for (const apiVersion of apiVersions) {
    try {
      await listMetadata(`/apis/${apiVersion}/${resourceOf(kind)}`)(context);
      return;
    } catch (error) {
      if (errorCodeOf(error) !== 'NotFound') throw error;
    }
  }
}

const apiGroups = z.object({ groups: z.array(z.object({ versions: z.array(z.object({ groupVersion: z.string() })) })) });

/** Which group versions the server has: one request instead of one for each kind that it does not know. What cannot be read is tried. */
async function servedVersions(context: CollectContext): Promise<(apiVersion: string) => boolean> {
  const kubernetes = await context.kubernetes();
  const answer = apiGroups.safeParse(await kubernetes.get('/apis').catch(() => undefined));
  if (!answer.success) return () => true;
  const served = new Set(answer.data.groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion)));
  return (apiVersion) => served.has(apiVersion);
}

/** Keeps nothing of an object. */
const nothing = z.unknown().transform(() => null);
const listMetadata = (path: string) => listCollector(path, nothing, { metadataOnly: true });

function permissionsFor(kinds: readonly string[]): KubernetesPermission[] {
  const groups = new Map<string, Set<string>>();
  for (const { kind, apiVersion } of kinds.flatMap(rowsOf)) {
    const group = groupOf(apiVersion);
    groups.set(group, (groups.get(group) ?? new Set()).add(resourceOf(kind)));
  }
  return [...groups].map(([apiGroup, resources]) => ({ apiGroup, resources: [...resources], verbs: ['list'] as const }));
}

function rowsOf(kind: string): RemovedApi[] {
  return removedApis.filter((api) => api.kind === kind);
}

/** The same cluster gives the same bytes, in whatever order its lists were answered. */
function byObject(a: AppliedApiVersion, b: AppliedApiVersion): number {
  const [first, second] = [keyOf(a), keyOf(b)];
  return first < second ? -1 : Number(first > second);
}

function keyOf({ apiVersion, kind, namespace, name, manager, source }: AppliedApiVersion): string {
  return [kind, namespace ?? '', name, apiVersion, manager ?? '', source].join('\n');
}
