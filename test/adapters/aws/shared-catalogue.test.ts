import { describe, expect, it } from 'vitest';
import { sharedCatalogue } from '../../../functions/adapters/aws/shared-catalogue.ts';
import type { EksPort } from '../../../functions/inventory/ports.ts';

type Catalogued = Pick<EksPort, 'describeClusterVersions' | 'describeAddonVersions'>;

/** An EKS that counts, and can be broken. */
function eks(broken = false) {
  const asked: unknown[] = [];
  async function* pages(operation: string, field: string, input: unknown): AsyncIterable<unknown> {
    asked.push([operation, input]);
    await Promise.resolve();
    if (broken) throw new Error('denied');
    yield { [field]: [1, 2] };
    yield { [field]: [3] };
  }
  const port: Catalogued = {
    describeClusterVersions: (input) => pages('clusterVersions', 'clusterVersions', input),
    describeAddonVersions: (input) => pages('addonVersions', 'addons', input),
  };
  return { asked, port };
}

describe('the catalogue of a run', () => {
  it('is fetched once per region, with all versions, however many clusters ask at once', async () => {
    const catalogue = sharedCatalogue();
    const [one, other, elsewhere] = [eks(), eks(), eks()];
    const answers = await Promise.all([
      catalogue.of('eu-west-1', one.port).clusterVersions(),
      catalogue.of('eu-west-1', other.port).clusterVersions(),
      catalogue.of('us-east-1', elsewhere.port).clusterVersions(),
      catalogue.of('eu-west-1', other.port).addonVersions(),
    ]);
    expect(answers).toEqual(Array(4).fill([1, 2, 3]));
    expect(await catalogue.of('eu-west-1', other.port).clusterVersions()).toEqual([1, 2, 3]);
    expect(one.asked).toEqual([['clusterVersions', { includeAll: true }]]);
    expect(other.asked).toEqual([['addonVersions', {}]]);
    expect(elsewhere.asked).toHaveLength(1);
  });

  it('is fetched through the next account where one fails, and then once', async () => {
    const catalogue = sharedCatalogue();
    const [denied, second, third] = [eks(true), eks(), eks()];
    const results = await Promise.allSettled([denied, second, third].map(({ port }) => catalogue.of('eu-west-1', port).clusterVersions()));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(second.asked.length + third.asked.length).toBe(1);
  });

  it('is tried again after a failure that nobody waited for', async () => {
    const catalogue = sharedCatalogue();
    await expect(catalogue.of('eu-west-1', eks(true).port).clusterVersions()).rejects.toThrow('denied');
    expect(await catalogue.of('eu-west-1', eks().port).clusterVersions()).toEqual([1, 2, 3]);
  });
});
