import { stringify } from 'yaml';
import { clusterRoleManifests } from '../../functions/access/cluster-role.ts';
import { clusterRules } from '../../functions/access/cluster-rules.ts';
import type { OptIn } from '../../functions/access/evidence-in-use.ts';
import { clusterOfArn } from '../../functions/fleet/collect-in-cluster.ts';
import packageJson from '../../package.json' with { type: 'json' };

/** What differs between two installations of the collector: the values of the chart. */
export interface CollectorValues {
  readonly clusterArn: string;
  /** Of the tooling stack; empty for standard output. */
  readonly bucket: string;
  readonly image: string;
  readonly imagePullPolicy: string;
  /** Five fields of cron, UTC. @default every twelve hours, at a minute of the cluster's own */
  readonly schedule?: string;
  readonly optIns: Readonly<Record<OptIn, boolean>>;
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly object[];
  readonly resources: object;
}

/** Values of the chart by default, and samples of those that it demands. */
export const sampleValues: CollectorValues = {
  clusterArn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments',
  bucket: 'findings-bucket',
  image: `111111111111.dkr.ecr.eu-west-1.amazonaws.com/eks-greenlight:${packageJson.version}`,
  imagePullPolicy: 'IfNotPresent',
  optIns: { pods: true, helmReleases: false, metrics: false },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [],
  resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
};

const name = 'eks-greenlight-collector';
export const namespace = 'eks-greenlight';
const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'eks-greenlight' };
const configurationFolder = '/etc/eks-greenlight';
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Of the user in the image; the number is what `runAsNonRoot` can check. */
const userId = 65532;

const metadata = { name, namespace, labels };

/** The objects of the in-cluster collector, in the order in which they are applied. */
export function collectorObjects(values: CollectorValues): readonly object[] {
  const { optIns, serviceAccountAnnotations: annotations } = values;
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { ...metadata, ...(annotations ? { annotations } : {}) },
      // The pod asks for its token itself, short-lived; nothing else in the namespace gets one.
      automountServiceAccountToken: false,
    },
    ...clusterRoleManifests({ kubernetes: optIns }, { name, namespace }),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'greenlight.yaml': configurationOf(values) } },
    cronJob(values),
  ];
}

/** greenlight.yaml of the collector. */
function configurationOf({ clusterArn, optIns: { pods, helmReleases, metrics } }: CollectorValues): string {
  const id = clusterOfArn(clusterArn)?.accountId;
  if (id === undefined) throw new Error(`not the ARN of a cluster: "${clusterArn}"`);
  return stringify({ accounts: { explicit: [{ id }] }, kubernetes: { pods, helmReleases, metrics } });
}

function cronJob(values: CollectorValues): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: {
      schedule: values.schedule ?? `${minuteOf(values.clusterArn)} */12 * * *`,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 2,
          activeDeadlineSeconds: 900,
          ttlSecondsAfterFinished: 86_400,
          template: { metadata: { labels }, spec: podSpec(values) },
        },
      },
    },
  };
}

function podSpec({ nodeSelector, tolerations, ...values }: CollectorValues): object {
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: 'Never',
    securityContext: {
      runAsNonRoot: true,
      runAsUser: userId,
      runAsGroup: userId,
      fsGroup: userId,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    nodeSelector,
    ...(tolerations.length > 0 ? { tolerations } : {}),
    containers: [container(values)],
    volumes: [
      { name: 'configuration', configMap: { name } },
      {
        name: 'service-account',
        projected: {
          sources: [
            { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
            { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          ],
        },
      },
    ],
  };
}

function container({ clusterArn, bucket, image, imagePullPolicy, resources }: Omit<CollectorValues, 'nodeSelector' | 'tolerations'>) {
  const output = bucket === '' ? '-' : `s3://${bucket}`;
  const configuration = `${configurationFolder}/greenlight.yaml`;
  return {
    name: 'collector',
    image,
    imagePullPolicy,
    args: ['collect', '--in-cluster', '--cluster-arn', clusterArn, '--config', configuration, '--output', output],
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      { name: 'configuration', mountPath: configurationFolder, readOnly: true },
      { name: 'service-account', mountPath: serviceAccountFolder, readOnly: true },
    ],
  };
}

/** A minute from 0 to 59 that is the cluster's own, so that the collectors of a fleet do not write at the same time. The chart computes the
 *  same with `adler32sum`. */
export function minuteOf(clusterArn: string): number {
  let [a, b] = [1, 0];
  for (const byte of new TextEncoder().encode(clusterArn)) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return (b * 65_536 + a) % 60;
}

const manifestHeader = `# The in-cluster collector. Made by "npm run generate" from scripts/reference/in-cluster.ts.
# Before "kubectl apply -f" change, in this file: the ARN of the cluster and its account in the ConfigMap, the bucket (output
# FindingsBucketName of the stack), the image, and the minute of the schedule, so that the collectors of a fleet do not write at once.
# With IRSA give the ServiceAccount the annotation eks.amazonaws.com/role-arn; Pod Identity needs none. See docs/guide/private-clusters.md.
`;

const rulesHeader =
  '# Rules of the ClusterRole by the opt-ins that are on. Made by "npm run generate" from functions/access/cluster-rules.ts.\n';

/** What the chart looks up: `pods,helmReleases,metrics`, those that are on. */
const optInNames = ['pods', 'helmReleases', 'metrics'] as const;

function rulesByOptIns(): object {
  const combinations = [...Array(2 ** optInNames.length).keys()].map((bits) => optInNames.filter((_, index) => (bits >> index) & 1));
  const choice = (on: readonly OptIn[]) => ({
    kubernetes: { pods: on.includes('pods'), helmReleases: on.includes('helmReleases'), metrics: on.includes('metrics') },
  });
  return Object.fromEntries(combinations.map((on) => [on.join(',') || 'none', clusterRules(choice(on))]));
}

/** Documents of one stream, in the form that the formatter of this repository leaves alone. */
function yamlOf(...documents: readonly object[]): string {
  return documents.map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

/** Folders in which every file is generated. */
export const inClusterFolders = ['deploy/in-cluster/manifests', 'deploy/in-cluster/chart/files'] as const;

/** Generated files of deploy/in-cluster: path → content. */
export function inClusterFiles(): readonly (readonly [path: string, text: string])[] {
  return [
    ['deploy/in-cluster/manifests/collector.yaml', `${manifestHeader}${yamlOf(...collectorObjects(sampleValues))}`],
    ['deploy/in-cluster/chart/files/cluster-rules.yaml', `${rulesHeader}${yamlOf(rulesByOptIns())}`],
  ];
}
