import { describe, expect, it } from 'vitest';
import { fenced } from '../../functions/rotation/fenced.ts';

describe('a fenced port', () => {
  const port = { calls: 0, patch: async (path: string) => `patched ${path}`, evictPod: async () => 'evicted' };

  it('asks before each call, whatever it is called', async () => {
    const asked: string[] = [];
    const safe = fenced(port, async (call) => {
      asked.push(call);
    });
    expect(await safe.patch('/a')).toBe('patched /a');
    expect(await safe.evictPod()).toBe('evicted');
    expect(asked).toEqual(['patch', 'evictPod']);
  });

  it('makes no call that it was not allowed', async () => {
    let made = 0;
    const safe = fenced({ patch: async () => (made += 1) }, () => Promise.reject(new Error('LeaseLost')));
    await expect(safe.patch()).rejects.toThrow('LeaseLost');
    expect(made).toBe(0);
  });
});
