import type { Check, CheckContext } from '../checks/define-check.ts';
import { type FindingDraft, severities } from '../checks/finding.ts';
import { matchesGlob } from '../config/globs.ts';
import { messageOf } from '../inventory/error-codes.ts';
import { type EvidenceKey, evidenceByKey } from '../inventory/evidence/list.ts';
import type { KubernetesVersion } from '../versions/kubernetes-version.ts';
import type { CheckResult, Missing } from './cluster-report.ts';
import type { EvidenceReader } from './evidence-reader.ts';

/** What a check said of one cluster, before ids, owners and suppressions. */
export interface CheckRun {
  readonly check: Check;
  readonly status: CheckResult['status'];
  readonly drafts: readonly FindingDraft[];
  readonly missing: readonly Missing[];
  /** Whether an `unknown` of this run leaves the verdict undetermined. */
  readonly essential: boolean;
}

/** What the analysis knows of the versions: the control plane and the way to the target, or why it is unknown. */
export type VersionsSeen =
  | { readonly controlPlane: KubernetesVersion; readonly hops: readonly KubernetesVersion[] }
  | { readonly missing: Missing };

export type SharedContext = Omit<CheckContext, 'controlPlane' | 'target' | 'hops' | 'collectedAt'>;

/** Thrown when a check reads the version of a control plane that nobody knows. */
class VersionUnknown extends Error {}

/** Runs one check and settles its status: missing evidence is never a pass, and a check never takes the analysis down. */
export function runCheck(check: Check, reader: EvidenceReader, versions: VersionsSeen, shared: SharedContext): CheckRun {
  const missingOf = (keys: readonly EvidenceKey[]) => keys.flatMap((key) => reader.missing(key) ?? []);
  const needed = missingOf(check.needs);
  const incomplete = missingOf(check.completedBy);
  const used = missingOf(check.uses);
  const leftOut = [...needed, ...incomplete].some(({ code, evidence }) => code === 'NotRequested' && isOptional(evidence));
  const essential = isEssential(check, reader) && !leftOut;
  const settle = (status: CheckRun['status'], drafts: readonly FindingDraft[], missing: readonly Missing[]): CheckRun => ({
    check,
    status,
    drafts,
    missing: distinct(missing),
    essential,
  });
  const withoutPass = (missing: readonly Missing[], drafts: readonly FindingDraft[]) => {
    if (missing.some(({ code }) => code !== 'NotRequested')) return settle('unknown', drafts, [...missing, ...used]);
    if (drafts.length > 0) return settle('failed', drafts, [...missing, ...used]);
    return settle(essential ? 'unknown' : 'skipped', drafts, [...missing, ...used]);
  };

  if (check.scope === 'upgrade') {
    if ('missing' in versions) return withoutPass([versions.missing, ...needed, ...incomplete], []);
    if (versions.hops.length === 0) return settle('not-applicable', [], []);
  }
  if (needed.length > 0) return withoutPass([...needed, ...incomplete], []);

  const judged = judgeAllHops(check, reader, versions, shared);
  const drafts = judged.findings.filter((draft) => check.platform || !isExcluded(draft, shared.configuration.thresholds));
  const lacking = [...judged.missing, ...incomplete];
  if (lacking.length > 0) return withoutPass(lacking, drafts);
  if (drafts.length > 0) return settle('failed', drafts, used);
  return settle(judged.notApplicable ? 'not-applicable' : 'passed', [], used);
}

function isEssential(check: Check, reader: EvidenceReader): boolean {
  if (typeof check.essential === 'string') return check.essential === 'always';
  return check.essential(evidenceFor(check, reader));
}

/** What was collected of the evidence that a check names, under the last part of each key; undefined for the rest. */
function evidenceFor(check: Check, reader: EvidenceReader): Readonly<Record<string, unknown>> {
  const entries = [...check.needs, ...check.completedBy, ...check.uses].map((key) => {
    const result = reader.read(key);
    return [key.slice(key.indexOf('.') + 1), result.status === 'collected' ? result.data : undefined];
  });
  return Object.fromEntries(entries);
}

