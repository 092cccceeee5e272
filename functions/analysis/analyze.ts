import type { Check } from '../checks/define-check.ts';
import type { Finding, FindingDraft } from '../checks/finding.ts';
import { checks as allChecks } from '../checks/list.ts';
import type { Configuration } from '../config/schema.ts';
import { evidenceList } from '../inventory/evidence/list.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { type SupportCalendar, supportCalendar } from '../versions/calendar.ts';
import { isoSeconds } from '../versions/days.ts';
import { formatVersion, type KubernetesVersion, parseVersion } from '../versions/kubernetes-version.ts';
import { supportOf } from '../versions/support.ts';
import { selectTarget } from '../versions/upgrade-path.ts';
import type { ClusterReport } from './cluster-report.ts';
import { type EvidenceReader, evidenceReader } from './evidence-reader.ts';
import { findingId } from './finding-id.ts';
import { compareFindings } from './order.ts';
import { ownerOf } from './owners.ts';
import { type CheckRun, runCheck, type VersionsSeen } from './run-check.ts';
import { staleFacts } from './stale-facts.ts';
import { suppressionOf } from './suppressions.ts';
import { verdictOf } from './verdict.ts';

export interface AnalysisOptions {
  /** The instant of the analysis; the analysis has no clock of its own. */
  readonly now: Date;
  /** `next`, or a version such as `1.35`. */
  readonly target: string;
  readonly configuration: Configuration;
  readonly accountName?: string | null;
  /** @default all checks */
  readonly checks?: readonly Check[];
}

/** Judges one inventory: the same inventory, date, target and configuration always give the same report.
 *  @throws TargetNotOffered when an explicit target cannot be reached from this cluster */
export function analyzeInventory(inventory: Inventory, options: AnalysisOptions): ClusterReport {
  const { now, configuration } = options;
  const reader = evidenceReader(
    inventory,
    evidenceList.map(({ key }) => key),
  );
  const cluster = reader.read('eks.cluster');
  const clusterVersions = reader.read('eks.clusterVersions');
  const calendar = supportCalendar(clusterVersions.status === 'collected' ? clusterVersions.data : undefined, now);
  const versions = versionsSeen(reader, calendar, options.target);
  const controlPlane = 'controlPlane' in versions ? versions.controlPlane : undefined;
  const support = supportOf(controlPlane, calendar, now, cluster.status === 'collected' ? supportTypeOf(cluster.data) : null);
  const shared = { identity: inventory.cluster, support, calendar, now, configuration };
  const active = (options.checks ?? allChecks).filter(({ id }) => configuration.severities[id] !== 'off');
  const runs = active.map((check) => runCheck(check, reader, versions, shared));

  const tags = (cluster.status === 'collected' ? cluster.data.tags : null) ?? {};
  const judged = judgeFindings(runs, inventory, tags, options);
  const unknown = runs.filter(({ status }) => status === 'unknown');
  const verdict = verdictOf(judged.findings, unknown);
  const withoutSuppressions = verdictOf([...judged.findings, ...judged.suppressed], unknown);
  const hops = 'hops' in versions ? versions.hops.map(formatVersion) : [];
  return {
    schemaVersion: '1',
    collectedAt: inventory.collectedAt,
    analyzedAt: isoSeconds(now),
    cluster: {
      accountId: inventory.cluster.accountId,
      accountName: options.accountName ?? null,
      region: inventory.cluster.region,
      name: inventory.cluster.name,
      arn: inventory.cluster.arn,
      version: controlPlane ? formatVersion(controlPlane) : null,
      targetVersion: hops.at(-1) ?? null,
      hops,
      tags,
    },
    support: { ...support },
    verdict,
    ...(withoutSuppressions === verdict ? {} : { verdictWithoutSuppressions: withoutSuppressions }),
    checks: runs.map(({ check, status, missing, essential }) => ({
      check: check.id,
      status,
      findings: judged.findings.filter((finding) => finding.check === check.id).length,
      missing: [...missing],
      ...(status === 'unknown' ? { essential } : {}),
    })),
    ...judged,
    evidence: reader.summary(),
    collection: inventory.collection ?? null,
    staleFacts: staleFacts(now),
  };
}

/** The control plane's minor, from EKS or else from the API server itself, and the hops to the target. */
function versionsSeen(reader: EvidenceReader, calendar: SupportCalendar, target: string): VersionsSeen {
  const controlPlane = controlPlaneVersion(reader);
  if (controlPlane) return { controlPlane, hops: selectTarget(controlPlane, target, calendar).hops };
  const missing = reader.missing('eks.cluster');
  return {
    missing: missing ?? {
      evidence: 'eks.cluster',
      code: 'InvalidResponse',
      message: 'evidence.eks.cluster.data.version: expected a version such as 1.34',
    },
  };
}

function controlPlaneVersion(reader: EvidenceReader): KubernetesVersion | undefined {
  const cluster = reader.read('eks.cluster');
  const server = reader.read('kubernetes.version');
  return (
    (cluster.status === 'collected' ? parseVersion(cluster.data.version ?? '') : undefined) ??
    (server.status === 'collected' ? parseVersion(server.data.gitVersion) : undefined)
  );
}

/** EKS puts a cluster without an upgrade policy into extended support.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/disable-extended-support.html */
function supportTypeOf(cluster: { readonly upgradePolicy?: { readonly supportType?: string | null } | null }): 'STANDARD' | 'EXTENDED' {
  return cluster.upgradePolicy?.supportType === 'STANDARD' ? 'STANDARD' : 'EXTENDED';
}

function judgeFindings(runs: readonly CheckRun[], inventory: Inventory, tags: Readonly<Record<string, string>>, options: AnalysisOptions) {
  const { configuration, now } = options;
  const findings: Finding[] = [];
  const suppressed: ClusterReport['suppressed'] = [];
  for (const { check, drafts } of runs) {
    for (const draft of drafts) {
      const finding = findingFrom(draft, check, inventory, tags, configuration);
      const suppression = suppressionOf(finding, { ...inventory.cluster, tags }, configuration.suppressions, now);
      if (!suppression) findings.push(finding);
      else
        suppressed.push({
          ...finding,
          suppression: { reason: suppression.reason, owner: suppression.owner ?? null, expires: suppression.expires },
        });
    }
  }
  return { findings: findings.sort(compareFindings), suppressed: suppressed.sort(compareFindings) };
}

function findingFrom(
  draft: FindingDraft,
  check: Check,
  inventory: Inventory,
  tags: Readonly<Record<string, string>>,
  configuration: Configuration,
): Finding {
  const override = configuration.severities[check.id];
  const { kind, name } = draft.subject;
  const subject = { kind, namespace: draft.subject.namespace ?? null, name, arn: draft.subject.arn ?? null };
  const discriminator = draft.discriminator ?? null;
  return {
    id: findingId({ clusterArn: inventory.cluster.arn, check: check.id, subject, discriminator }),
    check: check.id,
    severity: override && override !== 'off' ? override : draft.severity,
    subject,
    discriminator,
    hop: draft.hop ?? null,
    message: draft.message,
    facts: draft.facts,
    remediation: draft.remediation,
    documentation: draft.documentation ?? check.documentation,
    owner: ownerOf(draft, tags, configuration.owners),
  };
}
