import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunReport } from '../../functions/fleet/run-report.ts';
import { DENIED_ACCOUNT, LOGISTICS_ACCOUNT, PAYMENTS_ACCOUNT, SCAN_ROLE, TODAY } from './fleet.ts';
import { configuration, greenlight, type Outcome, reportOf, storedReport, workingFolder } from './greenlight.ts';
import { type AwsCall, admin, type KubernetesRequest, kubectl, observe } from './world.ts';

/** `greenlight scan` over the fleet: two accounts that let it in, one that does not; one cluster in full, one whose endpoint refuses, one
 *  that never answers, one that does not know the role. */

const fleetScan = ['scan', '--config', 'greenlight.yaml', '--format', 'json', '--store', 'store', '--as-of', TODAY];

let folder: string;
let outcome: Outcome;
let run: RunReport;
let calls: readonly AwsCall[];
let requests: readonly KubernetesRequest[];

beforeAll(async () => {
  folder = workingFolder(configuration);
  const message = 'Could not launch On-Demand Instances. InsufficientInstanceCapacity';
  await admin({ fault: 'degraded', cluster: 'payments', nodegroup: 'spare', code: 'AsgInstanceLaunchFailures', message });
  const seen = await observe(() => greenlight(folder, fleetScan));
  outcome = seen.result;
  calls = seen.calls;
  requests = seen.requests;
  run = reportOf(outcome);
});

afterAll(async () => {
  await admin({ clear: '*' });
  rmSync(folder, { recursive: true, force: true });
});

const clusterNamed = (name: string, { clusters }: RunReport = run) => {
  const found = clusters.find(({ cluster }) => cluster.name === name);
  if (!found) throw new Error(`no report of ${name}`);
  return found;
};

describe('coverage', () => {
  test('each account and region ends as scanned or failed, with its code', () => {
    expect(run.coverage.targets.map(({ accountId, region, status, code }) => [accountId, region, status, code])).toEqual([
      [PAYMENTS_ACCOUNT, 'us-east-1', 'scanned', null],
      [LOGISTICS_ACCOUNT, 'eu-central-1', 'scanned', null],
      [LOGISTICS_ACCOUNT, 'us-east-1', 'scanned', null],
      [DENIED_ACCOUNT, 'us-east-1', 'failed', 'AssumeRoleDenied'],
    ]);
    expect(run.coverage.targets.at(-1)?.message).toContain(`arn:aws:iam::${DENIED_ACCOUNT}:role/${SCAN_ROLE}`);
    expect(run.coverage.complete).toBe(false);
  });

  test('each cluster is there, with what could not be read of it and why', () => {
    const missing = run.coverage.clusters.map(({ name, status, unavailable }) => [name, status, Object.keys(unavailable)]);
    expect(missing).toEqual([
      ['legacy', 'scanned', ['EndpointUnreachable']],
      ['payments', 'scanned', []],
      ['vault', 'scanned', ['AccessNotConfigured']],
      ['edge', 'scanned', ['Timeout']],
    ]);
    for (const { name, unavailable } of run.coverage.clusters.filter((cluster) => cluster.name !== 'payments')) {
      const kubernetes = Object.entries(clusterNamed(name).evidence).filter(
        ([key, { code }]) => key.startsWith('kubernetes.') && code !== 'NotRequested',
      );
      expect(kubernetes.map(([key]) => key)).toContain('kubernetes.nodes');
      expect(Object.values(unavailable)).toEqual([kubernetes.length]);
    }
  });

  test('what could not be seen is never a pass', () => {
    expect(run.clusters.map(({ cluster, verdict }) => [cluster.name, verdict])).toEqual([
      ['legacy', 'NOT_READY'],
      ['payments', 'NOT_READY'],
      ['vault', 'CANNOT_DETERMINE'],
      ['edge', 'CANNOT_DETERMINE'],
    ]);
    const skewOfEdge = clusterNamed('edge').checks.find(({ check }) => check === 'kubelet-version-skew');
    expect(skewOfEdge).toMatchObject({
      status: 'unknown',
      missing: expect.arrayContaining([expect.objectContaining({ evidence: 'kubernetes.nodes', code: 'Timeout' })]),
    });
  });

  test('an account that cannot be entered does not fail the command', () => {
    expect(outcome.exitCode).toBe(0);
  });
});

