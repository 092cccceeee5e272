import { describe, expect, it } from 'vitest';
import { revertForecast } from '../../../functions/rotation/decide/revert-forecast.ts';
import { noStamps } from '../../../functions/rotation/record.ts';
import { createDoneBatch } from '../batches-of.ts';
import { createRotationRecord } from '../records.ts';

const then = '2026-11-21T12:00:00.000Z';

describe('what a revert will do', () => {
  it('is nothing before anything was changed', () => {
    expect(revertForecast(createRotationRecord({ phase: 'preflight' }))).toEqual({
      steps: ['end it as refused: nothing was changed yet'],
      minutes: 1,
    });
  });

  it('names blue, green, the nodes whose pods come back, and what was made', () => {
    const { steps, minutes } = revertForecast(
      createRotationRecord({
        phase: 'drain',
        greenCreated: true,
        phaseStartedAt: { 'create-green': then, freeze: then, 'scale-green': then, 'cordon-blue': then, drain: then },
        batches: [createDoneBatch(0), createDoneBatch(1)],
        stamps: { ...noStamps, surged: { 'Deployment shop/web': 1 } },
      }),
    );
    expect(steps).toEqual([
      'uncordon the nodes of workers-a that this rotation cordoned; nodes that somebody else cordoned stay so',
      'see that workers-a has its 4 nodes, and replace any that were lost',
      'cordon workers-b once workers-a is whole, and move the pods of 2 nodes back, batch by batch, with the same respect for disruption budgets',
      'put the replicas of 1 workload back as they were',
      'delete workers-b, which this rotation created',
      'restore the bounds, processes, tags and annotations of workers-a',
    ]);
    expect(minutes).toBe(21);
  });

  it('moves nothing back that was not moved', () => {
    const { steps } = revertForecast(createRotationRecord({ phase: 'scale-green', phaseStartedAt: { freeze: then, 'scale-green': then } }));
    expect(steps.join()).not.toMatch(/uncordon|move the pods|delete/);
  });
});
