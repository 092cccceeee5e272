import * as z from 'zod';
import type { CollectContext, KubernetesPermission } from './define-evidence.ts';
import { CollectionError } from './error-codes.ts';
import { parseAnswer } from './parse.ts';

/** How many Describe calls of one cluster may be in flight: enough to hide latency, far below what EKS throttles. */
const describesInFlight = 4;

/** All names of a paginated List operation. `field` is the member of the page that holds them. */
export async function listNames(pages: AsyncIterable<unknown>, field: string, operation: string): Promise<string[]> {
  return listItems(pages, field, z.string(), operation);
}

/** All items of a paginated operation, trimmed page by page. */
export async function listItems<S extends z.ZodType>(
  pages: AsyncIterable<unknown>,
  field: string,
  item: S,
  operation: string,
): Promise<z.output<S>[]> {
  const page = z.object({ [field]: z.array(item).nullish() });
  const items: z.output<S>[] = [];
  for await (const answer of pages) {
    for (const one of parseAnswer(page, answer, operation)[field] ?? []) items.push(one);
  }
  return items;
}

/** Describes each name, a few at a time, in the order of the names. One that was deleted meanwhile (`NotFound`) is left out. */
export async function describeEach<T>(names: readonly string[], describe: (name: string) => Promise<T>): Promise<T[]> {
  const results = await askEach(names, (name) =>
    describe(name).catch((error: unknown) => {
      if (error instanceof CollectionError && error.code === 'NotFound') return undefined;
      throw error;
    }),
  );
  return results.filter((result) => result !== undefined);
}

/** One answer for each name, in their order, a few asked for at a time. */
export async function askEach<T>(names: readonly string[], ask: (name: string) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  const queue = names.entries();
  const worker = async () => {
    for (const [index, name] of queue) answers[index] = await ask(name);
  };
  await Promise.all(Array.from({ length: Math.min(describesInFlight, names.length) }, worker));
  return answers;
}

/** The RBAC rule for a resource that is listed. */
export function listPermission(apiGroup: string, ...resources: string[]): readonly KubernetesPermission[] {
  return [{ apiGroup, resources, verbs: ['list'] }];
}

/** Metadata alone is about a fifth of an object, so as many more fit into a page of the same size. */
const metadataPerObject = 5;

export interface ListCollectorOptions {
  readonly metadataOnly?: boolean;
  /** Most objects a page, for kinds with huge ones. @default what the configuration says */
  readonly pageSize?: number;
}

/** A collector for a whole Kubernetes list, e.g. `/api/v1/nodes`. */
export function listCollector<S extends z.ZodType>(path: string, item: S, { metadataOnly, pageSize }: ListCollectorOptions = {}) {
  return async (context: CollectContext): Promise<z.output<S>[]> => {
    const kubernetes = await context.kubernetes();
    const limit = Math.min(context.pageSize * (metadataOnly ? metadataPerObject : 1), pageSize ?? Number.POSITIVE_INFINITY);
    return listItems(kubernetes.list(path, { limit, metadataOnly }), 'items', item, `GET ${path}`);
  };
}
