import { describe, expect, it } from 'vitest';
import { sharedAccounts } from '../../functions/adapters/aws/shared-account.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import type { AccountPort } from '../../functions/inventory/ports.ts';
import { sharedAccountFigures } from '../../functions/store/account-figures.ts';
import type { ObjectStore } from '../../functions/store/object-store.ts';
import { memoryStore } from '../../simulator/memory-store.ts';

const place = { accountId: '111111111111', region: 'eu-west-1' };
const key = 'runs/run-1/shared/111111111111/eu-west-1.json';
const usage = { onDemandVcpus: 96, gp2StorageTiB: 0, gp3StorageTiB: 4 };
const quotas = [{ QuotaCode: 'L-1216C47A', Value: 640 }];
const denied = async () => {
  throw new CollectionError('AccessDenied', 'no');
};

/** An account that counts how often it is asked. */
function live(answers: Partial<AccountPort> = {}) {
  const asked: string[] = [];
  const port: AccountPort = {
    usage: async () => {
      asked.push('usage');
      return (answers.usage ?? (async () => usage))();
    },
    quotas: async () => {
      asked.push('quotas');
      return (answers.quotas ?? (async () => quotas))();
    },
  };
  return { asked, port };
}

describe('usage and quotas, shared through the run', () => {
  const textOf = async (store: ObjectStore) => {
    const object = await store.get(key);
    return object && JSON.parse(new TextDecoder().decode(object.body));
  };

  it('are read by the first cluster, once, and by no other of the account and region', async () => {
    const { store } = memoryStore();
    const [first, second, elsewhere] = [live(), live(), live()];
    const port = sharedAccountFigures(store, 'run-1', place, first.port);
    expect(await Promise.all([port.usage(), port.quotas(), port.usage()])).toEqual([usage, quotas, usage]);
    expect(first.asked).toEqual(['usage', 'quotas']);
    expect(await textOf(store)).toEqual({ usage, quotas });
    const again = sharedAccountFigures(store, 'run-1', place, second.port);
    expect([await again.quotas(), await again.usage()]).toEqual([quotas, usage]);
    expect(second.asked).toEqual([]);
    await sharedAccountFigures(store, 'run-1', { ...place, region: 'us-east-1' }, elsewhere.port).usage();
    await sharedAccountFigures(store, 'run-2', place, elsewhere.port).usage();
    expect(elsewhere.asked).toEqual(['usage', 'quotas', 'usage', 'quotas']);
  });

  it('that are denied take only their own key with them, and each cluster tries them itself', async () => {
    const { store } = memoryStore();
    const [first, second] = [live({ quotas: denied }), live()];
    const port = sharedAccountFigures(store, 'run-1', place, first.port);
    expect(await port.usage()).toEqual(usage);
    await expect(port.quotas()).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(await textOf(store)).toEqual({ usage });
    const again = sharedAccountFigures(store, 'run-1', place, second.port);
    expect([await again.usage(), await again.quotas()]).toEqual([usage, quotas]);
    expect(second.asked).toEqual(['quotas']);
  });

  it('leave nothing in the store when both are denied', async () => {
    const { store } = memoryStore();
    const port = sharedAccountFigures(store, 'run-1', place, live({ usage: denied, quotas: denied }).port);
    await expect(port.usage()).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(port.quotas()).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(await store.get(key)).toBeUndefined();
  });

  it('stay as the faster of two clusters wrote them', async () => {
    const { store } = memoryStore();
    const other = { usage: { ...usage, onDemandVcpus: 1 } };
    const slow = live({
      usage: async () => {
        await store.putIfAbsent(key, JSON.stringify(other));
        return usage;
      },
    });
    expect(await sharedAccountFigures(store, 'run-1', place, slow.port).usage()).toEqual(usage);
    expect(await textOf(store)).toEqual(other);
  });

  it.each(['not JSON', '{"usage": 5}'])('that cannot be read (%s) are asked for again', async (text) => {
    const { store } = memoryStore();
    await store.putIfAbsent(key, text);
    const port = sharedAccountFigures(store, 'run-1', place, live().port);
    expect([await port.usage(), await port.quotas()]).toEqual([usage, quotas]);
  });
});

describe('usage and quotas, shared in one process', () => {
  it('are read once per account and region, and again after a failure', async () => {
    const accounts = sharedAccounts();
    const [failing, good, elsewhere] = [live({ usage: denied }), live(), live()];
    await expect(accounts.of(place.accountId, place.region, failing.port).usage()).rejects.toMatchObject({ code: 'AccessDenied' });
    const ports = [good, good, good].map(({ port }) => accounts.of(place.accountId, place.region, port));
    expect(await Promise.all(ports.map((port) => port.usage()))).toEqual([usage, usage, usage]);
    expect(await ports[0]?.quotas()).toEqual(quotas);
    expect(good.asked).toEqual(['usage', 'quotas']);
    await accounts.of('222222222222', place.region, elsewhere.port).usage();
    await accounts.of(place.accountId, 'us-east-1', elsewhere.port).usage();
    expect(elsewhere.asked).toEqual(['usage', 'usage']);
  });
});
