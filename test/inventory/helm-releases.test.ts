import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { EvidenceData } from '../../functions/inventory/evidence/list.ts';
import { readRelease } from '../../functions/inventory/helm-release.ts';
import { type Inventory, readEvidence } from '../../functions/inventory/inventory.ts';
import type { ListOptions } from '../../functions/inventory/ports.ts';
import type { KubernetesObject } from '../../simulator/world.ts';
import { collectSimulated, createPaymentsCluster, outcomeOf, watchingLists } from './collect-simulated.ts';

const key = 'kubernetes.helmReleases';

/** As Kubernetes answers it: base64 around what Helm wrote, base64 around gzip. */
const encoded = (content: object | string | Uint8Array) => {
  const body = content instanceof Uint8Array ? content : gzipSync(typeof content === 'string' ? content : JSON.stringify(content));
  return Buffer.from(Buffer.from(body).toString('base64')).toString('base64');
};

const budget =
  '---\n# Source: web/templates/pdb.yaml\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  password: PLANTED-manifest\n';

const release = (manifest = budget) => ({
  name: 'web',
  namespace: 'shop',
  version: 3,
  info: { status: 'deployed', notes: 'PLANTED-notes' },
  config: { password: 'PLANTED-values' },
  chart: {
    metadata: { name: 'web-chart', version: '1.2.3', appVersion: '7.0' },
    values: { token: 'PLANTED-defaults' },
    templates: [{ data: 'PLANTED-template' }],
  },
  manifest,
  hooks: [{ manifest: 'PLANTED-hook' }],
});

interface SecretOverrides {
  readonly name?: string;
  readonly namespace?: string;
  readonly revision?: number;
  readonly status?: string;
  readonly owner?: string;
  readonly type?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly release?: string | null;
}

function secret({
  name = 'web',
  namespace = 'shop',
  revision = 1,
  status = 'deployed',
  owner = 'helm',
  type = 'helm.sh/release.v1',
  ...rest
}: SecretOverrides = {}) {
  return {
    metadata: {
      name: `sh.helm.release.v1.${name}.v${revision}`,
      namespace,
      labels: { owner, status, name, version: String(revision), modifiedAt: 'PLANTED-label', ...rest.labels },
      annotations: { x: 'PLANTED-annotation' },
    },
    type,
    data: { release: rest.release === undefined ? encoded(release()) : rest.release, extra: 'PLANTED-extra' },
  } as KubernetesObject;
}

async function collect(secrets: readonly KubernetesObject[], isRequested = (_: { key: string; optIn?: string }): boolean => true) {
  const asked: (Partial<ListOptions> & { path: string })[] = [];
  const clean = createPaymentsCluster();
  const cluster = { ...clean, apiServer: { ...clean.apiServer, objects: { ...clean.apiServer.objects, '/api/v1/secrets': secrets } } };
  const inventory = await collectSimulated(cluster, {
    isRequested,
    wrap: watchingLists((path, options) => asked.push({ path, ...options })),
  });
  return { inventory, asked };
}

function releasesOf(inventory: Inventory): EvidenceData<typeof key> {
  const evidence = readEvidence(inventory, key);
  if (evidence.status !== 'collected') throw new Error(`${key}: ${evidence.code} ${evidence.message}`);
  return evidence.data;
}

