import * as z from 'zod';
import { CollectionError } from '../../inventory/error-codes.ts';
import { parseAnswer } from '../../inventory/parse.ts';
import type { LiveWorld } from '../decide/live-world.ts';
import { describeGroup } from '../node-groups/describe-group.ts';
import type { KubernetesReadPort } from '../ports.ts';
import type { RotationRecord } from '../record.ts';
import { blueOf, type Step } from '../step.ts';
import { readNodes } from './read-cluster.ts';

/** Everything that a rotation has to leave as it must be, read now. */
export async function readLiveWorld({ record, reads }: Pick<Step, 'record' | 'reads'>, end: LiveWorld['end']): Promise<LiveWorld> {
  const { rotationId, stamps, greenCreated, options, cluster, green } = record;
  return {
    end,
    rotationId,
    stamps,
    greenCreated,
    blueDeleted: options.deleteBlue,
    blue: await describeGroup(reads, cluster.name, blueOf(record)),
    green: green ? await describeGroup(reads, cluster.name, green) : undefined,
    nodes: await readNodes(reads.kubernetes),
    surged: await readUnsettled(reads.kubernetes, record),
  };
}

/** A workload whose replicas a surge raised. */
export interface Replicas {
  readonly count: number;
  /** What a write is conditional on. */
  readonly resourceVersion: string;
}

const settledSchema = z.record(z.string(), z.string());

/** Surged objects that were put back, or that somebody else has changed meanwhile, with what became of each. */
export function settledSurges({ notes }: Pick<RotationRecord, 'notes'>): Readonly<Record<string, string>> {
  return settledSchema.safeParse(notes.surgesSettled).data ?? {};
}

async function readUnsettled(kubernetes: KubernetesReadPort, record: RotationRecord): Promise<LiveWorld['surged']> {
  const settled = settledSurges(record);
  const open = Object.keys(record.stamps.surged).filter((object) => settled[object] === undefined);
  return Object.fromEntries(await Promise.all(open.map(async (object) => [object, (await readReplicas(kubernetes, object))?.count])));
}

const replicatedSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z.object({ replicas: z.number().nullish(), minReplicas: z.number().nullish() }).nullish(),
});

/** Of Deployments the role may write the scale, and nothing else. A field that is not there stands for `absent`: the scale leaves out a 0. */
const kinds = {
  Deployment: { path: '/apis/apps/v1', resource: 'deployments', subresource: '/scale', field: 'replicas', absent: 0 },
  HorizontalPodAutoscaler: {
    path: '/apis/autoscaling/v2',
    resource: 'horizontalpodautoscalers',
    subresource: '',
    field: 'minReplicas',
    absent: 1,
  },
} as const;

export interface ReplicasPlace {
  readonly path: string;
  readonly field: 'replicas' | 'minReplicas';
  /** The count where the field is left out. */
  readonly absent: number;
}

/** Where the number of replicas of `Deployment shop/web` or `HorizontalPodAutoscaler shop/web` stands.
 *  @throws Error for another kind: nothing else is surged */
export function replicasPlace(object: string): ReplicasPlace {
  const [, kind = '', namespace = '', name = ''] = /^(\w+) ([^/]+)\/(.+)$/.exec(object) ?? [];
  const found = Object.entries(kinds).find(([one]) => one === kind)?.[1];
  if (!found) throw new Error(`"${object}" has no replicas that a rotation raises`);
  const { path, resource, subresource, field, absent } = found;
  return { path: `${path}/namespaces/${namespace}/${resource}/${name}${subresource}`, field, absent };
}

/** @returns undefined when it is gone */
export async function readReplicas(kubernetes: KubernetesReadPort, object: string): Promise<Replicas | undefined> {
  const { path, field, absent } = replicasPlace(object);
  try {
    const { metadata, spec } = parseAnswer(replicatedSchema, await kubernetes.get(path), `GET ${path}`);
    return { count: spec?.[field] ?? absent, resourceVersion: metadata.resourceVersion };
  } catch (error) {
    if (error instanceof CollectionError && error.code === 'NotFound') return undefined;
    throw error;
  }
}
