import { createHash } from 'node:crypto';
import type { Tellable } from '../record.ts';

/** What happened to a rotation: what rotations give out as a notice, with the addresses that only the deployment knows. */
export interface RotationNews {
  readonly kind: 'phase-changed' | 'finished' | 'approval-requested' | 'needs-human';
  /** Rotation and state. */
  readonly id: string;
  readonly at: string;
  readonly rotationId: string;
  readonly dryRun: boolean;
  readonly cluster: { readonly accountId: string; readonly region: string; readonly name: string; readonly arn: string };
  /** Names of the groups; null until they are known. */
  readonly blue: string | null;
  readonly green: string | null;
  readonly phase: string;
  /** Of a rotation that has ended. */
  readonly outcome: string | null;
  /** One sentence. */
  readonly cause: string | null;
  /** The objects in the way, by name and reason. */
  readonly blockers: readonly string[];
  readonly approval: { readonly deadline: string; readonly nonce: string } | null;
  readonly reportKey: string | null;
  /** Where the report can be read; null when there is none, or no such place. */
  readonly reportLink: string | null;
  /** Where the rotation can be looked at. Opening it does nothing. */
  readonly consoleLink: string | null;
  /** `s3://BUCKET`, which commands take as `--store`; null where they find it by themselves. */
  readonly store: string | null;
}

/** As message attributes and subscribers have it. */
export const newsKinds = ['rotation-phase-changed', 'rotation-finished', 'approval-requested', 'needs-human'] as const;
export type NewsKind = (typeof newsKinds)[number];

const kinds: Readonly<Record<RotationNews['kind'], NewsKind>> = {
  'phase-changed': 'rotation-phase-changed',
  finished: 'rotation-finished',
  'approval-requested': 'approval-requested',
  'needs-human': 'needs-human',
};
export const newsKindOf = ({ kind }: Pick<RotationNews, 'kind'>): NewsKind => kinds[kind];

/** Folder of the records of what was told of rotations. Their time is not part of their identity: a retry in another month finds the same. */
const folder = 'rotations';

/** How a piece of news is recorded, so that each channel hears it once. */
export function tellableOf(news: Pick<RotationNews, 'id' | 'kind' | 'cluster'>): Tellable {
  const id = createHash('sha256').update(news.id).digest('hex').slice(0, 32);
  return { id, month: folder, kind: newsKindOf(news), clusterArn: news.cluster.arn };
}
