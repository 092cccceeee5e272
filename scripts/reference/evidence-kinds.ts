import type { z } from 'zod';
import type { Evidence } from '../../functions/inventory/define-evidence.ts';
import { type EvidenceKey, evidenceList } from '../../functions/inventory/evidence/list.ts';

export type AnyEvidence = Evidence<EvidenceKey, z.ZodType>;

/** All kinds of evidence, seen alike. */
export const evidence: readonly AnyEvidence[] = evidenceList;
