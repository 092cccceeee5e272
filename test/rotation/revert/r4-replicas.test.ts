import { describe, expect, it } from 'vitest';
import { noStamps, type RotationRecord } from '../../../functions/rotation/record.ts';
import { restoreReplicas } from '../../../functions/rotation/revert/r4-replicas.ts';
import { restoreBlue } from '../../../functions/rotation/revert/r8-restore-blue.ts';
import { deployment, soakWorld } from '../soak-world.ts';

const surged = (counts: Record<string, number>, record: Partial<RotationRecord> = {}) =>
  soakWorld({ record: { phase: 'r4-replicas', stamps: { ...noStamps, surged: counts }, ...record } });

const path = '/apis/apps/v1/namespaces/shop/deployments/web/scale';
const replicasOf = (world: Awaited<ReturnType<typeof surged>>) => world.objects.get('/apis/apps/v1/deployments')?.[0]?.spec?.replicas;

describe('the replicas of a surge', () => {
  it('are put back to exactly what they were, once', async () => {
    const world = await surged({ 'Deployment shop/web': 1 });
    expect(await restoreReplicas(await world.step())).toEqual({ status: 'done', progress: { restored: 1 } });
    expect(world.patches).toEqual([{ path, patch: { metadata: { resourceVersion: '7' }, spec: { replicas: 1 } } }]);
    expect(replicasOf(world)).toBe(1);
    expect(await restoreReplicas(await world.step())).toEqual({ status: 'done', progress: { restored: 0 } });
    expect(world.patches).toHaveLength(1);
  });

  it('of an autoscaler too', async () => {
    const world = await surged({ 'HorizontalPodAutoscaler shop/web': 1 });
    const autoscaler = { metadata: { name: 'web', namespace: 'shop', resourceVersion: '3' }, spec: { minReplicas: 2 } };
    world.objects.set('/apis/autoscaling/v2/horizontalpodautoscalers', [autoscaler]);
    await restoreReplicas(await world.step());
    expect(autoscaler.spec.minReplicas).toBe(1);
  });

  it('are left when they are as they were: the stamp was written, the surge never made', async () => {
    const world = await surged({ 'Deployment shop/web': 2 });
    expect(await restoreReplicas(await world.step())).toMatchObject({ status: 'done' });
    expect(world.patches).toEqual([]);
  });

  it('that somebody else has changed stay, and are told', async () => {
    const world = await surged({ 'Deployment shop/web': 5 });
    expect(await restoreReplicas(await world.step())).toMatchObject({ status: 'done' });
    expect(world.patches).toEqual([]);
    expect(world.events).toMatchObject([
      { object: 'Deployment shop/web', message: 'somebody else has changed its replicas from 6 to 2: they stay' },
    ]);
  });

  it('of which somebody has left none stay so: the API server leaves out a 0', async () => {
    const world = await surged({ 'Deployment shop/web': 1 });
    const [web] = world.objects.get('/apis/apps/v1/deployments') ?? [];
    Reflect.deleteProperty(web?.spec ?? {}, 'replicas');
    expect(await restoreReplicas(await world.step())).toMatchObject({ status: 'done' });
    expect(world.events).toMatchObject([{ message: 'somebody else has changed its replicas from 2 to 0: they stay' }]);
  });

  it('that somebody raises after they were restored stay', async () => {
    const world = await surged({ 'Deployment shop/web': 1 });
    await restoreReplicas(await world.step());
    world.objects.set('/apis/apps/v1/deployments', [deployment('web', 2)]);
    await restoreReplicas(await world.step());
    expect(replicasOf(world)).toBe(2);
  });

  it('of a workload that is gone are settled', async () => {
    const world = await surged({ 'Deployment shop/gone': 1 });
    expect(await restoreReplicas(await world.step())).toMatchObject({ status: 'done' });
  });

  it('are read again after somebody else wrote at the same time, and after an error of the API server', async () => {
    for (const status of [409, 503]) {
      const world = await surged({ 'Deployment shop/web': 1 });
      world.patchAnswers.push({ status, body: {} });
      expect(await restoreReplicas(await world.step())).toMatchObject({
        status: 'wait',
        why: 'replicas are not restored yet: Deployment shop/web',
      });
      expect(await restoreReplicas(await world.step())).toMatchObject({ status: 'done' });
      expect(replicasOf(world)).toBe(1);
    }
  });

  it('that may not be written are an error', async () => {
    const world = await surged({ 'Deployment shop/web': 1 });
    world.patchAnswers.push({ status: 403, body: { message: 'deployments.apps "web" is forbidden' } });
    await expect(restoreReplicas(await world.step())).rejects.toThrow(/403: deployments.apps "web" is forbidden/);
  });

  it('are put back before blue is restored, where moving back was given up in the middle of a surge', async () => {
    const world = await surged({ 'Deployment shop/web': 1 });
    expect(await restoreBlue(await world.step())).toMatchObject({ status: 'done' });
    expect(replicasOf(world)).toBe(1);
  });

  it('come back when the step is killed between the write and its record', async () => {
    const world = await surged({ 'Deployment shop/web': 1 });
    const step = await world.step();
    await expect(restoreReplicas({ ...step, update: async () => Promise.reject(new Error('killed')) })).rejects.toThrow('killed');
    expect(await restoreReplicas(await world.step())).toMatchObject({ status: 'done' });
    expect(replicasOf(world)).toBe(1);
    expect(world.patches).toHaveLength(1);
  });
});
