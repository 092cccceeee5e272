import { describe, expect, it } from 'vitest';
import { configurationHash } from '../../functions/config/hash.ts';
import { publishConfiguration, readConfigurationIn } from '../../functions/store/configuration.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { createConfiguration } from '../analysis/builders.ts';

const key = 'config/greenlight.json';
const suppression = { check: 'pdb-missing', cluster: 'dev-*', reason: 'dev clusters', owner: 'platform', expires: '2027-03-01' };

describe('the configuration of a store', () => {
  it('is read as it was published, with the same hash', async () => {
    const { store } = memoryStore();
    const configuration = createConfiguration({ suppressions: [suppression], targetVersion: '1.35', supportPolicy: 'STANDARD' });
    await publishConfiguration(store, configuration);
    const read = await readConfigurationIn(store);
    expect(read).toEqual(configuration);
    expect(configurationHash(read)).toBe(configurationHash(configuration));
  });

  it('is replaced by the next that is published', async () => {
    const { store } = memoryStore();
    const next = createConfiguration({ targetVersion: '1.35' });
    await publishConfiguration(store, createConfiguration());
    await publishConfiguration(store, next);
    expect(await readConfigurationIn(store)).toEqual(next);
  });

  it('names its key and the way out where it is missing', async () => {
    await expect(readConfigurationIn(memoryStore().store)).rejects.toMatchObject({
      name: 'InvalidConfiguration',
      message: expect.stringMatching(/^config\/greenlight\.json is not in the store: .*"greenlight config validate --publish --store/),
    });
  });

  it.each([
    ['{', /JSON/],
    ['{ "accounts": {} }', /accounts/],
    ['{ "accounts": { "explicit": [{ "id": "111111111111" }] }, "regoins": "enabled" }', /regoins/],
    ['[]', /object/],
  ])('names its key, the problem and the way out where it is wrong: %s', async (text, problem) => {
    const { store } = memoryStore();
    await store.put(key, text);
    const attempt = readConfigurationIn(store);
    await expect(attempt).rejects.toMatchObject({ name: 'InvalidConfiguration', message: expect.stringMatching(problem) });
    await expect(attempt).rejects.toThrow(/^cannot use config\/greenlight\.json of the store: [\s\S]*greenlight config validate --publish/);
  });
});
