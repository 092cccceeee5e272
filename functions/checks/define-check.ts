import type { Configuration } from '../config/schema.ts';
import type { ErrorCode } from '../inventory/error-codes.ts';
import type { EvidenceData, EvidenceKey } from '../inventory/evidence/list.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import type { SupportCalendar } from '../versions/calendar.ts';
import type { KubernetesVersion } from '../versions/kubernetes-version.ts';
import type { Support } from '../versions/support.ts';
import type { FindingDraft } from './finding.ts';

/** `kubernetes.nodes` is `nodes` in the context of a check. */
type NameOf<K extends EvidenceKey> = K extends `${string}.${infer Name}` ? Name : never;
type Needed<K extends EvidenceKey> = { readonly [Key in K as NameOf<Key>]: EvidenceData<Key> };
type Used<K extends EvidenceKey> = { readonly [Key in K as NameOf<Key>]: EvidenceData<Key> | undefined };

/** What every check knows, whatever evidence it reads. */
export interface CheckContext {
  readonly identity: ClusterIdentity;
  /** Minor of the control plane now. Reading it without evidence for it makes the check `unknown`. */
  readonly controlPlane: KubernetesVersion;
  /** The hop that is judged, one minor after another; null when the newest offered version runs already. Reading it without evidence for the control plane makes the check `unknown`. */
  readonly target: KubernetesVersion | null;
  /** All minors up to the last target, ascending, whichever of them is judged; empty when the newest offered version runs already.
   *  Reading it without evidence for the control plane makes the check `unknown`. */
  readonly hops: readonly KubernetesVersion[];
  readonly support: Support;
  readonly calendar: SupportCalendar;
  /** The instant of the analysis. */
  readonly now: Date;
  /** The instant at which a piece of evidence was collected: its own, or else that of the inventory; undefined when there is none. */
  collectedAt(key: EvidenceKey): Date | undefined;
  readonly configuration: Pick<Configuration, 'thresholds' | 'supportPolicy'>;
}

/** Why a check cannot pass on evidence that is there. */
export interface Doubt {
  readonly evidence: EvidenceKey;
  readonly code: ErrorCode;
  /** What is wrong with it, naming the object. */
  readonly message: string;
}

/** What a check answers: its findings, and what kept it from a pass, if anything. */
export interface CheckOutcome {
  readonly findings: readonly FindingDraft[];
  /** The subject of the check does not exist in this cluster. */
  readonly notApplicable?: boolean;
  /** Evidence that was there but not good enough to pass on, e.g. too old. */
  readonly unknown?: readonly Doubt[];
}

export interface CheckExplanation {
  /** The rule in one or more sentences, with its numbers. */
  readonly rule: string;
  /** Where the rule comes from. */
  readonly sources: readonly string[];
  /** Nearest check of another tool, for people who migrate. */
  readonly elsewhere?: string;
}

export interface CheckDefinition<N extends EvidenceKey, C extends EvidenceKey, U extends EvidenceKey> {
  /** Public and stable; also the name of the file. */
  readonly id: string;
  readonly title: string;
  /** Unknown makes the verdict CANNOT_DETERMINE, unless it needs evidence that the configuration may leave out, such as pods, and did.
   *  A function for what not every cluster has: whether its subject is there, from what was collected. @default false */
  readonly essential?: boolean | ((seen: Used<N> & Used<C> & Used<U>) => boolean);
  /** `upgrade`: says nothing when there is no newer version to go to. */
  readonly scope: 'now' | 'upgrade';
  /** Judges what the cluster itself runs on, such as kube-proxy: `thresholds.excludeNamespaces`, made for workloads, does not hide its findings. */
  readonly platform?: boolean;
  /** Judged against the next minor only, or against each minor up to the target. @default next-hop for scope now, each-hop for upgrade */
  readonly against?: 'next-hop' | 'each-hop';
  /** Evidence without which nothing can be said: missing makes the check `unknown`, or `skipped` if it was not asked for. */
  readonly needs: readonly N[];
  /** Needed for a pass, yet findings stand without it: what blocks does so whatever else was not seen. */
  readonly completedBy?: readonly C[];
  /** Makes the result better where it is there; missing is only noted. */
  readonly uses?: readonly U[];
  readonly explanation: CheckExplanation;
  /** Default page for its findings. */
  readonly documentation: string;
  readonly run: (context: CheckContext & Needed<N> & Used<C> & Used<U>) => readonly FindingDraft[] | CheckOutcome;
}

/** A check as the engine sees it. */
export interface Check extends Omit<CheckDefinition<EvidenceKey, EvidenceKey, EvidenceKey>, 'run' | 'essential' | 'completedBy' | 'uses'> {
  readonly essential: 'always' | 'never' | ((seen: Readonly<Record<string, unknown>>) => boolean);
  readonly completedBy: readonly EvidenceKey[];
  readonly uses: readonly EvidenceKey[];
  readonly run: (context: CheckContext & Readonly<Record<string, unknown>>) => CheckOutcome;
}

/** Declares a check. The context of `run` holds exactly the evidence that it names, under the last part of the key. */
export function defineCheck<N extends EvidenceKey, C extends EvidenceKey = never, U extends EvidenceKey = never>(
  definition: CheckDefinition<N, C, U>,
): Check {
  // The engine fills the context from the very lists that typed it; a record of unknowns cannot express that.
  const run = definition.run as unknown as (context: Parameters<Check['run']>[0]) => readonly FindingDraft[] | CheckOutcome;
  const essential = definition.essential as unknown as boolean | Exclude<Check['essential'], string> | undefined;
  return {
    ...definition,
    essential: typeof essential === 'function' ? essential : essential ? 'always' : 'never',
    completedBy: definition.completedBy ?? [],
    uses: definition.uses ?? [],
    run: (context) => {
      const outcome = run(context);
      return 'findings' in outcome ? outcome : { findings: outcome };
    },
  };
}
