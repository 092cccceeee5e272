import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CreateAccessEntryCommand, DeleteAccessEntryCommand, EKSClient } from '@aws-sdk/client-eks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EvidenceKey } from '../../functions/inventory/evidence/list.ts';
import { parseInventory, readEvidence } from '../../functions/inventory/inventory.ts';
import { clusterRole, EXTERNAL_ID, LOGISTICS_ACCOUNT, PAYMENTS_ACCOUNT, SCAN_ROLE, TODAY } from './fleet.ts';
import { configuration, greenlight, type Outcome, reportOf, workingFolder } from './greenlight.ts';
import { client, root } from './scan-role.ts';
import { admin, kubectl } from './world.ts';

/** `greenlight scan --cluster`: one cluster from the laptop, and what goes wrong there. */

const roleArn = `arn:aws:iam::${PAYMENTS_ACCOUNT}:role/${SCAN_ROLE}`;
const throughRole = ['--role-arn', roleArn, '--external-id', EXTERNAL_ID];
const scan = (cluster: string, ...more: readonly string[]) => [
  'scan',
  '--cluster',
  cluster,
  '--format',
  'json',
  '--store',
  'store',
  '--as-of',
  TODAY,
  '--quiet',
  ...more,
];

const manifest = (file: string) => join(import.meta.dirname, 'manifests', file);

let folder: string;
beforeEach(() => {
  folder = workingFolder();
});
afterEach(async () => {
  await admin({ clear: '*' });
  rmSync(folder, { recursive: true, force: true });
});

/** What a person reads: one line, no stack. */
function expectOneSentence({ exitCode, stderr }: Outcome, ...parts: readonly string[]): void {
  expect(exitCode).toBe(1);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  for (const part of parts) expect(stderr).toContain(part);
}

test('one cluster through its role: complete, and judged as in the fleet', async () => {
  const outcome = await greenlight(folder, scan('payments', '--region', 'us-east-1', ...throughRole));
  const run = reportOf(outcome);
  expect(outcome.exitCode).toBe(0);
  expect(run.coverage).toMatchObject({ complete: true, clusters: [{ name: 'payments', status: 'scanned', unavailable: {} }] });
  expect(run.clusters[0]).toMatchObject({ verdict: 'NOT_READY', cluster: { accountId: PAYMENTS_ACCOUNT, region: 'us-east-1' } });
  const other = workingFolder(configuration);
  const fleet = reportOf(
    await greenlight(other, ['scan', '--config', 'greenlight.yaml', '--format', 'json', '--store', 'store', '--as-of', TODAY]),
  );
  rmSync(other, { recursive: true, force: true });
  const ids = ({ clusters }: typeof run) =>
    clusters.find(({ cluster }) => cluster.name === 'payments')?.findings.map(({ id, severity }) => [id, severity]);
  expect(ids(run)).toEqual(ids(fleet));
});

test('--fail-on: 2 for what it names, 3 for incomplete coverage', async () => {
  const required = await greenlight(folder, scan('payments', '--region', 'us-east-1', '--fail-on', 'required', ...throughRole));
  expect(required.exitCode).toBe(2);
  const unknown = await greenlight(folder, scan('legacy', '--region', 'us-east-1', '--fail-on', 'unknown', ...throughRole));
  expect(unknown.exitCode).toBe(3);
});

test('without its ClusterRole the role is forbidden, and the findings of AWS stay', async () => {
  const binding = 'clusterrolebinding/eks-greenlight:scan';
  kubectl('delete', binding);
  try {
    const run = reportOf(await greenlight(folder, scan('payments', '--region', 'us-east-1', ...throughRole)));
    expect(Object.keys(run.coverage.clusters[0]?.unavailable ?? {})).toEqual(['Forbidden']);
    expect(run.clusters[0]?.evidence['kubernetes.nodes']).toMatchObject({ status: 'unavailable', code: 'Forbidden' });
    expect(run.clusters[0]?.findings.map(({ check }) => check)).toContain('support-ending');
    expect(run.clusters[0]?.checks.find(({ check }) => check === 'pdb-blocks-drain')?.status).toBe('unknown');
  } finally {
    kubectl('apply', '--filename', clusterRole);
  }
});

