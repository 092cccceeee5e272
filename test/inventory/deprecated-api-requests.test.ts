import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { readEvidence } from '../../functions/inventory/inventory.ts';
import { parseMetric } from '../../functions/inventory/prometheus-text.ts';
import { collectSimulated, createPaymentsCluster, outcomeOf } from './collect-simulated.ts';

const key = 'kubernetes.deprecatedApiRequests';
const metric = 'apiserver_requested_deprecated_apis';

const line = (labels: Readonly<Record<string, string>>, value: number | string = 1) =>
  `${metric}{${Object.entries(labels)
    .map(([name, text]) => `${name}="${text}"`)
    .join(',')}} ${value}`;
const flowSchemas = {
  group: 'flowcontrol.apiserver.k8s.io',
  removed_release: '1.32',
  resource: 'flowschemas',
  subresource: '',
  version: 'v1beta3',
};

/** Each reading sees what one API server says; a function fails. */
async function collect(readings: readonly (readonly string[] | (() => never))[], isRequested = (_: { optIn?: string }): boolean => true) {
  const asked: string[] = [];
  const inventory = await collectSimulated(createPaymentsCluster(), {
    isRequested,
    wrap: (sources) => ({
      ...sources,
      connectKubernetes: async (to) => ({
        ...(await sources.connectKubernetes(to)),
        async *lines(path: string) {
          asked.push(path);
          const reading = readings[asked.length - 1] ?? [];
          yield* typeof reading === 'function' ? reading() : reading;
        },
      }),
    }),
  });
  return { asked, inventory, evidence: readEvidence(inventory, key) };
}

describe(key, () => {
  it('reads /metrics three times and unites what several servers say', async () => {
    const cronJobs = { group: 'batch', removed_release: '1.25', resource: 'cronjobs', subresource: 'status', version: 'v1beta1' };
    const { asked, evidence } = await collect([
      ['# HELP x', `# TYPE ${metric} gauge`, line(flowSchemas, 1), 'apiserver_request_total{resource="flowschemas"} 12'],
      [line(flowSchemas, 3), line(cronJobs)],
      [line(flowSchemas, 2)],
    ]);
    expect(asked).toEqual(['/metrics', '/metrics', '/metrics']);
    expect(evidence).toMatchObject({
      status: 'collected',
      data: [
        { group: 'batch', version: 'v1beta1', resource: 'cronjobs', subresource: 'status', removedRelease: '1.25', value: 1 },
        {
          group: 'flowcontrol.apiserver.k8s.io',
          version: 'v1beta3',
          resource: 'flowschemas',
          subresource: '',
          removedRelease: '1.32',
          value: 3,
        },
      ],
    });
  });

  it('is empty where no deprecated API was requested', async () => {
    expect((await collect([[], [], []])).evidence).toMatchObject({ status: 'collected', data: [] });
  });

  it('is unavailable when a reading fails, the third too', async () => {
    const refuse = () => {
      throw new CollectionError('Forbidden', 'GET /metrics: not you');
    };
    for (const readings of [[refuse], [[], [], refuse]])
      expect((await collect(readings)).evidence).toMatchObject({
        status: 'unavailable',
        code: 'Forbidden',
        message: 'GET /metrics: not you',
      });
  });

  it('asks for nothing where it was not asked to', async () => {
    const { asked, inventory } = await collect([], ({ optIn }) => optIn !== 'metrics');
    expect(asked).toEqual([]);
    expect(outcomeOf(inventory)[key]).toBe('NotRequested');
  });
});

describe('a line of metrics', () => {
  it.each([
    [`${metric} 4`, { labels: {}, value: 4 }],
    [`${metric}{} 4 1700000000000`, { labels: {}, value: 4 }],
    [`${metric}{a="b",} 1`, { labels: { a: 'b' }, value: 1 }],
    [`${metric}{a="b", c = "d"} 1`, undefined],
    [`${metric}{a="b",c="}"}  1e3`, { labels: { a: 'b', c: '}' }, value: 1000 }],
    [`${metric}{a="b"} +Inf`, undefined],
    [`${metric}_total{a="b"} 1`, undefined],
    [`${metric}{a="b" 1`, undefined],
    [`${metric}{a="b"}`, undefined],
    [`${metric}{a="b"} much`, undefined],
    [`# TYPE ${metric} gauge`, undefined],
    ['', undefined],
  ])('%s', (text, sample) => {
    expect(parseMetric(text, metric)).toEqual(sample);
  });

  it('gives back whatever a label says', () => {
    const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z][a-z_]{0,8}$/), fc.string()), fc.integer(), (labels, value) => {
        const written = Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, escaped(text)]));
        expect(parseMetric(line(written, value), metric)).toEqual({ labels, value });
      }),
    );
  });
});