/** Whether the configuration may leave the evidence out. */
function isOptional(key: string): boolean {
  return evidenceByKey.get(key)?.optIn !== undefined;
}

/** Each once: several hops miss the same, and a key can be missing for the version and for the check. */
function distinct(missing: readonly Missing[]): Missing[] {
  return [...new Map(missing.map((one) => [JSON.stringify([one.evidence, one.code, one.message]), one])).values()];
}

/** Whether the finding is of a namespace that the configuration leaves out. */
function isExcluded(
  { subject: { namespace } }: FindingDraft,
  { excludeNamespaces }: SharedContext['configuration']['thresholds'],
): boolean {
  return typeof namespace === 'string' && excludeNamespaces.some((glob) => matchesGlob(glob, namespace));
}

/** What a check said of one hop, or of all of them. */
interface Judged {
  readonly findings: readonly FindingDraft[];
  readonly notApplicable: boolean;
  /** What kept it from a pass. */
  readonly missing: readonly Missing[];
}

function judgeAllHops(check: Check, reader: EvidenceReader, versions: VersionsSeen, shared: SharedContext): Judged {
  const against = check.against ?? (check.scope === 'now' ? 'next-hop' : 'each-hop');
  const hops = 'hops' in versions ? versions.hops : [];
  const targets = against === 'next-hop' || hops.length === 0 ? [hops[0] ?? null] : hops;
  return merge(targets.map((target) => judge(check, versions, contextFor(check, reader, versions, target, shared))));
}

/** One hop. A check that throws has met what its author did not expect: that hop is unknown, what the others gave stands. */
function judge(check: Check, versions: VersionsSeen, context: Parameters<Check['run']>[0]): Judged {
  try {
    const { findings, notApplicable = false, unknown = [] } = check.run(context);
    return { findings, notApplicable, missing: unknown };
  } catch (error) {
    if (error instanceof VersionUnknown && 'missing' in versions)
      return { findings: [], notApplicable: false, missing: [versions.missing] };
    const message = `unexpected data: ${messageOf(error)}`;
    return {
      findings: [],
      notApplicable: false,
      missing: [{ evidence: check.needs[0] ?? 'eks.cluster', code: 'InvalidResponse', message }],
    };
  }
}

/** One context per hop. The versions are getters: a check that does not read them does not depend on them. */
function contextFor(check: Check, reader: EvidenceReader, versions: VersionsSeen, target: KubernetesVersion | null, shared: SharedContext) {
  const known = <T>(value: (seen: Extract<VersionsSeen, { hops: unknown }>) => T) => ({
    enumerable: true,
    get: () => {
      if ('missing' in versions) throw new VersionUnknown();
      return value(versions);
    },
  });
  const collectedAt = (key: EvidenceKey) => {
    const result = reader.read(key);
    return result.status === 'collected' ? new Date(result.collectedAt) : undefined;
  };
  // The getters are added behind the compiler's back.
  return Object.defineProperties({ ...shared, collectedAt, ...evidenceFor(check, reader) } as Parameters<Check['run']>[0], {
    controlPlane: known((seen) => seen.controlPlane),
    target: known(() => target),
    hops: known((seen) => seen.hops),
  });
}

/** Of several hops that say something of one subject, the most severe counts, and among equals the first. */
function merge(hops: readonly Judged[]): Judged {
  const byIdentity = new Map<string, FindingDraft>();
  for (const draft of hops.flatMap(({ findings }) => findings)) {
    const { kind, namespace, name } = draft.subject;
    const identity = JSON.stringify([kind, namespace ?? '', name, draft.discriminator ?? '']);
    const known = byIdentity.get(identity);
    if (!known || severities.indexOf(draft.severity) < severities.indexOf(known.severity)) byIdentity.set(identity, draft);
  }
  return {
    findings: [...byIdentity.values()],
    notApplicable: hops.every(({ notApplicable }) => notApplicable),
    missing: hops.flatMap(({ missing }) => missing),
  };
}