describe('findings', () => {
  test('of the cluster that was read in full are the expected ones, in order', () => {
    const { findings } = clusterNamed('payments');
    expect(
      findings.map(({ severity, check, subject, hop }) =>
        [severity, check, subject.kind, [subject.namespace, subject.name].filter((part) => part !== null).join('/'), hop ?? 'now'].join(
          ' ',
        ),
      ),
    ).toEqual([
      'required addon-version-unsupported Addon vpc-cni now',
      'required amazon-linux-2 Nodegroup old 1.35',
      'required cgroup-v1 Nodegroup old 1.35',
      'required cluster-health Cluster payments now',
      'required control-plane-subnet-ips Cluster payments 1.35',
      'required node-subnet-ips Cluster payments now',
      'required nodegroup-health Nodegroup spare now',
      'required pdb-blocks-drain PodDisruptionBudget shop/api now',
      'required pdb-blocks-drain PodDisruptionBudget shop/ledger-frozen now',
      'required support-ending Cluster payments now',
      'recommended addon-version-behind Addon coredns now',
      'recommended addon-version-behind Addon vpc-cni now',
      'recommended containerd-1 Nodegroup old 1.35',
      'recommended drain-forecast Cluster payments now',
      'recommended drain-forecast Cluster payments now',
      'recommended kube-proxy-version-skew DaemonSet kube-system/kube-proxy now',
      'recommended kubelet-version-skew Nodegroup old 1.35',
      'recommended min-ready-seconds Deployment shop/api now',
      'recommended min-ready-seconds Deployment shop/checkout now',
      'recommended min-ready-seconds StatefulSet shop/ledger now',
      'recommended min-ready-seconds Deployment shop/web now',
      'recommended readiness-probe Deployment shop/api now',
      'recommended readiness-probe Deployment shop/checkout now',
      'recommended readiness-probe StatefulSet shop/ledger now',
      'recommended replicas-minimum Deployment shop/checkout now',
      'recommended topology-spread Deployment shop/api now',
      'recommended topology-spread StatefulSet shop/ledger now',
      'recommended topology-spread Deployment shop/web now',
      'info amazon-linux-2 Nodegroup old now',
      'info control-plane-logging Cluster payments now',
      'info extended-support-cost Cluster payments now',
      'info public-endpoint-open Cluster payments now',
      'info secrets-encryption Cluster payments now',
    ]);
  });

  test('state the numbers of the world', () => {
    const facts = (check: string, name: string) =>
      clusterNamed('payments').findings.find((finding) => finding.check === check && finding.subject.name === name)?.facts;
    expect(facts('control-plane-subnet-ips', 'payments')).toMatchObject({ availableByZone: { 'use1-az1': 5, 'use1-az2': 4 } });
    expect(facts('support-ending', 'payments')).toMatchObject({ endOfStandardSupport: '2026-12-02', daysToEndOfStandardSupport: 11 });
    expect(facts('addon-version-unsupported', 'vpc-cni')).toMatchObject({
      installed: 'v1.19.6-eksbuild.1',
      supported: ['v1.20.4-eksbuild.1'],
    });
    const nodes = JSON.parse(kubectl('get', 'nodes', '--selector', 'eks.amazonaws.com/nodegroup=old', '--output', 'json')).items;
    const names = nodes.map(({ metadata }: { metadata: { name: string } }) => metadata.name).sort();
    expect(facts('kubelet-version-skew', 'old')).toMatchObject({ nodes: names, count: 2 });
  });

  test('belong to their owner, and each has an id of its own', () => {
    const { findings, cluster } = clusterNamed('payments');
    expect(findings.find(({ check }) => check === 'support-ending')?.owner).toBe('payments');
    expect(cluster).toMatchObject({ accountName: 'payments', version: '1.34', targetVersion: '1.35', hops: ['1.35'] });
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
  });

  test('what is fine passes', () => {
    const { checks } = clusterNamed('payments');
    expect(checks.filter(({ status }) => status === 'passed').map(({ check }) => check)).toEqual([
      'auto-upgrade-scheduled',
      'upgrade-path',
      'cluster-status',
      'rollback-window',
      'insight-upgrade-readiness',
      'anonymous-access',
      'nodegroup-update-available',
      'quota-ec2-vcpus',
      'quota-ebs-gp2',
      'quota-ebs-gp3',
      'self-managed-nodes',
      'addon-health',
      'addon-self-managed',
      'removed-api-in-manifests',
      'pdb-missing',
      'termination-grace-zero',
      'docker-socket',
      'apparmor-annotation',
      'recreate-strategy',
      'statefulset-zone-pinned',
      'webhook-fails-closed',
    ]);
    expect(checks.filter(({ status }) => status === 'unknown')).toEqual([]);
  });

  test('of AWS are stated for clusters whose API server was not reached', () => {
    const legacy = clusterNamed('legacy').findings.find(({ check }) => check === 'support-ending');
    expect(legacy).toMatchObject({ severity: 'required', facts: { endOfExtendedSupport: '2026-11-26', daysToEndOfExtendedSupport: 5 } });
    expect(clusterNamed('edge').support).toMatchObject({ status: 'standard', source: 'DescribeClusterVersions' });
  });
});

