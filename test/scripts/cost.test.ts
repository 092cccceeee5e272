import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { storedRunSchema } from '../../functions/fleet/run-report.ts';
import { runMetrics } from '../../functions/handlers/scan/run-metrics.ts';
import { keys } from '../../functions/store/layout.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { costPage, fixedCost, goalUsd, marginalCost, total, usage } from '../../scripts/reference/cost.ts';
import { demoWorld } from '../../simulator/fleet/demo-fleet.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { type Execution, startExecution } from '../../simulator/step-functions/run-asl.ts';
import { publishFor } from '../handlers/simulated-pipeline.ts';
import { toolingStack } from '../lib/stacks.ts';
import { synthesized } from '../lib/synthesized.ts';
import { aslText } from '../machines/asl-texts.ts';
import { outbox, realHandlers } from '../machines/real-scan.ts';

const { measured } = usage;

it('the page is what the code says; else run npm run generate', () => {
  expect(readFileSync('docs/guide/cost.md', 'utf8')).toBe(costPage());
});

describe('the bill', () => {
  it('is the sum of its lines, and meets the goal beside the fixed cost', () => {
    expect(total({ one: 0.01, other: 0.02 })).toBeCloseTo(0.03);
    expect(total(marginalCost('small'))).toBeLessThan(total(marginalCost('large')));
    expect(total(marginalCost('large'))).toBeLessThan(goalUsd);
  });

  it('has each quantity times its price', () => {
    const nothing = { ...usage, measured: { ...measured, alarmMetrics: 0, customMetrics: 0, dashboards: 0 } };
    expect(total(fixedCost()) - total(fixedCost(nothing))).toBeCloseTo(
      measured.alarmMetrics * 0.1 + measured.customMetrics * 0.3 + measured.dashboards * 3,
    );
    const twice = { ...usage, measured: { ...measured, putsPerCluster: measured.putsPerCluster + 1 } };
    expect(total(marginalCost('small', twice)) - total(marginalCost('small'))).toBeCloseTo(30 * (0.000005 + 0.000003), 9);
    const longer = { ...usage, assumed: { ...usage.assumed, scanSeconds: { small: 6, large: 16 } } };
    expect(total(marginalCost('small', longer)) - total(marginalCost('small'))).toBeCloseTo(30 * 1.5 * 0.0000133334, 9);
  });

  it('grows with the number of runs, and never falls below the storage', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }), (runs, more) => {
        const [few, many] = [runs, runs + more].map((runsPerMonth) => total(marginalCost('small', { ...usage, runsPerMonth })));
        return (few ?? 0) < (many ?? 0);
      }),
    );
  });
});

