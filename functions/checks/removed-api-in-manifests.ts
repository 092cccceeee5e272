import { isControlPlaneManager } from '../inventory/applied-versions.ts';
import type { ManifestFile } from '../inventory/evidence/files-manifests.ts';
import type { AppliedApiVersion } from '../inventory/evidence/kubernetes-applied-api-versions.ts';
import type { HelmRelease } from '../inventory/evidence/kubernetes-helm-releases.ts';
import { compareVersions, formatVersion, type KubernetesVersion } from '../versions/kubernetes-version.ts';
import { type RemovedApi, removedApiOf, resourceOf } from '../versions/removed-apis.ts';
import { type Doubt, defineCheck } from './define-check.ts';
import type { FindingDraft, Severity } from './finding.ts';
import { someOf } from './phrases.ts';

interface Versions {
  readonly controlPlane: KubernetesVersion;
  readonly target: KubernetesVersion | null;
}

/** Objects that somebody applies through an API version that Kubernetes removes: as soon as it is gone, the same manifest is refused.
 *  @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
export const removedApiInManifests = defineCheck({
  id: 'removed-api-in-manifests',
  title: 'Removed APIs in manifests',
  essential: true,
  scope: 'now',
  against: 'each-hop',
  needs: [],
  completedBy: ['kubernetes.appliedApiVersions'],
  uses: ['kubernetes.helmReleases', 'files.manifests'],
  explanation: {
    rule:
      'An API version that is removed on the way to the target is required where an object was last applied through it, by whatever manager, or where the latest deployed ' +
      'revision of a Helm release or a manifest file (analyze --manifests) holds it; one that is removed later is recommended. One that the control plane no longer serves is a relic and info, ' +
      'but required in a file, which is refused already. Of one manager the newest entry of managedFields counts; what kubectl apply left is stale once the object was applied ' +
      'server-side after it. Managers of the control plane are left out.',
    sources: [
      'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
      'https://kubernetes.io/docs/reference/using-api/server-side-apply/',
      'https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html',
    ],
    elsewhere: 'pluto, kubent',
  },
  documentation: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
  run: ({ appliedApiVersions = [], helmReleases = [], manifests = [], controlPlane, target }) => {
    const versions = { controlPlane, target };
    return {
      findings: [
        ...objectFindings(appliedApiVersions, helmReleases, versions),
        ...helmReleases.flatMap((release) => releaseFindings(release, versions)),
        ...manifests.flatMap((file) => fileFindings(file, versions)),
      ],
      unknown: [...helmReleases.flatMap(releaseDoubts), ...manifests.flatMap(fileDoubts)],
    };
  },
});

/** `relic`: removed at or before the control plane, which cannot serve it any more. */
type Urgency = 'relic' | 'on-the-way' | 'later';

function urgencyOf({ removedIn }: RemovedApi, { controlPlane, target }: Versions): Urgency {
  if (compareVersions(removedIn, controlPlane) <= 0) return 'relic';
  return target !== null && compareVersions(removedIn, target) <= 0 ? 'on-the-way' : 'later';
}

const severityOf: Readonly<Record<Urgency, Severity>> = { relic: 'info', 'on-the-way': 'required', later: 'recommended' };

/** What stands in every finding of this check. */
function about(api: RemovedApi, urgency: Urgency, { controlPlane }: Versions) {
  return {
    severity: severityOf[urgency],
    hop: urgency === 'relic' ? null : formatVersion(api.removedIn),
    facts: {
      apiVersion: api.apiVersion,
      kind: api.kind,
      removedIn: formatVersion(api.removedIn),
      replacement: api.replacement,
      controlPlane: formatVersion(controlPlane),
    },
  };
}

function objectFindings(rows: readonly AppliedApiVersion[], releases: readonly HelmRelease[], versions: Versions): FindingDraft[] {
  const theirs = rows.filter((row) => !isControlPlaneManager(row.manager ?? '') && !isOfRelease(row, releases));
  const byObject = Map.groupBy(theirs, ({ apiVersion, kind, namespace, name }) =>
    JSON.stringify([apiVersion, kind, namespace ?? '', name]),
  );
  return [...byObject.values()].flatMap((same): FindingDraft[] => {
    const [row] = same;
    const api = row && removedApiOf(row.apiVersion, row.kind);
    if (!row || !api) return [];
    const urgency = urgencyOf(api, versions);
    const managers = [...new Set(same.flatMap(({ manager }) => manager ?? []))].sort();
    const by = managers.length === 0 ? '' : ` by ${someOf(managers)}`;
    const base = about(api, urgency, versions);
    return [
      {
        ...base,
        subject: { kind: row.kind, namespace: row.namespace ?? null, name: row.name },
        discriminator: row.apiVersion,
        message: `${row.kind} ${pathOf(row)} was last applied${by} as ${row.apiVersion}, ${fate(api, urgency)}`,
        facts: { ...base.facts, managers, sources: [...new Set(same.map(({ source }) => source))].sort() },
        remediation: objectRemedy(row, api, managers),
      },
    ];
  });
}

/** Helm answers for what it applied: the release says which chart to change. */
function isOfRelease(row: AppliedApiVersion, releases: readonly HelmRelease[]): boolean {
  if (row.manager?.toLowerCase() !== 'helm') return false;
  return releases.some(
    ({ namespace, manifestApiVersions }) =>
      (row.namespace ?? namespace) === namespace &&
      manifestApiVersions.some(({ apiVersion, kind, name }) => apiVersion === row.apiVersion && kind === row.kind && name === row.name),
  );
}

