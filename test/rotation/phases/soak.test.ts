import { describe, expect, it } from 'vitest';
import { soak } from '../../../functions/rotation/phases/soak.ts';
import { createBatch } from '../batches-of.ts';
import { node, pod, soakWorld } from '../soak-world.ts';

const minute = 60_000;
const gates = { alarms: ['web'] };

describe('the soak', () => {
  it('lasts as long as the option says, counted from the record, and looks every gateSeconds', async () => {
    const world = await soakWorld({ options: { poolSoakMinutes: 60 } });
    expect(await soak(await world.step())).toMatchObject({
      status: 'wait',
      waitSeconds: 60,
      hold: true,
      why: expect.stringContaining('2026-11-21T13:00'),
    });
    world.advance(49 * minute);
    expect(await soak(await world.step())).toMatchObject({ status: 'wait', hold: true });
    world.advance(minute + 1);
    expect(await soak(await world.step())).toMatchObject({ status: 'wait', hold: false });
    world.advance(10 * minute - 31_000);
    expect(await soak(await world.step())).toMatchObject({ status: 'wait', waitSeconds: 30.999 });
    world.advance(30_999);
    expect(await soak(await world.step())).toEqual({
      status: 'done',
      progress: { verdict: 'pass', blueReady: 2, greenReady: 2, podsOnBlue: 0 },
    });
  });

  it('is done at the first pass where it is to last no time', async () => {
    const world = await soakWorld({ options: { poolSoakMinutes: 0 } });
    expect(await soak(await world.step())).toMatchObject({ status: 'done' });
  });

  it('ends at once when a gate fails', async () => {
    const world = await soakWorld({ rotation: { gates } });
    world.alarms.push({ AlarmName: 'web', StateValue: 'ALARM' });
    expect(await soak(await world.step())).toMatchObject({ status: 'failed', cause: 'alarm web is in ALARM' });
  });

  it.each([
    ['inconclusive', 'INSUFFICIENT_DATA'],
    ['error', undefined],
  ])('waits while the gates are %s, and fails 10 minutes after its end', async (verdict, StateValue) => {
    const world = await soakWorld({ rotation: { gates } });
    if (StateValue) world.alarms.push({ AlarmName: 'web', StateValue });
    expect(await soak(await world.step())).toMatchObject({ status: 'wait', hold: true, why: expect.stringContaining('alarm web') });
    world.advance(70 * minute - 1);
    expect(await soak(await world.step())).toMatchObject({ status: 'wait', hold: false });
    world.advance(1);
    expect(await soak(await world.step())).toMatchObject({
      status: 'failed',
      cause: expect.stringContaining(`${verdict} 10 min after the end of the soak: alarm web`),
    });
  });

  it('F-32: nothing is known to be well while the cluster is being updated', async () => {
    const world = await soakWorld({ options: { poolSoakMinutes: 0 } });
    world.cluster.status = 'UPDATING';
    expect(await soak(await world.step())).toMatchObject({ status: 'wait', why: 'cluster payments is UPDATING' });
    world.cluster.status = 'ACTIVE';
    expect(await soak(await world.step())).toMatchObject({ status: 'done' });
  });

  it('is done when what was inconclusive passes in time', async () => {
    const world = await soakWorld({ rotation: { gates } });
    await soak(await world.step());
    world.advance(65 * minute);
    expect(await soak(await world.step())).toMatchObject({ status: 'wait' });
    world.alarms.push({ AlarmName: 'web', StateValue: 'OK' });
    expect(await soak(await world.step())).toMatchObject({ status: 'done' });
    expect((await world.stored()).notes.soakDoubt).toBeUndefined();
  });

  it('gives a doubt that comes up after a pause its 10 minutes too', async () => {
    const world = await soakWorld({ rotation: { gates } });
    world.advance(5 * 60 * minute);
    expect(await soak(await world.step())).toMatchObject({ status: 'wait' });
    world.advance(10 * minute);
    expect(await soak(await world.step())).toMatchObject({ status: 'failed' });
  });

  it('does not pass while a pod that would have to move is on blue, and names it', async () => {
    const world = await soakWorld({ options: { poolSoakMinutes: 0 } });
    world.objects.get('/api/v1/pods')?.push(pod('web-3', 'node-a1'));
    expect(await soak(await world.step())).toMatchObject({
      status: 'wait',
      why: expect.stringMatching(/^Pod shop\/web-3 on node-a1 is on blue: /),
      progress: { podsOnBlue: 1 },
    });
  });

  it('leaves out nodes that were given up', async () => {
    const batch = { ...emptyBatch, quarantined: ['node-a1'] };
    const world = await soakWorld({ options: { poolSoakMinutes: 0 }, record: { batches: [batch] } });
    world.objects.get('/api/v1/pods')?.push(pod('web-3', 'node-a1'));
    expect(await soak(await world.step())).toMatchObject({ status: 'done' });
  });

  it('cordons a blue node that is new', async () => {
    const world = await soakWorld();
    world.groups.get('payments-a')?.Instances.push({ InstanceId: 'i-a3', AvailabilityZone: 'eu-west-1a', LifecycleState: 'InService' });
    world.objects.get('/api/v1/nodes')?.push(node('i-a3'));
    await soak(await world.step());
    expect(world.patches.map(({ path }) => path)).toEqual(['/api/v1/nodes/node-a3']);
    await soak(await world.step());
    expect(world.patches).toHaveLength(1);
  });

  it('goes on when one blue node dies, but not when none is Ready or the group is gone', async () => {
    const world = await soakWorld({ options: { poolSoakMinutes: 0 } });
    const nodes = world.objects.get('/api/v1/nodes') ?? [];
    Object.assign(nodes[0] ?? {}, { status: {} });
    expect(await soak(await world.step())).toMatchObject({ status: 'done', progress: { blueReady: 1 } });
    Object.assign(nodes[1] ?? {}, { status: {} });
    expect(await soak(await world.step())).toMatchObject({
      status: 'wait',
      why: expect.stringContaining('none of the 2 nodes of payments-a is Ready'),
    });
    world.groups.delete('payments-a');
    expect(await soak(await world.step())).toMatchObject({ status: 'wait', why: expect.stringContaining('the blue group is gone') });
  });

  it('waits for a green node that flaps, for as long as the options say', async () => {
    const world = await soakWorld({ options: { poolSoakMinutes: 0, flapMinutes: 5 } });
    const flapping = world.objects.get('/api/v1/nodes')?.at(-1) ?? node('');
    flapping.status = {};
    const why = 'green has 1 Ready nodes of 2; not Ready: node-b2';
    expect(await soak(await world.step())).toMatchObject({ status: 'wait', why });
    world.advance(5 * minute);
    expect(await soak(await world.step())).toMatchObject({ status: 'failed', cause: `for 5 min: ${why}` });
    flapping.status = node('').status ?? {};
    expect(await soak(await world.step())).toMatchObject({ status: 'done' });
    expect((await world.stored()).troubleSince).toEqual({});
  });

  it('gives a green node that is launched again the time to join', async () => {
    const world = await soakWorld({ options: { poolSoakMinutes: 0, flapMinutes: 5, joinMinutes: 15 } });
    world.objects.get('/api/v1/nodes')?.pop();
    await soak(await world.step());
    // Not as long as the doubt of a soak that is over.
    world.advance(9 * minute);
    expect(await soak(await world.step())).toMatchObject({ status: 'wait', why: 'green has 1 Ready nodes of 2' });
  });

  it('remembers the fewest Ready replicas that it saw', async () => {
    const world = await soakWorld();
    world.objects.set('/api/v1/pods', [pod('web-1', 'node-b1'), pod('web-2', 'node-b2', false)]);
    await soak(await world.step());
    expect((await world.stored()).notes.availability).toEqual({
      'Deployment shop/web': { desired: 2, ready: 1, at: '2026-11-21T12:00:00.000Z' },
    });
  });
});

const emptyBatch = createBatch({ nodes: ['node-a1'], state: 'done', startedAt: '2026-11-21T11:00:00.000Z' });
