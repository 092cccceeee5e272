import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { collectCommand } from '../../bin/commands/collect.ts';
import { clusterRules } from '../../functions/access/cluster-rules.ts';
import { parseConfiguration } from '../../functions/config/load.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { type CollectorValues, collectorObjects, inClusterFiles, minuteOf, sampleValues } from '../../scripts/reference/in-cluster.ts';
import { runCommand } from '../bin/commands/run-command.ts';

const container = z.looseObject({ args: z.array(z.string()), securityContext: z.unknown(), resources: z.unknown() });
const cronJob = z.object({
  kind: z.literal('CronJob'),
  spec: z.looseObject({
    schedule: z.string(),
    jobTemplate: z.object({
      spec: z.looseObject({
        template: z.object({ spec: z.looseObject({ securityContext: z.unknown(), containers: z.array(container).length(1) }) }),
      }),
    }),
  }),
});
const configMap = z.object({ kind: z.literal('ConfigMap'), data: z.object({ 'greenlight.yaml': z.string() }) });

const find = <S extends z.ZodType>(schema: S, values: CollectorValues = sampleValues): z.output<S> => {
  const found = collectorObjects(values).flatMap((object) => schema.safeParse(object).data ?? []);
  expect(found).toHaveLength(1);
  return schema.parse(found[0]);
};

describe('the manifests', () => {
  it.each(inClusterFiles())('%s is what the generator gives', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(text).not.toMatch(/[&*]a\d/);
  });

  it('run as nobody, with nothing', () => {
    const { containers, ...pod } = find(cronJob).spec.jobTemplate.spec.template.spec;
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(containers[0]).toMatchObject({
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      resources: { requests: { memory: expect.anything(), cpu: expect.anything() }, limits: { memory: expect.anything() } },
    });
  });

  it('never run twice at a time, nor for ever', () => {
    const { jobTemplate, ...spec } = find(cronJob).spec;
    expect(spec).toMatchObject({ concurrencyPolicy: 'Forbid' });
    expect(jobTemplate.spec).toMatchObject({ backoffLimit: 2, activeDeadlineSeconds: 900, ttlSecondsAfterFinished: 86_400 });
  });

  it.each([
    { pods: true, helmReleases: false, metrics: false },
    { pods: false, helmReleases: true, metrics: true },
  ])('allow and ask for the same: %j', (optIns) => {
    const values = { ...sampleValues, optIns };
    expect(collectorObjects(values)).toContainEqual(
      expect.objectContaining({ kind: 'ClusterRole', rules: clusterRules({ kubernetes: optIns }) }),
    );
    const configuration = parseConfiguration(find(configMap, values).data['greenlight.yaml'], 'greenlight.yaml', { checks: [] });
    expect(configuration).toMatchObject({ accounts: { explicit: [{ id: '111111111111' }] }, kubernetes: optIns });
  });

  it.each(['findings-bucket', ''])('call the command line as it wants to be called: bucket %j', async (bucket) => {
    const args = find(cronJob, { ...sampleValues, bucket }).spec.jobTemplate.spec.template.spec.containers[0]?.args ?? [];
    expect(args.at(-1)).toBe(bucket === '' ? '-' : 's3://findings-bucket');
    const { err } = await runCommand(collectCommand, args, { pod: undefined });
    expect(err).toEqual([expect.stringContaining('this is no pod')]);
  });
});

describe('the minute of a cluster', () => {
  it('is Adler-32 of its ARN, as the chart computes it', () => {
    expect(minuteOf('Wikipedia')).toBe(0x11e60398 % 60);
    expect(find(cronJob).spec.schedule).toBe(`${minuteOf(sampleValues.clusterArn)} */12 * * *`);
  });

  it('is one of the hour, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        expect([Number.isInteger(minuteOf(text)), minuteOf(text) >= 0, minuteOf(text) < 60]).toEqual([true, true, true]);
      }),
    );
  });

  it('spreads a fleet over the hour', () => {
    const minutes = Array.from({ length: 600 }, (_, index) => minuteOf(`arn:aws:eks:eu-west-1:111111111111:cluster/team-${index}`));
    expect(new Set(minutes).size).toBeGreaterThan(50);
  });
});

describe('the chart', () => {
  const text = (path: string) => readFileSync(`deploy/in-cluster/chart/${path}`, 'utf8');

  it('has the version of the product', () => {
    expect(parse(text('Chart.yaml'))).toMatchObject({ version: packageJson.version, appVersion: packageJson.version });
  });

  it('describes each of its values, and no other', () => {
    const schema = z.object({ properties: z.record(z.string(), z.unknown()) }).parse(JSON.parse(text('values.schema.json')));
    expect(Object.keys(schema.properties).filter((name) => name !== 'global')).toEqual(
      Object.keys(parse(text('values.yaml'))).toSorted(bySchema(schema)),
    );
  });
});

/** The schema's own order. */
const bySchema =
  ({ properties }: { readonly properties: object }) =>
  (one: string, other: string): number =>
    Object.keys(properties).indexOf(one) - Object.keys(properties).indexOf(other);
