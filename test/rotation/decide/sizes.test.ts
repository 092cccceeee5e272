import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultOptions } from '../../../functions/config/rotation-options.ts';
import { boundsToSend } from '../../../functions/rotation/decide/bounds.ts';
import { freezeBounds } from '../../../functions/rotation/decide/freeze-bounds.ts';
import { grow, headroomOf } from '../../../functions/rotation/decide/grow.ts';
import { nextRetirement } from '../../../functions/rotation/decide/retire.ts';

const bounds = fc
  .tuple(fc.nat(50), fc.nat(50), fc.nat(50))
  .map(([a, b, c]) => [a, b, c].sort((x, y) => x - y))
  .map(([min = 0, desired = 0, max = 0]) => ({ min, desired, max: Math.max(1, max) }));
const kind = fc.constantFrom('managed' as const, 'autoScaling' as const);
const size = fc.option(fc.nat(60), { nil: undefined });

test('sizes that are sent are right together, and desired is sent only where it was asked for', () => {
  fc.assert(
    fc.property(kind, bounds, fc.record({ min: size, desired: size, max: size }), (of, live, change) => {
      const sent = boundsToSend(of, live, change);
      if (!sent) return;
      expect(sent.desired).toBe(change.desired);
      const { min = live.min, desired = live.desired, max = live.max } = sent;
      expect(min).toBeLessThanOrEqual(max);
      if (of === 'managed') expect(max).toBeGreaterThanOrEqual(1);
      if (sent.desired !== undefined) expect([min <= desired, desired <= max]).toEqual([true, true]);
    }),
  );
});

test('a group that has the sizes is sent nothing', () => {
  fc.assert(fc.property(kind, bounds, (of, live) => boundsToSend(of, live, live) === undefined));
  expect(boundsToSend('managed', { min: 0, desired: 0, max: 1 }, { max: 0 })).toBeUndefined();
  expect(boundsToSend('autoScaling', { min: 0, desired: 0, max: 1 }, { max: 0 })).toEqual({ min: 0, max: 0 });
});

const instances = (count: number) => Array.from({ length: count }, () => ({ lifecycleState: 'InService' }));
const frozen = { frozen: true, raised: 0, mayGrow: false };

test('the freeze writes desired only upwards, where max has lowered it below what runs', () => {
  const calm = { bounds: { min: 1, desired: 4, max: 9 }, instances: instances(4), size: 4, ...frozen };
  expect(freezeBounds(calm)).toEqual({ kind: 'write', change: { min: 4, max: 4 } });
  expect(freezeBounds({ ...calm, frozen: false })).toEqual({ kind: 'size', size: 4, raise: false });
  expect(freezeBounds({ ...calm, bounds: { min: 4, desired: 4, max: 4 }, instances: instances(5) })).toEqual({
    kind: 'size',
    size: 5,
    raise: true,
  });
  expect(freezeBounds({ ...calm, bounds: { min: 4, desired: 4, max: 4 }, instances: instances(5), size: 5 })).toEqual({
    kind: 'write',
    change: { min: 5, max: 5, desired: 5 },
  });
  expect(freezeBounds({ ...calm, bounds: { min: 4, desired: 4, max: 4 } })).toEqual({ kind: 'frozen' });
  expect(
    freezeBounds({ ...calm, bounds: { min: 4, desired: 4, max: 4 }, instances: [...instances(4), { lifecycleState: 'Terminating:Wait' }] }),
  ).toEqual({
    kind: 'frozen',
  });
});

test('the freeze ends: with nobody else at it sizes are as wanted after at most three looks', () => {
  fc.assert(
    fc.property(bounds, fc.nat(60), fc.boolean(), (live, running, mayGrow) => {
      let [now, n, raised, isFrozen] = [live, 99, 0, false];
      for (let look = 0; look < 8; look += 1) {
        const next = freezeBounds({ bounds: now, instances: instances(running), size: n, frozen: isFrozen, raised, mayGrow });
        if (next.kind === 'frozen') {
          expect(now.min).toBe(n);
          if (!mayGrow) expect(now.max).toBe(Math.max(n, 1));
          expect(now.desired).toBeGreaterThanOrEqual(live.desired);
          return;
        }
        expect(['size', 'write']).toContain(next.kind);
        if (next.kind === 'size') {
          n = next.size;
          raised += next.raise ? 1 : 0;
          isFrozen = true;
        }
        if (next.kind === 'write') {
          const { min = now.min, max = now.max, desired = Math.max(now.desired, min) } = next.change;
          now = { min, desired, max: Math.max(max, min) };
        }
      }
      expect.unreachable('the freeze goes on and on');
    }),
  );
});

test('green only grows, in steps of at most half, and ends at N', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.nat(20),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 5 }),
      (n, before, growPercent, canaryNodes) => {
        const options = { ...defaultOptions, growPercent, canaryNodes };
        let live = { min: 0, desired: 0, max: before };
        for (let step = 0; step < 2 * n + 5; step += 1) {
          const next = grow({ bounds: live, ready: live.desired, size: n, originalMax: before, options, shortage: undefined });
          if (next.kind === 'whole') {
            expect(live.desired).toBe(n);
            return;
          }
          if (next.kind !== 'write') return expect.unreachable(next.kind);
          expect(next.change.desired).toBeGreaterThan(live.desired);
          if (live.desired > 0)
            expect(next.change.desired - live.desired).toBeLessThanOrEqual(Math.max(1, (live.desired * growPercent) / 100));
          else expect(next.change.desired).toBe(Math.min(n, canaryNodes));
          expect(next.change.min).toBe(next.change.desired);
          expect(next.change.max).toBeGreaterThanOrEqual(Math.max(before, n + headroomOf(n, options)));
          live = next.change;
        }
        expect.unreachable('green grows for ever');
      },
    ),
  );
});

test('a shortage takes one node more at a time, and no more than the headroom', () => {
  const options = { ...defaultOptions, headroomPercent: 20, headroomNodes: 2 };
  expect([headroomOf(4, options), headroomOf(100, options)]).toEqual([2, 20]);
  const at = (desired: number, ready = desired) =>
    grow({ bounds: { min: desired, desired, max: 9 }, ready, size: 4, originalMax: 4, options, shortage: 'in zone c cpu 0 of 1' });
  expect(at(4)).toMatchObject({ kind: 'write', change: { desired: 5 } });
  expect(at(5, 4)).toEqual({ kind: 'joining', wanted: 5 });
  expect(at(6)).toMatchObject({ kind: 'short', cause: expect.stringContaining('in zone c cpu 0 of 1') });
});

test('blue reaches zero, each step at most a quarter of N, and max comes along', () => {
  fc.assert(
    fc.property(kind, fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 100 }), (of, n, retirePercent) => {
      let live = { min: n, desired: n, max: n };
      for (let step = 0; live.desired > 0; step += 1) {
        expect(step).toBeLessThanOrEqual(n);
        const next = nextRetirement({ kind: of, bounds: live }, n, { retirePercent });
        expect(live.desired - next.desired).toBeGreaterThan(0);
        expect(live.desired - next.desired).toBeLessThanOrEqual(Math.max(1, (n * retirePercent) / 100));
        expect(next.max).toBe(Math.max(next.desired, of === 'managed' ? 1 : 0));
        live = next;
      }
    }),
  );
});
