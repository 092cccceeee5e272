import { rmSync } from 'node:fs';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  EKSClient,
  ListAccessEntriesCommand,
} from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { asRoot } from './aws-client.ts';
import { EXTERNAL_ID, LOGISTICS_ACCOUNT, SCAN_ROLE } from './fleet.ts';
import { greenlight, workingFolder } from './greenlight.ts';
import { allowScan } from './populate.ts';
import { kubectl } from './world.ts';

/** `greenlight access apply` and `verify` against access entries and a real API server: cluster vault, to which the scan role is unknown. */

const ADMINISTRATOR = 'platform-admin';
const clusterName = 'vault';
const cluster = ['--cluster', clusterName, '--region', 'eu-central-1', '--format', 'json'];
const arnOf = (role: string) => `arn:aws:iam::${LOGISTICS_ACCOUNT}:role/${role}`;
const scanEntry = { clusterName, principalArn: arnOf(SCAN_ROLE) };

const eks = () => new EKSClient(asRoot(LOGISTICS_ACCOUNT, 'EKS', 'eu-central-1'));

let folder: string;
beforeAll(async () => {
  folder = workingFolder();
  await makeAdministrator();
  kubectl('delete', 'clusterrolebinding,clusterrole', 'eks-greenlight:scan');
});
afterAll(async () => {
  kubectl('delete', 'clusterrolebinding', 'too-much', '--ignore-not-found');
  kubectl('delete', 'clusterrolebinding,clusterrole', 'eks-greenlight:scan'); // ours lack what `kubectl apply` notes
  allowScan(inject('kubectl'));
  for (const role of [SCAN_ROLE, ADMINISTRATOR]) await eks().send(new DeleteAccessEntryCommand({ clusterName, principalArn: arnOf(role) }));
  rmSync(folder, { recursive: true, force: true });
});

/** A role of the account that is an administrator of the cluster. */
async function makeAdministrator(): Promise<void> {
  const cloudFormation = new CloudFormationClient(asRoot(LOGISTICS_ACCOUNT, 'CLOUDFORMATION'));
  const Principal = { AWS: `arn:aws:iam::${LOGISTICS_ACCOUNT}:root` };
  const Role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: ADMINISTRATOR,
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] },
      Policies: [{ PolicyName: 'all', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'eks:*', Resource: '*' }] } }],
    },
  };
  const stack = {
    StackName: ADMINISTRATOR,
    TemplateBody: JSON.stringify({ Resources: { Role } }),
    Capabilities: ['CAPABILITY_NAMED_IAM' as const],
  };
  await cloudFormation.send(new CreateStackCommand(stack));
  await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 60, minDelay: 0.1, maxDelay: 0.2 }, stack);
  const entry = { clusterName, principalArn: arnOf(ADMINISTRATOR) };
  await eks().send(new CreateAccessEntryCommand(entry));
  const policyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
  await eks().send(new AssociateAccessPolicyCommand({ ...entry, policyArn, accessScope: { type: 'cluster' } }));
}

/** As the administrator of the cluster. */
function applied(...more: readonly string[]) {
  const root = { AWS_ACCESS_KEY_ID: LOGISTICS_ACCOUNT, AWS_SECRET_ACCESS_KEY: 'test' };
  return greenlight(folder, ['access', 'apply', ...cluster, '--role-name', ADMINISTRATOR, ...more], root);
}

async function apply(...more: readonly string[]) {
  const { exitCode, stdout, stderr } = await applied(...more);
  if (stdout === '') throw new Error(stderr);
  const [{ outcome, steps }] = JSON.parse(stdout).clusters;
  return { exitCode, outcome, steps: steps.map((step: Record<string, string>) => [step.step, step.outcome]) };
}

/** As the scan does it: through the scan role. */
async function verify() {
  const role = ['--role-arn', arnOf(SCAN_ROLE), '--external-id', EXTERNAL_ID];
  const { exitCode, stdout, stderr } = await greenlight(folder, ['access', 'verify', ...cluster, ...role]);
  if (stdout === '') throw new Error(stderr);
  const [verified] = JSON.parse(stdout).clusters;
  return { exitCode, ...verified };
}

