import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { checkById, parseInstant, parseOutput, parseStore } from '../../../bin/commands/options.ts';
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

describe('parseStore', () => {
  it('takes any folder, and a bucket with or without a prefix', () => {
    for (const location of ['./greenlight-out', 'a folder/', 's3://bucket', 's3://bucket/teams/platform'])
      expect(parseStore(location)).toBe(location);
    expect(parseStore('s3://bucket/teams/')).toBe('s3://bucket/teams');
    expect(parseStore('s3://bucket/')).toBe('s3://bucket');
  });

  it.each(['s3://', 's3://Bucket', 'S3://bucket', 's3://bucket//x'])('refuses %s, which would become a folder called "s3:"', (location) => {
    expect(() => parseStore(location)).toThrow(InvalidArgumentError);
  });
});

describe('parseOutput', () => {
  it('takes any path, and one object of a bucket', () => {
    for (const path of ['report.json', '-', 's3://bucket/report.json', 's3://bucket/a/b']) expect(parseOutput(path)).toBe(path);
  });

  it.each(['s3://bucket', 's3://bucket/', 's3://bucket/reports/', 's3://b_/x'])('refuses %s, which names no object', (path) => {
    expect(() => parseOutput(path)).toThrow(InvalidArgumentError);
  });
});
