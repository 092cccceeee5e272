import type { z } from 'zod';
import type { Configuration } from '../config/schema.ts';
import type { Evidence } from '../inventory/define-evidence.ts';
import { type EvidenceKey, evidenceList } from '../inventory/evidence/list.ts';

export type EvidenceKind = Evidence<EvidenceKey, z.ZodType>;
export type OptIn = NonNullable<EvidenceKind['optIn']>;

/** The part of a configuration that decides what a scan reads, hence what it must be allowed. */
export interface EvidenceChoice {
  readonly kubernetes: Pick<Configuration['kubernetes'], OptIn>;
}

/** All opt-ins: what the product needs at most. */
export const everyOptIn: EvidenceChoice = { kubernetes: { pods: true, helmReleases: true, metrics: true } };

/** The kinds of evidence that a scan collects under a configuration. What nothing collects needs no permission either. */
export function evidenceInUse({ kubernetes }: EvidenceChoice, kinds: readonly EvidenceKind[] = evidenceList): readonly EvidenceKind[] {
  return kinds.filter(({ collect, optIn }) => collect !== undefined && (optIn === undefined || kubernetes[optIn]));
}
