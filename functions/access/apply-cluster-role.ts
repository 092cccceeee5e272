import { errorCodeOf } from '../inventory/error-codes.ts';
import type { ApplyStep } from './apply-cluster.ts';
import { manifestsOf } from './cluster-role.ts';
import type { KubernetesAccessPort } from './ports.ts';
import type { AccessProfile } from './profile.ts';

/** What of the two objects counts; the rest is metadata, which changes with every apply. */
const content = ['rules', 'roleRef', 'subjects'] as const;

const plurals = { ClusterRole: 'clusterroles', ClusterRoleBinding: 'clusterrolebindings' } as const;

/** Applies ClusterRole and binding, in this order. Whether they change is seen by comparing before and after, so that a dry run, which the
 *  API server does in full, knows it too.
 *  @throws CollectionError */
export async function applyClusterRole(port: KubernetesAccessPort, profile: AccessProfile, dryRun: boolean): Promise<readonly ApplyStep[]> {
  const steps: ApplyStep[] = [];
  for (const manifest of manifestsOf(profile)) {
    const { kind, metadata } = manifest;
    const path = `/apis/${manifest.apiVersion}/${plurals[kind]}/${metadata.name}`;
    const before = await contentOf(port, path);
    const after = meaningOf(await port.apply(path, manifest, { dryRun }));
    const verb = before === undefined ? 'created' : 'changed';
    steps.push(
      before === after
        ? { step: kind, outcome: 'unchanged', message: `${metadata.name} is as it should be` }
        : { step: kind, outcome: dryRun ? 'would' : 'done', message: `${metadata.name} ${dryRun ? `would be ${verb}` : verb}` },
    );
  }
  return steps;
}

async function contentOf(port: KubernetesAccessPort, path: string): Promise<string | undefined> {
  try {
    return meaningOf(await port.get(path));
  } catch (error) {
    if (errorCodeOf(error) === 'NotFound') return undefined;
    throw error;
  }
}

/** The content as text in which the order of keys does not count. */
function meaningOf(object: unknown): string {
  const fields = typeof object === 'object' && object !== null ? new Map(Object.entries(object)) : new Map<string, unknown>();
  return JSON.stringify(content.map((field) => sorted(fields.get(field) ?? null)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
