import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { collectCommand } from '../../bin/commands/collect.ts';
import { clusterOfArn } from '../../functions/fleet/collect-in-cluster.ts';
import { parseInventory } from '../../functions/inventory/inventory.ts';
import { type CollectorValues, collectorObjects, namespace, sampleValues } from '../../scripts/reference/in-cluster.ts';
import { runCommand } from '../bin/commands/run-command.ts';
import { outcomeOf } from '../inventory/collect-simulated.ts';
import { kubectl } from './world.ts';

/** deploy/in-cluster: the chart gives the objects of the plain manifests, a real API server takes them, and what they allow is enough. */

const deploy = join(import.meta.dirname, '../../deploy/in-cluster');
const manifests = join(deploy, 'manifests/collector.yaml');

let helm: string;
let folder: string;
beforeAll(() => {
  const build = join(import.meta.dirname, 'helm/build.sh');
  helm = execFileSync(build, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  folder = mkdtempSync(join(tmpdir(), 'in-cluster-'));
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

const documents = (text: string): unknown[] => parseAllDocuments(text).map((document) => document.toJS());

/** By kind and name: in which order helm prints them does not matter. */
const sorted = (objects: readonly unknown[]) => {
  const identity = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });
  const keyOf = (object: unknown) => {
    const { kind, metadata } = identity.parse(object);
    return `${kind}/${metadata.name}`;
  };
  return objects.map((object) => [keyOf(object), object]).toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
};

function render(values: object): unknown[] {
  const file = join(folder, 'values.yaml');
  writeFileSync(file, stringify(values, { aliasDuplicateObjects: false }));
  const args = ['template', 'collector', join(deploy, 'chart'), '--namespace', namespace, '--kube-version', '1.34.0', '--values', file];
  return documents(execFileSync(helm, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** The same in the words of values.yaml. */
function chartValues({ image, imagePullPolicy, serviceAccountAnnotations, ...rest }: CollectorValues): object {
  const [repository, tag] = image.split(/:(?=[^:/]+$)/);
  return {
    ...rest,
    createNamespace: true,
    image: { repository, tag, pullPolicy: imagePullPolicy },
    ...(serviceAccountAnnotations ? { serviceAccount: { annotations: serviceAccountAnnotations } } : {}),
  };
}

describe('the chart', () => {
  test('gives the plain manifests by default, but for the namespace', () => {
    const { clusterArn, bucket, image } = sampleValues;
    const plain = documents(readFileSync(manifests, 'utf8'));
    const demanded = { clusterArn, bucket, image: { repository: image.slice(0, image.lastIndexOf(':')) } };
    expect(sorted(render({ ...demanded, createNamespace: true }))).toEqual(sorted(plain));
    expect(sorted(render(demanded))).toEqual(sorted(plain).filter(([key]) => key !== `Namespace/${namespace}`));
  });

  test.each<[string, Partial<CollectorValues>]>([
    ['another cluster and partition', { clusterArn: 'arn:aws-cn:eks:cn-north-1:222222222222:cluster/Orders_2' }],
    ['a log pipeline instead of a bucket', { bucket: '' }],
    ['IRSA', { serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111111111111:role/collector' } }],
    ['no opt-in', { optIns: { pods: false, helmReleases: false, metrics: false } }],
    ['every opt-in', { optIns: { pods: true, helmReleases: true, metrics: true } }],
    ['some opt-ins', { optIns: { pods: false, helmReleases: true, metrics: true } }],
    ['a schedule', { schedule: '30 4 * * 1-5' }],
    ['where it may run', { nodeSelector: { pool: 'system' }, tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }] }],
    [
      'an image and its resources',
      { image: 'registry.example.com:5000/tools/greenlight:v9', imagePullPolicy: 'Always', resources: { limits: { memory: '1Gi' } } },
    ],
  ])('gives the same objects as the generator: %s', (_, overrides) => {
    const values: CollectorValues = { ...sampleValues, ...overrides };
    // Values of maps are merged with the defaults; null takes a default away.
    const merged = {
      ...chartValues(values),
      ...(overrides.nodeSelector ? { nodeSelector: { 'kubernetes.io/os': null, ...overrides.nodeSelector } } : {}),
      ...(overrides.resources ? { resources: { requests: null, limits: { cpu: null, memory: '1Gi' } } } : {}),
    };
    expect(sorted(render(merged))).toEqual(sorted(collectorObjects(values)));
  });

  test.each([
    ['no ARN', { clusterArn: '' }],
    ['the ARN of a role', { clusterArn: 'arn:aws:iam::111111111111:role/payments' }],
    ['no image', { image: { repository: '' } }],
    ['a bucket with a scheme', { bucket: 's3://findings' }],
    ['a value of another name', { optins: { pods: true } }],
    ['an opt-in that does not exist', { optIns: { secrets: true } }],
    ['six fields of cron', { schedule: '0 0 * * * *' }],
  ])('refuses %s', (_, wrong) => {
    expect(() => render({ ...chartValues(sampleValues), ...wrong })).toThrow(/values don't meet the specifications of the schema/);
  });
});

describe('a real API server', () => {
  beforeAll(() => kubectl('apply', '--filename', manifests));
  afterAll(() => kubectl('delete', '--ignore-not-found', '--filename', manifests));

  test('admits the pod of the CronJob under the pod security level of its namespace', () => {
    const template = z
      .object({
        spec: z.object({ jobTemplate: z.object({ spec: z.object({ template: z.object({ spec: z.record(z.string(), z.unknown()) }) }) }) }),
      })
      .parse(JSON.parse(kubectl('get', 'cronjob', 'eks-greenlight-collector', '--namespace', namespace, '--output', 'json')));
    const { spec } = template.spec.jobTemplate.spec.template;
    const admitted = (pod: object): string => {
      const file = join(folder, 'pod.json');
      writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'sample', namespace }, spec: pod }));
      return kubectl('create', '--dry-run=server', '--filename', file);
    };
    expect(admitted(spec)).toContain('pod/sample created');
    expect(() => admitted({ ...spec, securityContext: {} })).toThrow();
  });

  test('gives its service account everything that the collector asks for, and nothing that it must not see', async () => {
    const cluster = clusterOfArn(sampleValues.clusterArn);
    const { clusters } = z
      .object({
        clusters: z.array(z.object({ cluster: z.object({ server: z.url(), 'certificate-authority-data': z.base64() }) })).length(1),
      })
      .parse(JSON.parse(kubectl('config', 'view', '--raw', '--flatten', '--output', 'json')));
    const { server = '', 'certificate-authority-data': authority = '' } = clusters[0]?.cluster ?? {};
    writeFileSync(join(folder, 'ca.crt'), Buffer.from(authority, 'base64'));
    writeFileSync(join(folder, 'token'), kubectl('create', 'token', 'eks-greenlight-collector', '--namespace', namespace));
    const { hostname: host, port } = new URL(server);
    const pod = { host, port, serviceAccountFolder: folder };
    const args = ['collect', '--in-cluster', '--cluster-arn', sampleValues.clusterArn, '--output', '-'];
    const { code, out, err } = await runCommand(collectCommand, args, { pod });
    expect({ code, err }).toEqual({ code: 0, err: [expect.stringMatching(/: (\d+) of \1 kinds of evidence$/)] });
    const inventory = parseInventory(JSON.parse(out));
    expect(inventory.cluster).toEqual(cluster);
    expect(outcomeOf(inventory)).toMatchObject({ 'kubernetes.nodes': 'collected', 'kubernetes.pods': 'collected' });
    const can = (...what: string[]) => {
      const as = `system:serviceaccount:${namespace}:eks-greenlight-collector`;
      try {
        return kubectl('auth', 'can-i', ...what, '--all-namespaces', '--as', as).trim();
      } catch {
        return 'no'; // with exit code 1
      }
    };
    expect(can('list', 'pods')).toBe('yes');
    expect(
      ['list secrets', 'list configmaps', 'create pods', 'delete nodes', 'patch deployments'].map((what) => can(...what.split(' '))),
    ).toEqual(['no', 'no', 'no', 'no', 'no']);
  });
});
