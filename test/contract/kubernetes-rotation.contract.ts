import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { KubernetesReadPort, KubernetesWritePort, PodName } from '../../functions/rotation/ports.ts';
import { all } from './port-under-test.ts';

/** An object as `kubectl apply` takes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** A cluster with at least two Ready nodes, its controllers and its scheduler. Pods with the annotation `world/never-ready` never are. */
export interface ClusterUnderTest {
  readonly reads: KubernetesReadPort;
  readonly writes: KubernetesWritePort;
  /** For the objects of one test; nobody else uses it. */
  readonly namespace: string;
  /** Deployments and PodDisruptionBudgets in that namespace. */
  apply(manifests: readonly Manifest[]): Promise<void>;
  /** Lets time pass until it holds.
   *  @throws Error that names `what` when it does not within a minute */
  until(what: string, holds: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

const metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string(),
  resourceVersion: z.string(),
  annotations: z.record(z.string(), z.string()).optional(),
  deletionTimestamp: z.string().optional(),
});
const conditions = z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]);
const pod = z.object({ metadata, status: z.object({ phase: z.string(), conditions }) });
const node = z.object({
  metadata,
  spec: z.object({ unschedulable: z.boolean().optional(), taints: z.array(z.looseObject({ key: z.string() })).optional() }),
});
const scale = z.object({ kind: z.literal('Scale'), metadata, spec: z.object({ replicas: z.number().optional() }) });
const budgetStatus = z.object({
  observedGeneration: z.number().default(0),
  disruptionsAllowed: z.number(),
  currentHealthy: z.number(),
  desiredHealthy: z.number(),
  expectedPods: z.number(),
});
const status = z.object({
  kind: z.literal('Status'),
  message: z.string(),
  reason: z.string().optional(),
  details: z.looseObject({ causes: z.array(z.object({ reason: z.string().optional(), message: z.string() })).optional() }).optional(),
});
const itemsOf = <S extends z.ZodType>(item: S, pages: unknown[]) =>
  pages.flatMap((page): z.output<S>[] => z.object({ items: z.array(item) }).parse(page).items);

/** What a rotation relies on of an API server and its controllers. The simulator and the real control plane both pass it; where they differ,
 *  the simulator is wrong. */
