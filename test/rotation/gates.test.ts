import { describe, expect, it } from 'vitest';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import { askGates } from '../../functions/rotation/gates.ts';
import { pod, soakWorld } from './soak-world.ts';

const gate = 'arn:aws:lambda:eu-west-1:999999999999:function:gate';
const withGates = (gates: Readonly<Record<string, unknown>>) => soakWorld({ rotation: { gates } });

describe('the gates', () => {
  it('pass where nothing is asked and the workloads are as before', async () => {
    expect(await askGates(await (await soakWorld()).step())).toEqual({ verdict: 'pass', problems: [] });
  });

  it('ask alarms by name and by ARN, composite ones too, in one call', async () => {
    const world = await withGates({ alarms: ['web', 'arn:aws:cloudwatch:eu-west-1:111111111111:alarm:all'] });
    world.alarms.push({ AlarmName: 'web', StateValue: 'OK' }, { AlarmName: 'all', StateValue: 'OK', composite: true });
    expect(await askGates(await world.step())).toMatchObject({ verdict: 'pass' });
    expect(world.asked).toEqual([{ AlarmNames: ['web', 'all'] }]);
  });

  it('are an error when an alarm is not there, or alarms cannot be read', async () => {
    const world = await withGates({ alarms: ['web'] });
    expect(await askGates(await world.step())).toMatchObject({
      verdict: 'error',
      problems: [expect.stringContaining('alarm web does not exist')],
    });
    world.failing.set('alarms', new CollectionError('AccessDenied', 'cloudwatch:DescribeAlarms was denied'));
    expect(await askGates(await world.step())).toEqual({
      verdict: 'error',
      problems: ['the alarms could not be read: cloudwatch:DescribeAlarms was denied'],
    });
  });

  it('tell a function where the rotation stands', async () => {
    const world = await withGates({ lambda: [gate] });
    world.gateAnswers.set(gate, () => ({ verdict: 'pass' }));
    expect(await askGates(await world.step())).toMatchObject({ verdict: 'pass' });
    expect(world.asked).toEqual([
      {
        functionArn: gate,
        payload: {
          rotationId: 'rot-payments-1',
          cluster: world.record.cluster,
          phase: 'soak',
          progress: { batches: 0, nodesDrained: 0, nodes: 2, podsEvicted: 0 },
        },
      },
    ]);
  });

  it('are an error when a function throws', async () => {
    const world = await withGates({ lambda: [gate] });
    world.gateAnswers.set(gate, () => {
      throw new Error('Task timed out');
    });
    expect(await askGates(await world.step())).toEqual({ verdict: 'error', problems: [`gate ${gate} could not be asked: Task timed out`] });
  });

  it('fail when any fails, whatever the others say', async () => {
    const world = await withGates({ alarms: ['web', 'missing'], lambda: [gate] });
    world.alarms.push({ AlarmName: 'web', StateValue: 'ALARM' });
    world.gateAnswers.set(gate, () => ({ verdict: 'inconclusive' }));
    const { verdict, problems } = await askGates(await world.step());
    expect(verdict).toBe('fail');
    expect(problems.map((problem) => problem.split(' ').slice(0, 2).join(' '))).toEqual(['alarm web', 'alarm missing', `gate ${gate}`]);
  });

  it('look at the workloads: what is below its baseline for too long fails', async () => {
    const world = await soakWorld();
    world.objects.set('/api/v1/pods', [pod('web-1', 'node-b1'), pod('web-2', 'node-b2', false)]);
    expect(await askGates(await world.step())).toMatchObject({ verdict: 'inconclusive' });
    world.advance(11 * 60_000);
    expect(await askGates(await world.step())).toMatchObject({
      verdict: 'fail',
      problems: ['Deployment shop/web has 1 Ready pods, expected 2 (before: 2 of 2)'],
    });
  });

  it('do not hide that the cluster cannot be read', async () => {
    const world = await soakWorld();
    world.failing.set('/api/v1/pods', new CollectionError('EndpointUnreachable', 'no answer'));
    await expect(askGates(await world.step())).rejects.toThrow('no answer');
  });
});
