import { describe, expect, it } from 'vitest';
import { CollectionError } from '../../../functions/inventory/error-codes.ts';
import type { ListOptions } from '../../../functions/inventory/ports.ts';
import type { KubernetesReadPort } from '../../../functions/rotation/ports.ts';
import { readCluster, readNodes } from '../../../functions/rotation/read/read-cluster.ts';

const now = new Date('2026-11-21T12:00:00Z');
const paths = [
  '/api/v1/nodes',
  '/api/v1/persistentvolumes',
  '/api/v1/pods',
  '/apis/apps/v1/daemonsets',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/replicasets',
  '/apis/apps/v1/statefulsets',
  '/apis/batch/v1/jobs',
  '/apis/policy/v1/poddisruptionbudgets',
];

function port(items: Readonly<Record<string, readonly object[]>> = {}, fails?: string) {
  const asked: [string, ListOptions][] = [];
  const kubernetes: KubernetesReadPort = {
    get: async () => ({}),
    createSelfSubjectAccessReview: async () => ({}),
    list: async function* (path, options) {
      asked.push([path, options]);
      if (path === fails) throw new CollectionError('NotFound', `GET ${path} answered 404`);
      for (const one of items[path] ?? []) yield { items: [one] };
    },
  };
  return { kubernetes, asked };
}

describe('readCluster', () => {
  it('reads each list once, 500 a page, and metadata alone of ReplicaSets and Jobs', async () => {
    const { kubernetes, asked } = port();
    expect(await readCluster(kubernetes, now)).toMatchObject({ readAt: now, nodes: [], pods: [], jobs: [] });
    expect(asked.map(([path]) => path).sort()).toEqual(paths);
    expect(asked.every(([, { limit }]) => limit === 500)).toBe(true);
    expect(asked.flatMap(([path, { metadataOnly }]) => (metadataOnly ? [path] : [])).sort()).toEqual([
      '/apis/apps/v1/replicasets',
      '/apis/batch/v1/jobs',
    ]);
  });

  it('keeps what evidence leaves out: versions, annotations, finalizers, messages, access modes', async () => {
    const condition = { type: 'PodScheduled', status: 'False', message: '0/3 nodes', lastTransitionTime: '2026-11-21T11:00:00Z' };
    const { kubernetes } = port({
      '/api/v1/nodes': [{ metadata: { name: 'a', resourceVersion: '7', annotations: { any: 'one' } } }],
      '/api/v1/pods': [{ metadata: { name: 'p', finalizers: ['f'] }, status: { conditions: [condition] } }],
      '/api/v1/persistentvolumes': [{ metadata: { name: 'v' }, spec: { accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } } }],
    });
    const view = await readCluster(kubernetes, now);
    expect(view.nodes[0]?.metadata).toMatchObject({ resourceVersion: '7', annotations: { any: 'one' } });
    expect(view.pods[0]?.metadata.finalizers).toEqual(['f']);
    expect(view.pods[0]?.status?.conditions).toEqual([condition]);
    expect(view.persistentVolumes[0]?.spec).toMatchObject({ accessModes: ['ReadWriteOnce'], hostPath: {} });
  });

  it.each(paths)('V15: is an error as a whole when %s fails', async (path) => {
    await expect(readCluster(port({}, path).kubernetes, now)).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('says what came in another shape', async () => {
    const { kubernetes } = port({ '/api/v1/nodes': [{ metadata: {} }] });
    await expect(readNodes(kubernetes)).rejects.toThrow(
      /^GET \/api\/v1\/nodes answered in an unexpected shape: items\[0\]\.metadata\.name/,
    );
  });
});
