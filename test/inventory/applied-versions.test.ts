import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AppliedVersion, appliedVersionsNotebook, isControlPlaneManager } from '../../functions/inventory/applied-versions.ts';
import type { KubernetesPort } from '../../functions/inventory/ports.ts';

const budgets = '/apis/policy/v1/poddisruptionbudgets';

function portOf(pages: readonly unknown[]): KubernetesPort & { readonly lists: string[] } {
  const lists: string[] = [];
  return {
    lists,
    get: async () => null,
    async *list(path) {
      lists.push(path);
      yield* pages;
    },
    async *lines() {},
  };
}

async function seenIn(items: readonly unknown[], path = budgets): Promise<AppliedVersion[]> {
  const notebook = appliedVersionsNotebook();
  for await (const _page of notebook.watch(portOf([{ items }])).list(path, { limit: 500 }));
  return notebook.seen();
}

const entry = (manager: string, apiVersion: string, time: string | null, operation = 'Update', subresource?: string) => ({
  manager,
  apiVersion,
  time,
  operation,
  ...(subresource === undefined ? {} : { subresource }),
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:spec': {} },
});

function object(managedFields: readonly unknown[] | null, lastApplied?: string) {
  const annotations = lastApplied === undefined ? {} : { 'kubectl.kubernetes.io/last-applied-configuration': lastApplied };
  return { metadata: { name: 'web', namespace: 'shop', managedFields, annotations }, spec: { secret: 'PLANTED' } };
}

const lastApplied = (apiVersion: string) => JSON.stringify({ apiVersion, kind: 'PodDisruptionBudget', spec: { secret: 'PLANTED' } });
const versionsOf = (rows: readonly AppliedVersion[]) => rows.map(({ apiVersion, manager, source }) => [apiVersion, manager, source]);