describe('what is called measured', () => {
  const world = demoWorld();
  const names = world.accounts.flatMap(({ regions }) => regions.flatMap(({ clusters }) => clusters.map(({ cluster }) => cluster.name)));
  const memory = memoryStore();
  const requests: { readonly key: string; readonly kind: 'get' | 'put'; readonly bytes: number }[] = [];
  let run: Execution;
  let previous: Execution;

  /** Notes each get and put. */
  const noted: ObjectStore = {
    get: async (key) => note(key, 'get', '', memory.store.get(key)),
    put: async (key, body) => note(key, 'put', body, memory.store.put(key, body)),
    putIfAbsent: async (key, body) => note(key, 'put', body, memory.store.putIfAbsent(key, body)),
    putIfUnchanged: async (key, body, version) => note(key, 'put', body, memory.store.putIfUnchanged(key, body, version)),
    remove: (key) => memory.store.remove(key),
    list: (prefix) => memory.store.list(prefix),
  };
  function note<T>(key: string, kind: 'get' | 'put', body: Uint8Array | string, answer: T): T {
    requests.push({ key, kind, bytes: typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength });
    return answer;
  }
  const ofClusters = (kind: 'get' | 'put', prefix = '') =>
    requests.filter((one) => {
      const [, last = '', file = ''] = /([^/]+)\/([^/]+)$/.exec(one.key) ?? [];
      const isCluster = names.some((name) => last === name || file.startsWith(`${name}.json`));
      return one.kind === kind && one.key.startsWith(prefix) && isCluster;
    });
  const kilobytes = (prefix: string) => {
    const puts = ofClusters('put', prefix);
    return puts.reduce((sum, { bytes }) => sum + bytes, 0) / puts.length / 1000;
  };

  const scan = (day: number) =>
    startExecution(
      aslText('fleet-scan'),
      { store: noted, handlers: realHandlers(noted, () => world, outbox().ports) },
      { name: `fleet-scan:day-${day}`, startTime: `2026-11-${day}T06:00:00Z`, input: { asOf: `2026-11-${day}`, notify: true } },
    );

  beforeAll(async () => {
    await publishFor(memory.store, world);
    previous = await scan(21);
    requests.length = 0;
    run = await scan(22);
  });

  it('are the states of a run and of its children', () => {
    expect([previous.status, run.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(run.visited).toHaveLength(measured.transitionsPerRun);
    const scans = run.children.filter(({ id }) => id.includes('/ScanClusters:'));
    expect(scans).toHaveLength(names.length);
    for (const { visited } of scans) expect(visited.length + 1).toBe(measured.transitionsPerCluster);
  });

  it('are the requests to the store', () => {
    expect(Math.ceil(ofClusters('put').length / names.length)).toBe(measured.putsPerCluster);
    expect(Math.ceil(ofClusters('get').length / names.length)).toBe(measured.getsPerCluster);
  });

  it('are the sizes of what a scan leaves', () => {
    const { runId } = z.object({ runId: z.string() }).parse(run.output);
    const found = {
      inventory: kilobytes('inventory/'),
      report: kilobytes(`runs/${runId}/clusters/`),
      findings: kilobytes('findings/'),
      coverage: kilobytes(`runs/${runId}/coverage/`),
      state: kilobytes('state/clusters/'),
    };
    for (const [kind, size] of Object.entries(measured.kilobytes)) {
      const actual = z.record(z.string(), z.number()).parse(found)[kind] ?? Number.NaN;
      expect(Math.abs(actual - size), `${kind}: ${actual} kB`).toBeLessThan(0.05 + size * 0.1);
    }
  });

  it('are the metrics that a run publishes', () => {
    const { runId } = z.object({ runId: z.string() }).parse(run.output);
    expect(runMetrics(storedRunSchema.parse(JSON.parse(memory.text(keys.run(runId)))))).toHaveLength(measured.customMetrics);
  });

  it('are the functions, alarms and lifetimes of the stack', () => {
    const stack = synthesized(toolingStack());
    const memoryOf = (name: string) =>
      stack.ofType('AWS::Lambda::Function').find(({ properties }) => properties.FunctionName === `eks-greenlight-${name}`)?.properties
        .MemorySize;
    expect([memoryOf('scan-cluster'), memoryOf('summarize-run'), memoryOf('list-clusters')]).toEqual([
      measured.lambdaMiB.scanCluster,
      measured.lambdaMiB.summarizeRun,
      measured.lambdaMiB.default,
    ]);
    const metrics = z.array(z.looseObject({ MetricStat: z.unknown() }));
    const watched = stack.ofType('AWS::CloudWatch::Alarm').map(({ properties: { Metrics } }) => {
      if (Metrics === undefined) return 1;
      return metrics.parse(Metrics).filter(({ MetricStat }) => MetricStat !== undefined).length;
    });
    expect(watched.reduce((sum, count) => sum + count, 0)).toBe(measured.alarmMetrics);
    expect(stack.ofType('AWS::CloudWatch::Dashboard')).toHaveLength(measured.dashboards);
    const rule = z.object({ Prefix: z.string().optional(), ExpirationInDays: z.number().optional() });
    const lifecycle = z.object({ Rules: z.array(rule) }).parse(stack.one('AWS::S3::Bucket').properties.LifecycleConfiguration);
    const days = (prefix: string) => (lifecycle.Rules.find(({ Prefix }) => Prefix === prefix)?.ExpirationInDays ?? Number.NaN) + 30;
    expect({ inventory: days('inventory/'), runs: days('runs/'), findings: days('findings/'), state: 31 }).toEqual(measured.retentionDays);
    expect(JSON.stringify(stack.one('AWS::S3::Bucket').properties)).toContain('"NoncurrentDays":30');
  });
});