function fate({ removedIn }: RemovedApi, urgency: Urgency): string {
  const version = formatVersion(removedIn);
  return urgency === 'relic'
    ? `which Kubernetes has not served since ${version}: a relic that breaks nothing`
    : `which Kubernetes no longer serves from ${version} on`;
}

function objectRemedy({ kind, namespace, name }: AppliedApiVersion, { replacement }: RemovedApi, managers: readonly string[]): string {
  const resource = replacement === null ? resourceOf(kind) : qualified(replacement, kind);
  const get = `kubectl get ${resource} ${name}${namespace ? ` -n ${namespace}` : ''} -o yaml`;
  const who = someOf(managers);
  if (replacement === null)
    return `Nothing replaces it yet: ${who ? `have ${who} apply it no longer` : 'apply it no longer'}, or ask its vendor; it is: ${get}`;
  return `Set apiVersion: ${replacement} in ${who ? `the manifest that ${who} applies` : 'its manifest'}, and apply it; in the new version it is: ${get}`;
}

/** `poddisruptionbudgets.v1.policy`, which asks for this very version. */
function qualified(apiVersion: string, kind: string): string {
  const [group, version] = apiVersion.split('/');
  return `${resourceOf(kind)}.${version}.${group}`;
}

function releaseFindings({ name, namespace, chart, manifestApiVersions }: HelmRelease, versions: Versions): FindingDraft[] {
  const byApi = Map.groupBy(manifestApiVersions, ({ apiVersion, kind }) => removedApiOf(apiVersion, kind));
  return [...byApi].flatMap(([api, objects]): FindingDraft[] => {
    if (!api) return [];
    const urgency = urgencyOf(api, versions);
    const base = about(api, urgency, versions);
    const names = [...new Set(objects.map((object) => object.name ?? '(unnamed)'))].sort();
    const version = formatVersion(api.removedIn);
    const from = urgency === 'relic' ? `has not served since ${version}` : `no longer serves from ${version} on`;
    return [
      {
        ...base,
        subject: { kind: 'HelmRelease', namespace, name },
        discriminator: `${api.apiVersion} ${api.kind}`,
        message:
          `Helm release ${namespace}/${name}${chart ? ` of chart ${chart}` : ''} holds ${api.kind} ${someOf(names)} as ${api.apiVersion}, ` +
          `which Kubernetes ${from}: helm upgrade then fails`,
        facts: { ...base.facts, chart: chart ?? null, objects: names },
        remediation:
          `Upgrade to a version of the chart that ${api.replacement === null ? 'does without it' : `uses ${api.replacement}`}: helm upgrade ${name} CHART -n ${namespace} --version VERSION; ` +
          `where Kubernetes serves the old one no more, before it: helm mapkubeapis ${name} --namespace ${namespace}`,
      },
    ];
  });
}

function releaseDoubts({ name, namespace, problem }: HelmRelease): Doubt[] {
  if (!problem) return [];
  return [{ evidence: 'kubernetes.helmReleases', code: 'InvalidResponse', message: `Helm release ${namespace}/${name}: ${problem}` }];
}

function fileFindings({ file, objects }: ManifestFile, versions: Versions): FindingDraft[] {
  const seen = new Map<string, number>();
  return objects.flatMap((object): FindingDraft[] => {
    const api = removedApiOf(object.apiVersion, object.kind);
    if (!api) return [];
    const urgency = urgencyOf(api, versions);
    const base = about(api, urgency, versions);
    const name = object.name ?? '(unnamed)';
    const subject = { kind: object.kind, namespace: object.namespace ?? null, name };
    // Lines move with every edit, a finding should not.
    const place = JSON.stringify([subject, api.apiVersion]);
    const nth = (seen.get(place) ?? 0) + 1;
    seen.set(place, nth);
    const version = formatVersion(api.removedIn);
    const refused = urgency === 'relic';
    return [
      {
        ...base,
        severity: refused ? 'required' : base.severity,
        subject,
        discriminator: `${api.apiVersion} in ${file}${nth > 1 ? ` #${nth}` : ''}`,
        message: `${object.kind} ${pathOf(subject)} in ${file}:${object.line} is ${api.apiVersion}, which Kubernetes ${refused ? `has not served since ${version}: it is refused already` : `no longer serves from ${version} on`}`,
        facts: { ...base.facts, file, line: object.line },
        remediation:
          api.replacement === null
            ? `Nothing replaces it yet: take it out of ${file}`
            : `Set apiVersion: ${api.replacement} in line ${object.line} of ${file}, and what differs between the two${convertCommand(file, api.replacement)}`,
      },
    ];
  });
}

/** With the plugin of kubectl; not for standard input or a name that a shell would split. */
function convertCommand(file: string, apiVersion: string): string {
  return /^[\w./@+-]+$/.test(file) ? `: kubectl convert -f ${file} --output-version ${apiVersion}` : '';
}

function fileDoubts({ file, problems }: ManifestFile): Doubt[] {
  return problems.map(({ document, line, message }) => ({
    evidence: 'files.manifests',
    code: 'InvalidResponse',
    message: `${file}:${line}, document ${document}: ${message}`,
  }));
}

function pathOf({ namespace, name }: { readonly namespace?: string | null; readonly name: string }): string {
  return namespace ? `${namespace}/${name}` : name;
}
