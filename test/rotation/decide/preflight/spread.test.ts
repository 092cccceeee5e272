import { describe, expect, it } from 'vitest';
import { antiAffinity, hardSpread } from '../../../../functions/rotation/decide/preflight/spread.ts';
import { brief, facts, greenGroup, node, view, web } from '../../preflight-builders.ts';

const selector = { matchLabels: { app: 'web' } };
const spread = (topologyKey: string, more: object = {}) => ({
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector, ...more }],
});
const apart = (topologyKey: string, more: object = {}) => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: selector, ...more }] } },
});
const pods = (count: number, spec: object) => Array.from({ length: count }, (_, index) => web(`w${index}`, `blue-${index % 3}`, spec));
const with_ = (count: number, spec: object, more: Parameters<typeof facts>[0] = {}) =>
  facts({ view: view({ pods: pods(count, spec) }), ...more });
const hostname = 'kubernetes.io/hostname';
const zone = 'topology.kubernetes.io/zone';

describe('(11) hard spread that counts cordoned nodes', () => {
  it('over hosts: green has N, and each may have maxSkew pods', () => {
    expect(brief(hardSpread(with_(3, spread(hostname))))).toEqual(['warn spread-counts-cordoned Deployment shop/web']);
    expect(brief(hardSpread(with_(4, spread(hostname))))).toEqual(['block spread-counts-cordoned Deployment shop/web']);
    expect(brief(hardSpread(with_(4, spread(hostname, { maxSkew: 2 }))))).toEqual(['warn spread-counts-cordoned Deployment shop/web']);
  });

  it('over zones: only a zone that blue alone has is empty', () => {
    expect(hardSpread(with_(9, spread(zone)))).toEqual([]);
    const green = greenGroup({ zones: ['eu-west-1a', 'eu-west-1b'] });
    expect(brief(hardSpread(with_(9, spread(zone), { green })))).toEqual(['block spread-counts-cordoned Deployment shop/web']);
  });

  it('nodes of neither group take pods too', () => {
    const spare = node('spare', { labels: { [zone]: 'eu-west-1c' } });
    const seen = view({ pods: pods(4, spread(hostname)), nodes: [...view().nodes, spare] });
    expect(brief(hardSpread(facts({ view: seen })))).toEqual(['warn spread-counts-cordoned Deployment shop/web']);
  });

  it('soft spread does not count, nor one that honours taints', () => {
    expect(hardSpread(with_(9, spread(hostname, { whenUnsatisfiable: 'ScheduleAnyway' })))).toEqual([]);
    const [first, ...others] = pods(9, spread(hostname));
    if (!first) throw new Error('there are nine');
    const honouring = {
      ...first,
      spec: {
        ...first.spec,
        topologySpreadConstraints: [
          {
            ...spread(hostname).topologySpreadConstraints[0],
            maxSkew: 1,
            topologyKey: hostname,
            whenUnsatisfiable: 'DoNotSchedule',
            nodeTaintsPolicy: 'Honor',
          },
        ],
      },
    };
    expect(hardSpread(facts({ view: view({ pods: [honouring, ...others] }) }))).toEqual([]);
  });

  it('a key that green is not known to have says nothing', () => {
    expect(hardSpread(with_(9, spread('example.com/rack')))).toEqual([]);
  });
});

describe('(12) required anti-affinity', () => {
  it('needs as many nodes, or zones, as there are pods', () => {
    expect(antiAffinity(with_(3, apart(hostname)))).toEqual([]);
    expect(brief(antiAffinity(with_(4, apart(hostname))))).toEqual(['block anti-affinity-short Deployment shop/web']);
    expect(antiAffinity(with_(3, apart(zone)))).toEqual([]);
    expect(brief(antiAffinity(with_(4, apart(zone))))).toEqual(['block anti-affinity-short Deployment shop/web']);
  });

  it('to others is not to itself', () => {
    expect(antiAffinity(with_(9, apart(hostname, { labelSelector: { matchLabels: { app: 'db' } } })))).toEqual([]);
    expect(antiAffinity(with_(9, apart(hostname, { namespaces: ['other'] })))).toEqual([]);
  });
});
