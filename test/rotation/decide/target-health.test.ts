import { expect, test } from 'vitest';
import { unhealthyTargets } from '../../../functions/rotation/decide/target-health.ts';

const arn = 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/1';
const look = (state: string, reason: string | null = null, lifecycleState = 'InService') =>
  unhealthyTargets(new Map([[arn, [{ targetGroup: arn, target: 'i-1', state, reason }]]]), [{ id: 'i-1', lifecycleState }]);

test('what serves is healthy, or asked by nobody', () => {
  expect(look('healthy')).toEqual([]);
  expect(look('unused', 'Target.NotInUse')).toEqual([]);
  expect(look('unavailable')).toEqual([]);
});

test.each(['initial', 'unhealthy', 'draining', 'unhealthy.draining', 'unknown'])('%s is not healthy', (state) => {
  expect(look(state)).toEqual([`i-1 in web is ${state}`]);
});

test('an instance that is not registered is not healthy; one that does not serve is not asked', () => {
  expect(unhealthyTargets(new Map([[arn, []]]), [{ id: 'i-1', lifecycleState: 'InService' }])).toEqual(['i-1 in web is not registered']);
  expect(look('initial', null, 'Terminating:Wait')).toEqual([]);
  expect(look('unused', 'Target.InvalidState')).toHaveLength(1);
});
