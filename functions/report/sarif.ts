import type { ClusterReport } from '../analysis/cluster-report.ts';
import type { Check } from '../checks/define-check.ts';
import type { Finding, Severity } from '../checks/finding.ts';
import { placeWords } from '../fleet/coverage.ts';
import type { RunReport } from '../fleet/run-report.ts';

export interface SarifOptions {
  /** Version of this program. */
  readonly version: string;
  /** What the results may name. */
  readonly checks: readonly Check[];
}

const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
const informationUri = 'https://github.com/eks-greenlight/eks-greenlight';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { required: 'error', recommended: 'warning', info: 'note' };

/** A run as SARIF 2.1.0, for code scanning: one result a finding, one rule a check that has one. What was found in a manifest points at its
 *  file and line; what was found in a live cluster at a made-up path of its object, because code scanning drops a result without a file.
 *  @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 *  @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning */
export function runSarif(run: RunReport, { version, checks }: SarifOptions): string {
  const results = run.clusters.flatMap((report) => [
    ...report.findings.map((finding) => resultOf(finding, report)),
    ...report.suppressed.map(({ suppression, ...finding }) => ({
      ...resultOf(finding, report),
      suppressions: [{ kind: 'external', status: 'accepted', justification: suppression.reason }],
    })),
  ]);
  const named = new Set(results.map(({ ruleId }) => ruleId));
  const log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'EKS Greenlight', version, informationUri, rules: checks.filter(({ id }) => named.has(id)).map(ruleOf) },
        },
        automationDetails: { id: `eks-greenlight/${run.runId}` },
        invocations: [
          {
            executionSuccessful: run.coverage.complete,
            startTimeUtc: run.startedAt,
            endTimeUtc: run.finishedAt,
            toolExecutionNotifications: notSeen(run),
          },
        ],
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf({ id, title, explanation, documentation }: Check) {
  return {
    id,
    name: title,
    shortDescription: { text: title },
    fullDescription: { text: explanation.rule },
    helpUri: documentation,
  };
}

function resultOf(finding: Finding, { cluster }: ClusterReport) {
  const { subject } = finding;
  const path = [
    cluster.accountId,
    cluster.region,
    cluster.name,
    subject.kind,
    ...(subject.namespace ? [subject.namespace] : []),
    subject.name,
  ];
  return {
    ruleId: finding.check,
    level: levels[finding.severity],
    message: { text: `${cluster.name}: ${finding.message}\n\n${finding.remediation}` },
    locations: [
      {
        physicalLocation: physicalLocation(finding, path),
        logicalLocations: [{ name: subject.name, fullyQualifiedName: path.join('/'), kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'eksGreenlightFinding/v1': finding.id },
    properties: { severity: finding.severity, hop: finding.hop, owner: finding.owner, clusterArn: cluster.arn, facts: finding.facts },
  };
}

/** `facts.file` and `facts.line` (1-based) are those of a manifest. */
function physicalLocation({ facts }: Finding, path: readonly string[]) {
  const { file, line } = facts;
  const given = typeof file === 'string' ? file.split(/[/\\]/) : ['eks', ...path];
  // A path of this machine is no relative reference.
  const uri = given[0] === '' ? `file://${given.map(encodeURIComponent).join('/')}` : given.map(encodeURIComponent).join('/');
  return {
    artifactLocation: { uri },
    region: { startLine: typeof line === 'number' && line > 0 ? line : 1 },
  };
}

/** A reader of the results must not take silence for health. */
function notSeen({ coverage, clusters }: RunReport) {
  const failed = [...coverage.targets, ...coverage.clusters].filter(({ status }) => status === 'failed');
  return [
    ...failed.map((one) => ({
      level: 'error',
      message: {
        text: `not scanned: ${placeWords(one)}: ${one.code} ${one.message ?? ''}`,
      },
    })),
    ...clusters.flatMap(({ cluster, checks }) => {
      const unknown = checks.filter(({ status }) => status === 'unknown').map(({ check }) => check);
      return unknown.length === 0
        ? []
        : [{ level: 'warning', message: { text: `${cluster.name}: ${unknown.length} checks could not be judged: ${unknown.join(', ')}` } }];
    }),
  ];
}