const inCluster = () =>
  kubectl(
    'get',
    'clusterrole,clusterrolebinding',
    '--output',
    'jsonpath={.items[?(@.metadata.name=="eks-greenlight:scan")].metadata.resourceVersion}',
  );
const entries = async () => (await eks().send(new ListAccessEntriesCommand({ clusterName }))).accessEntries;

describe('a cluster that does not know the scan role', () => {
  test('is said so, with the commands that let it in', async () => {
    const verified = await verify();
    expect(verified).toMatchObject({ exitCode: 1, status: 'missing', kubernetes: { problem: { code: 'AccessNotConfigured' } } });
    expect(verified.fixes.join('\n')).toContain('aws eks create-access-entry');
  });

  test('is told what would be done, and nothing is', async () => {
    const before = await entries();
    expect(await apply('--dry-run')).toEqual({
      exitCode: 0,
      outcome: 'would',
      steps: [
        ['access entry', 'would'],
        ['ClusterRole', 'would'],
        ['ClusterRoleBinding', 'would'],
      ],
    });
    expect(await entries()).toEqual(before);
    expect(inCluster()).toBe('');
  });

  test('lets it in, with what a scan needs and nothing more', async () => {
    expect(await apply()).toMatchObject({ exitCode: 0, outcome: 'done' });
    const { accessEntry } = await eks().send(new DescribeAccessEntryCommand(scanEntry));
    expect(accessEntry?.kubernetesGroups).toEqual(['eks-greenlight:scan']);
    expect(await verify()).toMatchObject({
      exitCode: 0,
      status: 'complete',
      principalArn: scanEntry.principalArn,
      kubernetes: { missing: [], excessive: [], problem: null },
      fixes: [],
    });
  });

  test('is left alone the second time', async () => {
    const before = inCluster();
    expect(before.split(' ')).toHaveLength(2);
    expect(await apply()).toEqual({
      exitCode: 0,
      outcome: 'unchanged',
      steps: [
        ['access entry', 'unchanged'],
        ['ClusterRole', 'unchanged'],
        ['ClusterRoleBinding', 'unchanged'],
      ],
    });
    expect(inCluster()).toBe(before);
  });
});

describe('a cluster whose ClusterRole was changed by hand', () => {
  test('is missing what was taken away, and is not overwritten by force', async () => {
    const nodes = JSON.stringify({ rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list'] }] });
    kubectl('patch', 'clusterrole', 'eks-greenlight:scan', '--type', 'merge', '--patch', nodes);
    const verified = await verify();
    expect(verified).toMatchObject({ exitCode: 1, status: 'missing', kubernetes: { problem: null, excessive: [] } });
    expect(verified.kubernetes.missing).toContain('list pods');
    expect(verified.kubernetes.missing).not.toContain('list nodes');
    const { exitCode, stdout } = await applied();
    expect(exitCode).toBe(1);
    expect(stdout).toContain('conflict with \\"kubectl-patch\\"');
    kubectl('delete', 'clusterrole', 'eks-greenlight:scan');
    expect((await apply()).steps).toContainEqual(['ClusterRole', 'done']);
    expect(await verify()).toMatchObject({ exitCode: 0, status: 'complete' });
  });

  test('is more than needed when its group is an administrator', async () => {
    kubectl('create', 'clusterrolebinding', 'too-much', '--clusterrole', 'cluster-admin', '--group', 'eks-greenlight:scan');
    expect(await verify()).toMatchObject({ exitCode: 0, status: 'excessive', kubernetes: { missing: [], excessive: ['* *.*'] } });
    kubectl('delete', 'clusterrolebinding', 'too-much');
    expect(await verify()).toMatchObject({ exitCode: 0, status: 'complete' });
  });
});
