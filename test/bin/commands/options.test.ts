import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { checkById, parseFolder, parseInstant } from '../../../bin/commands/options.ts';
import { checks } from '../../../functions/checks/list.ts';

describe('parseInstant', () => {
  it.each([
    ['2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-11-21T06:00Z', '2026-11-21T06:00:00.000Z'],
    ['2026-11-21T06:00:00.5Z', '2026-11-21T06:00:00.500Z'],
    ['2026-11-21T00:30:00+01:00', '2026-11-20T23:30:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseInstant(text).toISOString()).toBe(instant);
  });

  it.each([
    '',
    'now',
    '2026',
    '2026-11',
    '2026-13-01',
    '2026-02-29',
    '2026-02-30T00:00:00Z',
    '2026-11-21 06:00',
    '2026-11-21T06:00:00',
    '21.11.2026',
    '2026-11-21T25:00:00Z',
    '2026-11-21T06:00:00+99:00',
  ])('refuses %j', (text) => {
    expect(() => parseInstant(text)).toThrow(InvalidArgumentError);
  });
});

describe('checkById', () => {
  it('finds every check', () => {
    for (const check of checks) expect(checkById(check.id)).toBe(check);
  });
});

describe('parseFolder', () => {
  it('takes any folder, and no bucket', () => {
    expect(parseFolder('./greenlight-out')).toBe('./greenlight-out');
    expect(() => parseFolder('s3://bucket/prefix')).toThrow(InvalidArgumentError);
  });
});