export function kubernetesRotationContract(name: string, open: () => Promise<ClusterUnderTest>): void {
  describe(`a rotation's Kubernetes of ${name}`, () => {
    let cluster: ClusterUnderTest;
    beforeEach(async () => {
      cluster = await open();
    });
    afterEach(async () => {
      await cluster.close();
    });

    const inNamespace = (list: string) => list.replace('/v1/', `/v1/namespaces/${cluster.namespace}/`);
    const pods = async () => itemsOf(pod, await all(cluster.reads.list(inNamespace('/api/v1/pods'), { limit: 100 })));
    const isReady = ({ status: { conditions: said } }: z.output<typeof pod>) =>
      said.some((one) => one.type === 'Ready' && one.status === 'True');
    const live = async () => (await pods()).filter(({ metadata: { deletionTimestamp } }) => deletionTimestamp === undefined);
    const nameOf = ({ metadata: { namespace = '', name: podName, uid } }: z.output<typeof pod>): PodName => ({
      namespace,
      name: podName,
      uid,
    });
    const anyPod = async (): Promise<PodName> => {
      const [first] = await live();
      return nameOf(pod.parse(first));
    };
    const readyPods = (count: number) =>
      cluster.until(`${count} pods are Ready`, async () => {
        const found = await live();
        return found.length === count && found.every(isReady);
      });
    const budgetOf = async (budgetName: string) =>
      z.object({ status: budgetStatus }).parse(await cluster.reads.get(inNamespace(`/apis/policy/v1/poddisruptionbudgets/${budgetName}`)))
        .status;
    const budgetSays = (budgetName: string, expected: Partial<z.output<typeof budgetStatus>>) =>
      cluster.until(`budget ${budgetName} says ${JSON.stringify(expected)}`, async () => {
        const said: Readonly<Record<string, number>> = await budgetOf(budgetName).catch(() => ({}));
        return Object.entries(expected).every(([field, value]) => said[field] === value);
      });
    const firstNode = async () => node.parse(itemsOf(node, await all(cluster.reads.list('/api/v1/nodes', { limit: 100 })))[0]);
    const nodePath = ({ metadata: { name: nodeName } }: z.output<typeof node>) => `/api/v1/nodes/${nodeName}`;

    const deployment = (replicas: number, annotations: Readonly<Record<string, string>> = {}): Manifest => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: cluster.namespace },
      spec: {
        replicas,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' }, annotations },
          spec: {
            terminationGracePeriodSeconds: 5,
            containers: [{ name: 'web', image: 'registry.example/web:1', resources: { requests: { cpu: '10m', memory: '16Mi' } } }],
          },
        },
      },
    });
    const budget = (budgetName: string, spec: Readonly<Record<string, unknown>>): Manifest => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: budgetName, namespace: cluster.namespace },
      spec: { ...spec, selector: { matchLabels: { app: 'web' } } },
    });

    describe('eviction', () => {
      it('answers 201, the pod goes, and another comes', async () => {
        await cluster.apply([deployment(2)]);
        await readyPods(2);
        const evicted = await anyPod();
        expect(await cluster.writes.evictPod(evicted)).toMatchObject({ status: 201, body: { status: 'Success' } });
        await cluster.until('the pod is gone', async () => !(await pods()).some(({ metadata: { uid } }) => uid === evicted.uid));
        await readyPods(2);
      });

      it('answers 201 again while the pod is on its way out, whatever its budget says', async () => {
        await cluster.apply([deployment(2), budget('web', { minAvailable: 1 })]);
        await readyPods(2);
        await budgetSays('web', { disruptionsAllowed: 1 });
        const evicted = await anyPod();
        expect(await cluster.writes.evictPod(evicted)).toMatchObject({ status: 201 });
        expect(await cluster.writes.evictPod(evicted)).toMatchObject({ status: 201 });
      });

      it('takes one of the disruptions that a budget allows, and answers 429 when none is left', async () => {
        await cluster.apply([deployment(3), budget('web', { minAvailable: 2 })]);
        await readyPods(3);
        await budgetSays('web', { disruptionsAllowed: 1 });
        const [first, second] = (await live()).map(nameOf);
        if (!first || !second) throw new Error('expected two pods');
        expect(await cluster.writes.evictPod(first)).toMatchObject({ status: 201 });
        const refused = await cluster.writes.evictPod(second);
        expect(refused.status).toBe(429);
        expect(status.parse(refused.body)).toMatchObject({
          message: "Cannot evict pod as it would violate the pod's disruption budget.",
          reason: 'TooManyRequests',
          details: {
            causes: [
              {
                reason: 'DisruptionBudget',
                message: expect.stringMatching(/^The disruption budget web needs 2 healthy pods and has [23] currently$/),
              },
            ],
          },
        });
        await budgetSays('web', { disruptionsAllowed: 1, currentHealthy: 3 });
        expect(await cluster.writes.evictPod(second)).toMatchObject({ status: 201 });
      });

      it('answers 500 where two budgets select the pod, and evicts nothing', async () => {
        await cluster.apply([deployment(2), budget('one', { minAvailable: 1 }), budget('two', { maxUnavailable: 1 })]);
        await readyPods(2);
        await budgetSays('one', { disruptionsAllowed: 1 });
        await budgetSays('two', { disruptionsAllowed: 1 });
        const answer = await cluster.writes.evictPod(await anyPod());
        expect(answer.status).toBe(500);
        expect(status.parse(answer.body).message).toBe(
          'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
        );
        expect(await live()).toHaveLength(2);
      });

      it('answers 404 for a pod that is not there, and 409 for another one of its name', async () => {
        await cluster.apply([deployment(1)]);
        await readyPods(1);
        const there = await anyPod();
        const gone = await cluster.writes.evictPod({ ...there, name: 'web-gone' });
        expect(gone.status).toBe(404);
        expect(status.parse(gone.body)).toMatchObject({ message: 'pods "web-gone" not found', reason: 'NotFound' });
        const another = await cluster.writes.evictPod({ ...there, uid: '11111111-2222-4333-8444-555555555555' });
        expect(another.status).toBe(409);
        expect(status.parse(another.body)).toMatchObject({
          reason: 'Conflict',
          message: expect.stringContaining('does not match the UID in record'),
        });
        expect(await live()).toHaveLength(1);
      });

      it('lets a pod that is not ready go only where the policy says so, while too few are healthy', async () => {
        await cluster.apply([deployment(2, { 'world/never-ready': 'true' }), budget('web', { minAvailable: 1 })]);
        await cluster.until('both pods run', async () => {
          const found = await live();
          return found.length === 2 && found.every(({ status: { phase } }) => phase === 'Running');
        });
        await budgetSays('web', { expectedPods: 2, currentHealthy: 0, desiredHealthy: 1 });
        expect((await cluster.writes.evictPod(await anyPod())).status).toBe(429);
        await cluster.apply([budget('web', { minAvailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' })]);
        await budgetSays('web', { observedGeneration: 2 });
        expect((await cluster.writes.evictPod(await anyPod())).status).toBe(201);
      });
    });

    describe('the status of a budget', () => {
      it.each([
        ['minAvailable 4', { minAvailable: 4 }, { desiredHealthy: 4, disruptionsAllowed: 0 }],
        ['minAvailable 40%', { minAvailable: '40%' }, { desiredHealthy: 2, disruptionsAllowed: 1 }],
        ['maxUnavailable 2', { maxUnavailable: 2 }, { desiredHealthy: 1, disruptionsAllowed: 2 }],
        ['maxUnavailable 40%', { maxUnavailable: '40%' }, { desiredHealthy: 1, disruptionsAllowed: 2 }],
        ['maxUnavailable 0', { maxUnavailable: 0 }, { desiredHealthy: 3, disruptionsAllowed: 0 }],
      ])('is counted as Kubernetes counts it: %s of 3', async (_, spec, expected) => {
        await cluster.apply([deployment(3), budget('web', spec)]);
        await readyPods(3);
        await budgetSays('web', { ...expected, currentHealthy: 3, expectedPods: 3 });
      });
    });

    describe('a patch', () => {
      it('cordons a node on condition that nobody changed it: 409 with a stale resourceVersion', async () => {
        const before = await firstNode();
        const path = nodePath(before);
        const { resourceVersion } = before.metadata;
        const cordoned = await cluster.writes.patch(path, { metadata: { resourceVersion }, spec: { unschedulable: true } });
        expect(cordoned.status).toBe(200);
        expect(node.parse(cordoned.body).metadata.resourceVersion).not.toBe(resourceVersion);
        const stale = await cluster.writes.patch(path, { metadata: { resourceVersion }, spec: { unschedulable: false } });
        expect(stale.status).toBe(409);
        expect(status.parse(stale.body)).toMatchObject({
          reason: 'Conflict',
          message: expect.stringContaining('the object has been modified'),
        });
        await cluster.until('the taint of the cordon is there', async () => {
          const { spec } = node.parse(await cluster.reads.get(path));
          return spec.taints?.some(({ key }) => key === 'node.kubernetes.io/unschedulable') ?? false;
        });
        expect(node.parse(await cluster.reads.get(path)).spec.unschedulable).toBe(true);
        expect((await cluster.writes.patch(path, { spec: { unschedulable: null } })).status).toBe(200);
        await cluster.until('the taint is gone', async () => {
          const { spec } = node.parse(await cluster.reads.get(path));
          return !spec.taints?.some(({ key }) => key === 'node.kubernetes.io/unschedulable');
        });
      });

      it('keeps the annotations of others, and takes away with null', async () => {
        const path = nodePath(await firstNode());
        const annotate = (annotations: Readonly<Record<string, string | null>>) =>
          cluster.writes.patch(path, { metadata: { annotations } });
        await annotate({ 'contract.example/theirs': 'theirs' });
        await annotate({ 'contract.example/ours': 'ours' });
        expect(node.parse(await cluster.reads.get(path)).metadata.annotations).toMatchObject({
          'contract.example/theirs': 'theirs',
          'contract.example/ours': 'ours',
        });
        await annotate({ 'contract.example/ours': null });
        const { annotations } = node.parse(await cluster.reads.get(path)).metadata;
        expect(annotations).toMatchObject({ 'contract.example/theirs': 'theirs' });
        expect(annotations).not.toHaveProperty(['contract.example/ours']);
        await annotate({ 'contract.example/theirs': null });
      });

      it('of the scale of a Deployment changes its replicas, on the same condition, and shows no 0', async () => {
        await cluster.apply([deployment(1)]);
        await readyPods(1);
        const path = inNamespace('/apis/apps/v1/deployments/web/scale');
        const before = scale.parse(await cluster.reads.get(path));
        expect(before.spec).toEqual({ replicas: 1 });
        const stale = await cluster.writes.patch(path, { metadata: { resourceVersion: '1' }, spec: { replicas: 2 } });
        expect(stale.status).toBe(409);
        const raised = await cluster.writes.patch(path, { spec: { replicas: 2 } });
        expect(raised.status).toBe(200);
        const { metadata: after, spec } = scale.parse(raised.body);
        expect(spec).toEqual({ replicas: 2 });
        expect(after.resourceVersion).not.toBe(before.metadata.resourceVersion);
        await readyPods(2);
        expect((await cluster.writes.patch(path, { spec: { replicas: 0 } })).status).toBe(200);
        expect(scale.parse(await cluster.reads.get(path)).spec).toEqual({});
      });

      it('answers 404 for what is not there', async () => {
        const answer = await cluster.writes.patch('/api/v1/nodes/gone', { spec: { unschedulable: true } });
        expect(answer.status).toBe(404);
        expect(status.parse(answer.body)).toMatchObject({ reason: 'NotFound', message: 'nodes "gone" not found' });
      });
    });

    it('lists in pages of the size asked for, each object once', async () => {
      await cluster.apply([deployment(5)]);
      await readyPods(5);
      const pages = await all(cluster.reads.list(inNamespace('/api/v1/pods'), { limit: 2 }));
      expect(pages.map((page) => itemsOf(pod, [page]).length)).toEqual([2, 2, 1]);
      expect(new Set(itemsOf(pod, pages).map(({ metadata: { uid } }) => uid)).size).toBe(5);
    });

    it('says whether the caller may do something', async () => {
      const answer = await cluster.reads.createSelfSubjectAccessReview({
        resourceAttributes: { verb: 'create', group: '', resource: 'pods', subresource: 'eviction' },
      });
      expect(answer).toMatchObject({ status: { allowed: true } });
    });

    it('deletes a pod on condition that it is the one that is meant', async () => {
      await cluster.apply([deployment(1)]);
      await readyPods(1);
      const there = await anyPod();
      expect((await cluster.writes.deletePod({ ...there, uid: '11111111-2222-4333-8444-555555555555' })).status).toBe(409);
      expect((await cluster.writes.deletePod(there)).status).toBe(200);
      await readyPods(1);
      expect((await anyPod()).uid).not.toBe(there.uid);
    });
  });
}
