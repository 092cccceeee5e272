import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keys } from '../../functions/store/layout.ts';

const payments = { accountId: '111111111111', region: 'eu-west-1', name: 'payments' };
const runId = '2026-11-21T06-00-00Z-0a1b2c3d';

describe('keys', () => {
  it('are those that other tools read', () => {
    expect(keys.configuration).toBe('config/greenlight.json');
    expect(keys.run(runId)).toBe(`runs/${runId}/run.json`);
    expect(keys.clusterReport(runId, payments)).toBe(`runs/${runId}/clusters/111111111111/eu-west-1/payments.json`);
    expect(keys.findings(new Date('2026-11-21T23:59:59.999Z'), payments)).toBe(
      'findings/date=2026-11-21/account=111111111111/region=eu-west-1/payments.jsonl',
    );
    expect(keys.inventory(runId, payments)).toBe(`inventory/111111111111/eu-west-1/payments/${runId}.json.gz`);
    expect(keys.catalogue('eu-west-1', '2026-11-21')).toBe('catalog/eu-west-1/2026-11-21.json');
  });

  it('take the UTC day of the run', () => {
    expect(keys.findings(new Date('2026-11-22T00:30:00+01:00'), payments)).toContain('date=2026-11-21');
  });

  it.each(['..', '.', '../../etc/passwd', 'a/b', 'a\\b', 'a b', '☃', '\ud800', 'a\0b', '=', '%2E'])(
    'keep the name %j in one segment',
    (name) => {
      const key = keys.inventory(runId, { ...payments, region: name, name });
      expect(key.split('/')).toHaveLength(5);
      expect(key).toMatch(/^[\w./%!'()*~-]+$/);
      expect(key.split('/').every((segment) => segment !== '..' && segment !== '.')).toBe(true);
    },
  );

  it('tell names apart, unless only halves of surrogate pairs differ', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 }), (a, b) => {
        const same = keys.clusterReport(runId, { ...payments, name: a }) === keys.clusterReport(runId, { ...payments, name: b });
        expect(same).toBe(a === b);
      }),
    );
  });
});
