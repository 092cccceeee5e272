import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { configurationTemplate } from '../../functions/config/template.ts';
import { collectInventory } from '../../functions/inventory/collect.ts';
import { demoScope } from '../../functions/wiring/demo.ts';
import { demoRun } from '../../scripts/reference/picture.ts';
import { jsonSchemas } from '../../scripts/reference/schemas.ts';

/** The published schemas as a reader would use them: from their JSON alone. */
const schemas = jsonSchemas();
const published = (name: string) => z.fromJSONSchema(JSON.parse(schemas[`${name}.json`] ?? '', withoutKeyChoices));
const accepts = (name: string, value: unknown) => published(name).safeParse(JSON.parse(JSON.stringify(value))).success;

/** zod reads a schema that has nothing but `required` as one that anything fits, so that a `oneOf` of such fits nothing. */
function withoutKeyChoices(key: string, value: unknown): unknown {
  const onlyRequired = (branch: unknown) => typeof branch === 'object' && branch !== null && Object.keys(branch).join() === 'required';
  return (key === 'oneOf' || key === 'anyOf') && Array.isArray(value) && value.every(onlyRequired) ? undefined : value;
}

const run = await demoRun();
const [report] = run.clusters;
const finding = report?.findings[0];

async function demoInventory() {
  const { targets, sources, clock, configuration } = demoScope();
  const [target] = targets;
  if (!target) throw new Error('the demo fleet has no target');
  const [name = ''] = await sources.listClusters(target);
  const opened = await sources.openCluster(target, name);
  const { accountId, region } = target;
  const cluster = { accountId, region, name, arn: opened.arn };
  return collectInventory({ ...opened, cluster, clock, pageSize: configuration.kubernetes.pageSize, isRequested: () => true });
}

describe('published JSON Schemas', () => {
  it.each(Object.entries(schemas))('%s names its dialect and itself', (file, text) => {
    expect(JSON.parse(text)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:eks-greenlight:${file.replace('.json', '')}:1`,
    });
  });

  it('the demo run fits, with its reports and findings', () => {
    expect(accepts('run-report', run)).toBe(true);
    expect(run.clusters.filter((cluster) => !accepts('cluster-report', cluster))).toEqual([]);
    const findings = run.clusters.flatMap((cluster) => cluster.findings);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter((one) => !accepts('finding', one))).toEqual([]);
  });

  it('a demo inventory fits, and so does evidence that is not known yet', async () => {
    const inventory = await demoInventory();
    expect(accepts('inventory', inventory)).toBe(true);
    const evidence = { ...inventory.evidence, 'eks.somethingNew': { status: 'collected', data: 1 } };
    expect(accepts('inventory', { ...inventory, evidence })).toBe(true);
    const broken = { ...inventory.evidence, 'kubernetes.nodes': { status: 'collected', data: [{ name: 'no metadata' }] } };
    expect(accepts('inventory', { ...inventory, evidence: broken })).toBe(false);
  });

  it('what has another shape does not fit', () => {
    expect(accepts('run-report', { ...run, runId: 1 })).toBe(false);
    expect(accepts('run-report', { ...run, schemaVersion: '2' })).toBe(false);
    expect(accepts('cluster-report', { ...report, verdict: 'FINE' })).toBe(false);
    expect(accepts('finding', { ...finding, severity: 'fatal' })).toBe(false);
    expect(accepts('finding', { ...finding, subject: undefined })).toBe(false);
  });

  it('a field of a later release of version 1 is no mistake', () => {
    expect(accepts('run-report', { ...run, later: true })).toBe(true);
    expect(accepts('finding', { ...finding, later: true })).toBe(true);
  });

  it('the first greenlight.yaml fits, a misspelt key does not', () => {
    const written = parseYaml(configurationTemplate);
    expect(accepts('configuration', written)).toBe(true);
    expect(accepts('configuration', { ...written, regionz: 'enabled' })).toBe(false);
  });
});