test('every list of the API server is read through the generated ClusterRole, and trimmed', async () => {
  const definitions = ['--filename', manifest('custom-resource-definitions.yaml')];
  const objects = ['--filename', manifest('beside-workloads.yaml')];
  kubectl('apply', ...definitions);
  try {
    kubectl('wait', '--for=condition=Established', '--timeout=30s', ...definitions);
    kubectl('apply', ...objects);
    const collect = ['collect', '--cluster', 'payments', '--region', 'us-east-1', '--output', '-', '--quiet'];
    const { stdout, stderr } = await greenlight(folder, [...collect, ...throughRole]);
    expect(stderr).toBe('');
    const inventory = parseInventory(JSON.parse(stdout));
    const failed = Object.entries(inventory.evidence).filter(([, { status }]) => status !== 'collected');
    expect(failed.filter(([key]) => key.startsWith('kubernetes.')).map(([key, entry]) => [key, entry])).toEqual([
      ['kubernetes.deprecatedApiRequests', expect.objectContaining({ code: 'NotRequested' })],
      ['kubernetes.helmReleases', expect.objectContaining({ code: 'NotRequested' })],
    ]);
    const dataOf = (key: EvidenceKey) => {
      const evidence = readEvidence(inventory, key);
      return evidence.status === 'collected' ? evidence.data : evidence.code;
    };
    const named = (name: string) => expect.objectContaining({ metadata: expect.objectContaining({ name }) });
    for (const [key, name] of [
      ['kubernetes.namespaces', 'kube-system'],
      ['kubernetes.services', 'kubernetes'],
      ['kubernetes.priorityClasses', 'system-node-critical'],
      ['kubernetes.clusterRoleBindings', 'system:public-info-viewer'],
      ['kubernetes.customResourceDefinitions', 'nodepools.karpenter.sh'],
      ['kubernetes.nodePools', 'general'],
      ['kubernetes.eniConfigs', 'us-east-1a'],
    ] as const)
      expect(dataOf(key)).toContainEqual(named(name));
    expect(dataOf('kubernetes.endpointSlices')).toEqual([named('gate-1'), named('policy-1')]);
    expect(dataOf('kubernetes.ec2NodeClasses')).toEqual([]);
    expect(dataOf('kubernetes.kubeProxyConfig')).toBe('mode: ipvs\n');
    expect(dataOf('kubernetes.webhookConfigurations')).toMatchObject({ validating: [named('nothing')], mutating: [] });
  } finally {
    kubectl('delete', '--ignore-not-found', '--wait=false', ...objects, ...definitions);
  }
});

test('without an access entry it names the command that helps, and that helps', async () => {
  const role = `arn:aws:iam::${LOGISTICS_ACCOUNT}:role/${SCAN_ROLE}`;
  const vault = () => greenlight(folder, scan('vault', '--region', 'eu-central-1', '--role-arn', role, '--external-id', EXTERNAL_ID));
  const before = reportOf(await vault()).clusters[0]?.evidence['kubernetes.nodes'];
  expect(before).toMatchObject({ code: 'AccessNotConfigured' });
  const [, region, clusterName, principalArn, group] =
    /create-access-entry --region (\S+) --cluster-name (\S+) --principal-arn (\S+) --kubernetes-groups ([^\s;]+)/.exec(
      before?.message ?? '',
    ) ?? [];
  const eks = new EKSClient({ ...client('EKS', region), credentials: root(LOGISTICS_ACCOUNT) });
  await eks.send(new CreateAccessEntryCommand({ clusterName, principalArn, kubernetesGroups: [group ?? ''] }));
  try {
    expect(reportOf(await vault()).coverage.complete).toBe(true);
  } finally {
    await eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn }));
  }
});

test('throttled for a moment: it tries again and misses nothing', async () => {
  await admin({ fault: 'throttle', operation: 'DescribeNodegroup', count: 2 });
  const run = reportOf(await greenlight(folder, scan('payments', '--region', 'us-east-1', ...throughRole)));
  expect(run.coverage.complete).toBe(true);
});

test('with neither cluster nor configuration: the clusters of the region, and how to go on', async () => {
  const outcome = await greenlight(folder, ['scan', '--region', 'us-east-1', ...throughRole]);
  expect(outcome.exitCode).toBe(0);
  for (const name of ['legacy', 'payments']) expect(outcome.stdout).toContain(name);
  expect(outcome.stderr).toContain('--cluster');
});

test('expired credentials', async () => {
  await admin({
    fault: 'fail',
    status: 403,
    code: 'ExpiredToken',
    message: 'The security token included in the request is expired',
    count: 1000,
  });
  expectOneSentence(await greenlight(folder, scan('payments', '--region', 'us-east-1', ...throughRole)), 'ExpiredToken', 'sign in again');
});

test('no credentials', async () => {
  const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  expectOneSentence(await greenlight(folder, scan('payments', '--region', 'us-east-1', ...throughRole), none), 'credentials');
});

test('no fleet account can be entered', async () => {
  const fleet = workingFolder(configuration);
  await admin({
    fault: 'fail',
    status: 403,
    code: 'ExpiredToken',
    message: 'The security token included in the request is expired',
    count: 1000,
  });
  const outcome = await greenlight(fleet, ['scan', '--config', 'greenlight.yaml', '--format', 'json', '--store', 'store', '--quiet']);
  rmSync(fleet, { recursive: true, force: true });
  expectOneSentence(outcome, 'ExpiredToken');
});

test('credentials that may not read the cluster', async () => {
  expectOneSentence(await greenlight(folder, scan('payments', '--region', 'us-east-1')), 'eks:DescribeCluster', 'payments');
});

test('a role that refuses', async () => {
  const guessed = ['--role-arn', roleArn, '--external-id', 'guessed'];
  expectOneSentence(await greenlight(folder, scan('payments', '--region', 'us-east-1', ...guessed)), roleArn);
});

test('a cluster that does not exist', async () => {
  expectOneSentence(await greenlight(folder, scan('paymnts', '--region', 'us-east-1', ...throughRole)), 'paymnts', 'us-east-1');
});

test('a cluster of another region', async () => {
  expectOneSentence(await greenlight(folder, scan('payments', '--region', 'eu-central-1', ...throughRole)), 'payments', 'eu-central-1');
});

test('no region at all', async () => {
  expectOneSentence(await greenlight(folder, scan('payments', ...throughRole), { AWS_REGION: undefined }), 'region');
});
