import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../simulator/rotation/clock.ts';

describe('the virtual clock', () => {
  it('runs what is due in order of time, then of order, and what that makes due', () => {
    const clock = virtualClock(new Date(0));
    const seen: string[] = [];
    const note = (what: string) => () => void seen.push(`${what} ${clock.now()}`);
    clock.after(20, note('second'));
    clock.after(10, () => {
      note('first')();
      clock.after(5, note('made due'));
      clock.after(500, note('later'));
    });
    clock.after(20, note('third'));
    clock.after(15, note('called off'))();
    clock.advance(100);
    expect(seen).toEqual(['first 10', 'made due 15', 'second 20', 'third 20']);
    expect(clock.now()).toBe(100);
  });

  it('tells its listeners once an instant, and refuses to be advanced by what it runs', () => {
    const clock = virtualClock(new Date(0));
    const instants: number[] = [];
    clock.afterEachInstant(() => instants.push(clock.now()));
    clock.after(10, () => {});
    clock.after(10, () => {});
    clock.advance(30);
    expect(instants).toEqual([10, 30]);
    clock.after(1, () => clock.advance(1));
    expect(() => clock.advance(5)).toThrow(/advanced by something that it runs/);
  });
});