describe(key, () => {
  it('holds name, chart and API versions of the manifest, and no other word of the Secret', async () => {
    const { inventory } = await collect([secret()]);
    expect(releasesOf(inventory)).toEqual([
      {
        name: 'web',
        namespace: 'shop',
        chart: 'web-chart-1.2.3',
        appVersion: '7.0',
        manifestApiVersions: [{ apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', name: 'web' }],
      },
    ]);
    expect(JSON.stringify(inventory).match(/.{0,80}PLANTED.{0,40}/g)).toBeNull();
  });

  it('asks for deployed releases only, in small pages', async () => {
    const { asked } = await collect([secret()]);
    expect(asked.filter(({ path }) => path === '/api/v1/secrets')).toEqual([
      { path: '/api/v1/secrets', limit: 10, fieldSelector: 'type=helm.sh/release.v1', labelSelector: 'owner=helm,status=deployed' },
    ]);
  });

  it('asks for no Secret where it was not asked to', async () => {
    const { inventory, asked } = await collect([secret()], ({ optIn }) => optIn !== 'helmReleases');
    expect(outcomeOf(inventory)[key]).toBe('NotRequested');
    expect(asked.filter(({ path }) => path.includes('secrets'))).toEqual([]);
  });

  it('leaves out old revisions, other owners and other Secrets', async () => {
    const { inventory } = await collect([
      secret({ name: 'old', status: 'superseded' }),
      secret({ name: 'failed', status: 'failed' }),
      secret({ name: 'other', owner: 'tiller' }),
      secret({ name: 'opaque', type: 'Opaque' }),
    ]);
    expect(releasesOf(inventory)).toEqual([]);
  });

  it('takes the latest of several revisions that claim to be deployed, by number, across pages', async () => {
    const of = (revision: number, kind: string) => secret({ revision, release: encoded(release(`apiVersion: v1\nkind: ${kind}\n`)) });
    const others = Array.from({ length: 12 }, (_, index) => secret({ name: `other-${index}` }));
    for (const secrets of [
      [of(9, 'Old'), ...others, of(10, 'New')],
      [of(10, 'New'), ...others, of(9, 'Old')],
    ]) {
      const found = releasesOf((await collect(secrets)).inventory).filter(({ name }) => name === 'web');
      expect(found).toMatchObject([{ manifestApiVersions: [{ kind: 'New' }] }]);
    }
  });

  it('tells releases of one name in two namespaces apart, and reads names from the Secret where labels are missing', async () => {
    const unlabelled = secret({ name: 'a.b', namespace: 'x' }) as { metadata: { labels: Record<string, string> } };
    const { name: _, version: __, ...labels } = unlabelled.metadata.labels;
    const { inventory } = await collect([
      secret({ namespace: 'b' }),
      secret({ namespace: 'a' }),
      { ...unlabelled, metadata: { ...unlabelled.metadata, labels } } as KubernetesObject,
    ]);
    expect(releasesOf(inventory).map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(['a/web', 'b/web', 'x/a.b']);
  });

  it.each([
    ['no base64 of anything', Buffer.from('PLANTED').toString('base64'), 'its content is no release of Helm'],
    ['a gzip stream that ends early', encoded(gzipSync(JSON.stringify(release())).subarray(0, 60)), 'its content is no whole gzip stream'],
    ['no JSON', encoded('PLANTED'), 'its content is no release of Helm'],
    ['no release', encoded('[]'), 'its content is no release of Helm'],
    ['no content', null, 'its content is no release of Helm'],
    [
      'a manifest that is no YAML',
      encoded(release('apiVersion: "v1\nkind: PLANTED\n')),
      'line 2 of its manifest: no YAML, a quote, a bracket, a colon or a space is missing',
    ],
  ])('names a release with %s, and reads the others', async (_, broken, problem) => {
    const { inventory } = await collect([secret({ name: 'broken', release: broken }), secret()]);
    expect(releasesOf(inventory)).toMatchObject([
      { name: 'broken', namespace: 'shop', manifestApiVersions: [], problem },
      { name: 'web', manifestApiVersions: [{ kind: 'PodDisruptionBudget' }] },
    ]);
    expect(JSON.stringify(inventory)).not.toContain('PLANTED');
  });

  it('is unavailable where Secrets may not be listed', async () => {
    const inventory = await collectSimulated(createPaymentsCluster(), {
      faults: [{ operation: 'GET /api/v1/secrets', code: 'Forbidden' }],
    });
    expect(outcomeOf(inventory)[key]).toBe('Forbidden');
  });
});

describe('a release', () => {
  it('is not unpacked beyond 32 MiB', () => {
    const mebibytes = (count: number) => encoded(gzipSync(Buffer.alloc(count * 1024 * 1024, ' ')));
    expect(readRelease(mebibytes(33)).problem).toBe('it is larger than 32 MiB');
    expect(readRelease(mebibytes(32)).problem).toBe('its content is no release of Helm');
  });

  it('may be uncompressed, and without chart or manifest', () => {
    expect(readRelease(encoded(Buffer.from(JSON.stringify(release()))))).toMatchObject({ chart: 'web-chart-1.2.3' });
    expect(readRelease(encoded({ name: 'web' }))).toEqual({ chart: null, appVersion: null, manifestApiVersions: [] });
    expect(readRelease(encoded({ chart: { metadata: { name: 'web' } }, manifest: null }))).toMatchObject({ chart: 'web' });
  });

  it('opens lists in its manifest', () => {
    expect(
      readRelease(encoded(release('apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1beta1\n  kind: CronJob\n'))),
    ).toMatchObject({
      manifestApiVersions: [{ apiVersion: 'batch/v1beta1', kind: 'CronJob', name: null }],
    });
  });
});