describe('what the scan does to AWS', () => {
  const byScanRole = () => calls.filter(({ principal }) => principal.includes(`:assumed-role/${SCAN_ROLE}/`));

  test('it only reads, through assumed roles, and is refused nowhere else', () => {
    expect(new Set(calls.map(({ op }) => op.replace(/^(Describe|Get|List).*/, '$1')))).toEqual(
      new Set(['AssumeRole', 'Describe', 'Get', 'List']),
    );
    const refused = calls.filter(({ status }) => status === 403);
    expect(refused.map(({ op, params }) => [op, params.RoleArn])).toEqual([
      ['AssumeRole', `arn:aws:iam::${DENIED_ACCOUNT}:role/${SCAN_ROLE}`],
    ]);
    expect(byScanRole().length).toBe(calls.filter(({ op }) => op !== 'AssumeRole').length);
    expect(byScanRole().every(({ principal }) => principal.endsWith(`/${SCAN_ROLE}/greenlight-engineer`))).toBe(true);
    expect(calls.every(({ agent }) => agent.includes('eks-greenlight'))).toBe(true);
  });

  test('each account is entered once', () => {
    const entered = calls.filter(({ op, status }) => op === 'AssumeRole' && status === 200).map(({ params }) => params.RoleArn);
    expect(entered.sort()).toEqual([PAYMENTS_ACCOUNT, LOGISTICS_ACCOUNT].map((account) => `arn:aws:iam::${account}:role/${SCAN_ROLE}`));
  });

  test.each(['DescribeClusterVersions', 'DescribeAddonVersions'])('%s is asked once per region, not per cluster', (operation) => {
    const first = calls.filter(({ op, params }) => op === operation && params.nextToken === undefined);
    expect(first.map(({ region }) => region).sort()).toEqual(['eu-central-1', 'us-east-1']);
  });

  test('no object is described twice', () => {
    const described = calls
      .filter(({ op, params }) => op.startsWith('Describe') && params.nextToken === undefined && !op.endsWith('Versions'))
      .map(({ op, account, region, params }) => JSON.stringify([op, account, region, params]));
    expect(described.filter((one, index) => described.indexOf(one) !== index)).toEqual([]);
  });
});

