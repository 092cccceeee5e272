import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Configuration } from '../../functions/config/schema.ts';
import { clusterOfArn, collectInCluster } from '../../functions/fleet/collect-in-cluster.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import type { ClusterEndpoint, KubernetesPort } from '../../functions/inventory/ports.ts';
import { createConfiguration } from '../analysis/builders.ts';
import { outcomeOf } from '../inventory/collect-simulated.ts';

describe('the ARN of a cluster', () => {
  it.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b', 'aws-eusc'])('is read in partition %s', (partition) => {
    const arn = `arn:${partition}:eks:eu-west-1:111111111111:cluster/payments_1-a`;
    expect(clusterOfArn(arn)).toEqual({ accountId: '111111111111', region: 'eu-west-1', name: 'payments_1-a', arn });
  });

  it.each([
    '',
    'payments',
    'arn:aws:eks:eu-west-1:111111111111:nodegroup/payments/blue/1',
    'arn:aws:eks:eu-west-1:111111111111:cluster/',
    'arn:aws:eks:eu-west-1:111111111111:cluster/../../config',
    'arn:aws:eks:eu-west-1:111111111111:cluster/a/../config',
    'arn:aws:eks:eu-west-1:111111111111:cluster/a.b',
    'arn:aws:eks:eu-west-1:1111:cluster/payments',
    'arn:aws:iam::111111111111:role/payments',
    ' arn:aws:eks:eu-west-1:111111111111:cluster/payments',
    'arn:aws:eks:eu-west-1:111111111111:cluster/payments\n',
  ])('is not %j', (text) => {
    expect(clusterOfArn(text)).toBeUndefined();
  });

  it('gives back its parts, for any of them', () => {
    const name = fc.stringMatching(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/);
    fc.assert(
      fc.property(
        fc.constantFrom('eu-west-1', 'us-gov-east-1', 'mx-central-1'),
        fc.stringMatching(/^\d{12}$/),
        name,
        (region, accountId, of) => {
          expect(clusterOfArn(`arn:aws:eks:${region}:${accountId}:cluster/${of}`)).toMatchObject({ accountId, region, name: of });
        },
      ),
    );
  });
});

const cluster = {
  accountId: '111111111111',
  region: 'eu-west-1',
  name: 'payments',
  arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments',
};
const endpoint: ClusterEndpoint = { name: 'payments', endpoint: 'https://10.100.0.1:443', certificateAuthorityData: 'Q0E=' };

/** An API server without objects. */
const empty: KubernetesPort = {
  get: async () => ({ gitVersion: 'v1.34.4-eks-abcdef0' }),
  async *list() {
    yield { items: [] };
  },
  async *lines() {},
};

function collect(configuration: Pick<Configuration, 'kubernetes' | 'clusters'>, port: KubernetesPort = empty) {
  const connectedTo: ClusterEndpoint[] = [];
  const inside = {
    endpoint,
    connectKubernetes: async (to: ClusterEndpoint) => {
      connectedTo.push(to);
      return port;
    },
    deadline: new AbortController().signal,
    cost: () => ({ requests: { kubernetes: 9 }, bytes: { kubernetes: 99 } }),
  };
  const inventory = collectInCluster({ cluster, inside, configuration, clock: () => new Date('2026-11-21T03:17:00Z') });
  return { inventory, connectedTo };
}

const everything = createConfiguration({ kubernetes: { helmReleases: true, metrics: true } });

describe('a collection from inside of a cluster', () => {
  it('holds the Kubernetes evidence alone, and connects to where it was told', async () => {
    const { inventory, connectedTo } = collect(everything);
    const { evidence, ...rest } = await inventory;
    expect(rest).toEqual({
      schemaVersion: '1',
      collectedAt: '2026-11-21T03:17:00Z',
      cluster,
      collection: { durationMs: 0, requests: { kubernetes: 9 }, bytes: { kubernetes: 99 } },
    });
    expect(Object.keys(evidence).length).toBeGreaterThan(5);
    for (const [key, { status }] of Object.entries(evidence))
      expect([key, status]).toEqual([expect.stringMatching(/^kubernetes\./), 'collected']);
    expect(connectedTo).toEqual([endpoint]);
  });

  it('leaves out what the configuration leaves out', async () => {
    const withoutPods = await collect(createConfiguration({ kubernetes: { pods: false } })).inventory;
    expect(outcomeOf(withoutPods)).toMatchObject({ 'kubernetes.pods': 'NotRequested', 'kubernetes.nodes': 'collected' });
    const awsOnly = await collect(createConfiguration({ clusters: { awsOnly: [{ name: 'pay*' }] } })).inventory;
    expect(new Set(Object.values(outcomeOf(awsOnly)))).toEqual(new Set(['NotRequested']));
  });

  it('reads what a tag might exclude: tags are not known inside', async () => {
    const inventory = await collect(createConfiguration({ clusters: { exclude: [{ tag: 'greenlight=off' }] } })).inventory;
    expect(outcomeOf(inventory)).toMatchObject({ 'kubernetes.nodes': 'collected' });
  });

  it('never throws for the API server', async () => {
    const port = { ...empty, get: async () => Promise.reject(new CollectionError('EndpointUnreachable', 'no route')) };
    const inventory = await collect(everything, port).inventory;
    expect(new Set(Object.values(outcomeOf(inventory)))).toEqual(new Set(['EndpointUnreachable']));
  });
});
