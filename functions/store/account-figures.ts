import * as z from 'zod';
import { quotas, usage } from '../inventory/evidence/account-quotas.ts';
import type { AccountPort } from '../inventory/ports.ts';
import { keys } from './layout.ts';
import type { ObjectStore } from './object-store.ts';

/** What could not be read is left out. */
const figuresSchema = z.object({ usage: usage.schema.optional(), quotas: quotas.schema.optional() });
type AccountFigures = z.output<typeof figuresSchema>;

/** Usage and quotas of an account in a region, read by the first cluster of the run that needs them, for all others. What the first could
 *  not read, each tries itself. */
export function sharedAccountFigures(
  store: ObjectStore,
  runId: string,
  { accountId, region }: { readonly accountId: string; readonly region: string },
  live: AccountPort,
): AccountPort {
  const key = keys.accountFigures(runId, accountId, region);
  const open = async (): Promise<AccountPort> => {
    const stored = await read(store, key);
    const [ofUsage, ofQuotas] = stored
      ? [() => stored.usage ?? live.usage(), () => stored.quotas ?? live.quotas()]
      : await readAndShare(store, key, live);
    return { usage: async () => ofUsage(), quotas: async () => ofQuotas() };
  };
  let opened: Promise<AccountPort> | undefined;
  const port = () => {
    opened ??= open();
    return opened;
  };
  return { usage: async () => (await port()).usage(), quotas: async () => (await port()).quotas() };
}

async function readAndShare(store: ObjectStore, key: string, live: AccountPort) {
  const reading = [live.usage(), live.quotas()] as const;
  const [ofUsage, ofQuotas] = await Promise.allSettled(reading);
  const figures = figuresSchema.safeParse({
    ...(ofUsage.status === 'fulfilled' ? { usage: ofUsage.value } : {}),
    ...(ofQuotas.status === 'fulfilled' ? { quotas: ofQuotas.value } : {}),
  });
  // Another cluster may have been faster: both are right.
  if (figures.success && Object.keys(figures.data).length > 0) await store.putIfAbsent(key, `${JSON.stringify(figures.data)}\n`);
  return [() => reading[0], () => reading[1]] as const;
}

async function read(store: ObjectStore, key: string): Promise<AccountFigures | undefined> {
  const object = await store.get(key);
  if (!object) return undefined;
  try {
    return figuresSchema.parse(JSON.parse(new TextDecoder().decode(object.body)));
  } catch {
    // A cache: what is broken is read again by whoever needs it.
    return {};
  }
}
