import type { EvidenceKey } from '../inventory/evidence/list.ts';
import { type EvidenceResult, type Inventory, readEvidence } from '../inventory/inventory.ts';
import type { ClusterReport, Missing } from './cluster-report.ts';

/** Reads an inventory key by key, parsing each at most once. */
export interface EvidenceReader {
  read<K extends EvidenceKey>(key: K): EvidenceResult<K>;
  /** The key as missing evidence, or nothing when it is there. */
  missing(key: EvidenceKey): Missing | undefined;
  /** What was seen of all keys that were collected or read. */
  summary(): ClusterReport['evidence'];
}

export function evidenceReader(inventory: Inventory, allKeys: readonly EvidenceKey[]): EvidenceReader {
  const results = new Map<EvidenceKey, EvidenceResult<EvidenceKey>>();
  const read = <K extends EvidenceKey>(key: K): EvidenceResult<K> => {
    const known = results.get(key) ?? readEvidence(inventory, key);
    results.set(key, known);
    // Stored under the key that it was read with.
    return known as EvidenceResult<K>;
  };
  return {
    read,
    missing(key) {
      const result = read(key);
      return result.status === 'unavailable' ? { evidence: key, code: result.code, message: result.message } : undefined;
    },
    summary() {
      const keys = allKeys.filter((key) => key in inventory.evidence || results.has(key));
      return Object.fromEntries(keys.map((key) => [key, summarize(read(key), inventory)]));
    },
  };
}

function summarize(result: EvidenceResult<EvidenceKey>, inventory: Inventory): ClusterReport['evidence'][string] {
  if (result.status === 'unavailable') return { status: 'unavailable', items: null, code: result.code, message: result.message };
  return {
    status: 'collected',
    items: Array.isArray(result.data) ? result.data.length : 1,
    code: null,
    message: null,
    ...(result.collectedAt === inventory.collectedAt ? {} : { collectedAt: result.collectedAt }),
  };
}
