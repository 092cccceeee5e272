import { evidenceReader } from '../../functions/analysis/evidence-reader.ts';
import { type CheckRun, runCheck, type VersionsSeen } from '../../functions/analysis/run-check.ts';
import type { Check, CheckContext } from '../../functions/checks/define-check.ts';
import type { FindingDraft } from '../../functions/checks/finding.ts';
import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { type EvidenceKey, evidenceList } from '../../functions/inventory/evidence/list.ts';
import type { Inventory } from '../../functions/inventory/inventory.ts';
import { supportCalendar } from '../../functions/versions/calendar.ts';
import { type KubernetesVersion, minorsUpTo, parseVersion } from '../../functions/versions/kubernetes-version.ts';
import { supportOf } from '../../functions/versions/support.ts';
import { createInventory, type EvidenceInput } from './builders.ts';

export interface RunOptions {
  /** A date means 00:00 UTC. @default 2026-11-21T06:00:04Z */
  readonly now?: string;
  /** null when nobody knows it. @default 1.34 */
  readonly controlPlane?: string | null;
  /** The last hop; null when nothing newer is offered. @default the minor after the control plane */
  readonly target?: string | null;
  /** @default that of the cluster in the evidence, else EXTENDED */
  readonly supportType?: 'STANDARD' | 'EXTENDED';
  readonly thresholds?: Partial<CheckContext['configuration']['thresholds']>;
  readonly supportPolicy?: 'STANDARD' | 'EXTENDED';
  /** When single pieces of evidence were collected. @default the time of the inventory, 2026-11-21T06:00:04Z */
  readonly collectedAt?: Partial<Readonly<Record<EvidenceKey, string>>>;
}

interface RunOutcome extends Pick<CheckRun, 'status' | 'missing' | 'essential'> {
  readonly findings: readonly FindingDraft[];
}

/** Runs one check over just this evidence through the engine of the analysis.
 *  @throws when the check gives two findings one identity: the engine would keep one of them and hide it */
export function runCheckOn(check: Check, evidence: EvidenceInput, options: RunOptions = {}): RunOutcome {
  const inventory = collectedApart(createInventory(evidence), options.collectedAt ?? {});
  const reader = evidenceReader(
    inventory,
    evidenceList.map(({ key }) => key),
  );
  const now = new Date(options.now ?? '2026-11-21T06:00:04Z');
  const versions = versionsSeen(options);
  const controlPlane = 'controlPlane' in versions ? versions.controlPlane : undefined;
  const catalogue = reader.read('eks.clusterVersions');
  const cluster = reader.read('eks.cluster');
  const calendar = supportCalendar(catalogue.status === 'collected' ? catalogue.data : undefined, now);
  const declared = cluster.status === 'collected' && cluster.data.upgradePolicy?.supportType === 'STANDARD' ? 'STANDARD' : 'EXTENDED';
  const { thresholds, supportPolicy } = defaultConfiguration;
  const configuration = { thresholds: { ...thresholds, ...options.thresholds }, supportPolicy: options.supportPolicy ?? supportPolicy };
  const collisions: string[] = [];
  const watched: Check = {
    ...check,
    run: (context) => {
      const outcome = check.run(context);
      collisions.push(...repeated(outcome.findings.map(identityOf)));
      return outcome;
    },
  };
  const run = runCheck(watched, reader, versions, {
    identity: inventory.cluster,
    support: supportOf(controlPlane, calendar, now, options.supportType ?? declared),
    calendar,
    now,
    configuration,
  });
  if (collisions.length > 0) throw new Error(`${check.id} gave several findings one identity: ${collisions.join(', ')}`);
  return { status: run.status, findings: run.drafts, missing: run.missing, essential: run.essential };
}

function collectedApart(inventory: Inventory, times: NonNullable<RunOptions['collectedAt']>): Inventory {
  const entries = Object.entries(inventory.evidence).map(([key, entry]) => [key, { ...entry, collectedAt: times[key as EvidenceKey] }]);
  return { ...inventory, evidence: Object.fromEntries(entries) };
}

/** What tells one finding of a check from another. */
export function identityOf({ subject, discriminator }: FindingDraft): string {
  return JSON.stringify([subject.kind, subject.namespace ?? '', subject.name, discriminator ?? '']);
}

function repeated(identities: readonly string[]): string[] {
  return identities.filter((identity, index) => identities.indexOf(identity) !== index);
}

function versionsSeen({ controlPlane = '1.34', target }: RunOptions): VersionsSeen {
  if (controlPlane === null) return { missing: { evidence: 'eks.cluster', code: 'AccessDenied', message: 'eks.cluster was not read' } };
  const from = version(controlPlane);
  const to = target === null ? from : target === undefined ? { ...from, minor: from.minor + 1 } : version(target);
  return { controlPlane: from, hops: minorsUpTo(from, to) };
}

function version(text: string): KubernetesVersion {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(`runCheckOn: expected a version such as 1.35, got ${text}`);
  return parsed;
}