describe('what the scan does to the API server', () => {
  test('it only gets and lists, each list once in pages, and never Secrets', () => {
    expect(new Set(requests.map(({ verb }) => verb))).toEqual(new Set(['get', 'list']));
    const lists = requests.filter(({ verb }) => verb === 'list').map(({ requestURI }) => new URL(requestURI, 'https://cluster'));
    const [first, further] = [false, true].map((continued) =>
      lists.filter(({ searchParams }) => searchParams.has('continue') === continued),
    );
    expect(first?.map(({ pathname }) => pathname).sort()).toEqual([
      '/api/v1/namespaces',
      '/api/v1/nodes',
      '/api/v1/persistentvolumes',
      '/api/v1/pods',
      '/api/v1/services',
      '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies',
      '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings',
      '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
      '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
      '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
      '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      '/apis/apps/v1/daemonsets',
      '/apis/apps/v1/deployments',
      '/apis/apps/v1/replicasets',
      '/apis/apps/v1/statefulsets',
      '/apis/batch/v1/cronjobs',
      '/apis/batch/v1/jobs',
      '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas',
      '/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations',
      '/apis/networking.k8s.io/v1/networkpolicies',
      '/apis/networking.k8s.io/v1/servicecidrs',
      '/apis/policy/v1/poddisruptionbudgets',
      '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
      '/apis/resource.k8s.io/v1/deviceclasses',
      '/apis/resource.k8s.io/v1/resourceclaims',
      '/apis/resource.k8s.io/v1/resourceclaimtemplates',
      '/apis/scheduling.k8s.io/v1/priorityclasses',
      '/apis/storage.k8s.io/v1/storageclasses',
      '/apis/storage.k8s.io/v1/volumeattributesclasses',
    ]);
    const furtherPages = new Set(further?.map(({ pathname }) => pathname));
    expect(furtherPages).toEqual(new Set(['/api/v1/pods', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings']));
    const limitsOf = (path: string) =>
      new Set(lists.filter(({ pathname }) => pathname === path).map(({ searchParams }) => searchParams.get('limit')));
    expect(limitsOf('/api/v1/pods')).toEqual(new Set(['10']));
    expect(limitsOf('/apis/apps/v1/replicasets')).toEqual(new Set(['50'])); // metadata alone: five times as many fit
    const pods = JSON.parse(kubectl('get', 'pods', '--all-namespaces', '--output', 'json')).items;
    expect(clusterNamed('payments').evidence['kubernetes.pods']).toMatchObject({ status: 'collected', items: pods.length });
    // What this server does not have: kwok runs no kube-proxy, and these kinds come later.
    const others = requests.filter(({ responseStatus }) => responseStatus.code !== 200);
    expect(others.map(({ requestURI, responseStatus }) => `${responseStatus.code} ${requestURI.replace(/\?.*/, '')}`).sort()).toEqual([
      '404 /api/v1/namespaces/kube-system/configmaps/kube-proxy-config',
      '404 /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies',
      '404 /apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings',
    ]);
  });

  test('it says who it is', () => {
    expect(new Set(requests.map(({ userAgent }) => userAgent?.replace(/\/.*/, '')))).toEqual(new Set(['eks-greenlight']));
    expect(new Set(requests.map(({ user }) => user.groups.toSorted().join(' ')))).toEqual(
      new Set(['eks-greenlight:scan system:authenticated']),
    );
  });
});

describe('the store', () => {
  const files = () =>
    readdirSync(join(folder, 'store'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  test('has the run, its clusters, findings, inventories and catalogues at their keys', () => {
    const day = run.runId.slice(0, 10);
    const clusters = run.clusters.map(({ cluster: { accountId, region, name } }) => ({ accountId, region, name }));
    const keys = files().map((file) => relative(join(folder, 'store'), file));
    expect(keys).toEqual(
      expect.arrayContaining([
        'config/greenlight.json',
        `runs/${run.runId}/run.json`,
        ...['us-east-1', 'eu-central-1'].map((region) => `catalog/${region}/${day}.json`),
        ...clusters.flatMap(({ accountId, region, name }) => [
          `runs/${run.runId}/clusters/${accountId}/${region}/${name}.json`,
          `findings/date=${day}/account=${accountId}/region=${region}/${name}.jsonl`,
          `inventory/${accountId}/${region}/${name}/${run.runId}.json.gz`,
        ]),
      ]),
    );
    expect(clusters.length).toBe(4);
    expect(keys.filter((key) => key.endsWith('.tmp'))).toEqual([]);
    expect(storedReport(folder, run.runId)).toEqual(run);
  });

  test('and the report hold no planted secret', () => {
    expect(outcome.stdout + outcome.stderr).not.toContain('planted-secret');
    for (const file of files()) {
      const body = readFileSync(file);
      expect((file.endsWith('.gz') ? gunzipSync(body) : body).includes('planted-secret'), file).toBe(false);
    }
  });
});