describe('the notebook of applied versions', () => {
  it('takes what the table knows from managedFields, and nothing else of the object', async () => {
    const rows = await seenIn([
      object([entry('helm', 'policy/v1beta1', '2023-01-01T00:00:00Z'), entry('kubectl', 'policy/v1', '2024-01-01T00:00:00Z')]),
    ]);
    expect(rows).toEqual([
      {
        apiVersion: 'policy/v1beta1',
        kind: 'PodDisruptionBudget',
        namespace: 'shop',
        name: 'web',
        manager: 'helm',
        source: 'managedFields',
      },
    ]);
  });

  it('takes the apiVersion of the last-applied configuration, sorted or not, and not a word of the rest', async () => {
    for (const text of [
      lastApplied('policy/v1beta1'),
      JSON.stringify({ kind: 'PodDisruptionBudget', apiVersion: 'policy/v1beta1', x: 'PLANTED' }),
    ]) {
      const rows = await seenIn([object([], text)]);
      expect(versionsOf(rows)).toEqual([['policy/v1beta1', null, 'last-applied']]);
      expect(JSON.stringify(rows)).not.toContain('PLANTED');
    }
  });

  it.each(['', 'no json', '[]', '{"apiVersion":7}', '{"apiVersion":"policy/v1"}'])(
    'finds nothing in a last-applied configuration of %j',
    async (text) => {
      expect(await seenIn([object(null, text)])).toEqual([]);
    },
  );

  it('counts one client-side apply once, by its manager', async () => {
    const rows = await seenIn([
      object([entry('kubectl-client-side-apply', 'policy/v1beta1', '2023-01-01T00:00:00Z')], lastApplied('policy/v1beta1')),
    ]);
    expect(versionsOf(rows)).toEqual([['policy/v1beta1', 'kubectl-client-side-apply', 'managedFields']]);
  });

  describe('a server-side apply of somebody else', () => {
    const appliedAt = (time: string | null) =>
      seenIn([
        object(
          [entry('kubectl-client-side-apply', 'policy/v1beta1', '2024-05-01T00:00:00Z'), entry('flux', 'policy/v1', time, 'Apply')],
          lastApplied('policy/v1beta1'),
        ),
      ]);

    it('makes stale what kubectl left, when it is newer', async () => {
      expect(await appliedAt('2024-05-01T00:00:01Z')).toEqual([]);
    });

    it.each(['2024-05-01T00:00:00Z', '2024-04-30T23:59:59Z', null, 'yesterday'])('at %s does not', async (time) => {
      expect(versionsOf(await appliedAt(time))).toEqual([['policy/v1beta1', 'kubectl-client-side-apply', 'managedFields']]);
    });

    it('makes an annotation stale of which nobody knows when it was written', async () => {
      expect(await seenIn([object([entry('flux', 'policy/v1', '2024-01-01T00:00:00Z', 'Apply')], lastApplied('policy/v1beta1'))])).toEqual(
        [],
      );
    });

    it('an update is none: the annotation stands', async () => {
      const rows = await seenIn([object([entry('keda', 'policy/v1', '2026-01-01T00:00:00Z')], lastApplied('policy/v1beta1'))]);
      expect(versionsOf(rows)).toEqual([['policy/v1beta1', null, 'last-applied']]);
    });
  });

  it('of one manager takes the newest entry: an old one lives on in fields that were not touched', async () => {
    const old = entry('helm', 'policy/v1beta1', '2021-01-01T00:00:00Z');
    const now = entry('helm', 'policy/v1', '2025-01-01T00:00:00Z');
    for (const fields of [
      [old, now],
      [now, old],
    ])
      expect(await seenIn([object(fields)])).toEqual([]);
    expect(versionsOf(await seenIn([object([{ ...now, manager: 'argocd' }, old])]))).toEqual([['policy/v1beta1', 'helm', 'managedFields']]);
  });

  it('sees a server-side apply through an old version', async () => {
    expect(versionsOf(await seenIn([object([entry('flux', 'policy/v1beta1', '2025-01-01T00:00:00Z', 'Apply')])]))).toEqual([
      ['policy/v1beta1', 'flux', 'managedFields'],
    ]);
  });

  it.each([
    'api-priority-and-fairness-config-consumer-v1',
    'api-priority-and-fairness-config-producer-v1',
    'eks-internal',
    'kube-apiserver',
  ])('leaves %s out: it belongs to the control plane', async (manager) => {
    expect(isControlPlaneManager(manager)).toBe(true);
    const flowSchema = {
      metadata: { name: 'exempt', managedFields: [entry(manager, 'flowcontrol.apiserver.k8s.io/v1beta3', '2024-01-01T00:00:00Z')] },
    };
    expect(await seenIn([flowSchema], '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas')).toEqual([]);
  });

  it('an apply of the control plane makes nothing stale', async () => {
    const fields = [entry('eks-internal', 'policy/v1', '2026-01-01T00:00:00Z', 'Apply')];
    expect(await seenIn([object(fields, lastApplied('policy/v1beta1'))])).toHaveLength(1);
  });

  it('reads the metadata of cluster-scoped objects, and an older group of the same kind', async () => {
    const ingress = { metadata: { name: 'web', namespace: 'shop', managedFields: [entry('old-operator', 'extensions/v1beta1', null)] } };
    expect(await seenIn([ingress], '/apis/networking.k8s.io/v1/ingresses')).toMatchObject([
      { apiVersion: 'extensions/v1beta1', kind: 'Ingress' },
    ]);
    const definition = { metadata: { name: 'x.example.com', managedFields: [entry('helm', 'apiextensions.k8s.io/v1beta1', null)] } };
    expect(await seenIn([definition], '/apis/apiextensions.k8s.io/v1/customresourcedefinitions')).toMatchObject([
      { namespace: null, name: 'x.example.com' },
    ]);
  });

  it('does not look at lists of kinds that the table does not know, nor at another kind of an old version', async () => {
    expect(await seenIn([object([entry('helm', 'policy/v1beta1', null)])], '/api/v1/pods')).toEqual([]);
    expect(await seenIn([object([entry('helm', 'policy/v1beta1', null)])], '/apis/apps/v1/deployments')).toEqual([]);
  });

  it('passes pages on as they are, asks for none of its own, and survives what is odd', async () => {
    const odd = [
      null,
      7,
      {},
      { metadata: null },
      { metadata: { name: 7 } },
      object([null, 'x', { manager: 7 }, { apiVersion: 'policy/v1beta1' }]),
    ];
    const pages = [{ items: odd }, { items: null }, null, 'text', {}];
    const port = portOf(pages);
    const notebook = appliedVersionsNotebook();
    const passed: unknown[] = [];
    for await (const page of notebook.watch(port).list(budgets, { limit: 500 })) passed.push(page);
    expect(passed).toEqual(pages);
    expect(passed.every((page, index) => page === pages[index])).toBe(true);
    expect(port.lists).toEqual([budgets]);
    expect(notebook.seen()).toMatchObject([{ apiVersion: 'policy/v1beta1', manager: '' }]);
  });

  it('notes each thing once, however often its list is read', async () => {
    const port = portOf([{ items: [object([entry('helm', 'policy/v1beta1', null)])] }]);
    const notebook = appliedVersionsNotebook();
    for (let nth = 0; nth < 2; nth += 1) for await (const _page of notebook.watch(port).list(budgets, { limit: 500 }));
    expect(notebook.seen()).toHaveLength(1);
  });

  it('gives the same rows in whatever order the entries stand', () => {
    const anyEntry = fc.record({
      manager: fc.constantFrom('helm', 'flux', 'kubectl-client-side-apply', 'eks-internal'),
      apiVersion: fc.constantFrom('policy/v1', 'policy/v1beta1'),
      operation: fc.constantFrom('Apply', 'Update'),
      time: fc.integer({ min: 1, max: 28 }).map((day) => `2025-01-${String(day).padStart(2, '0')}T00:00:00Z`),
    });
    // Two entries of one manager at one instant do not exist: which of them counts is nobody's question.
    const entries = fc.uniqueArray(anyEntry, {
      selector: ({ manager, operation, time }) => `${manager} ${operation} ${time}`,
      maxLength: 8,
    });
    return fc.assert(
      fc.asyncProperty(entries, fc.boolean(), async (fields, annotated) => {
        const of = async (list: readonly unknown[]) =>
          (await seenIn([object(list, annotated ? lastApplied('policy/v1beta1') : undefined)])).map((row) => JSON.stringify(row)).sort();
        expect(await of(fields.toReversed())).toEqual(await of(fields));
      }),
    );
  });
});
