import { describe, expect, it } from 'vitest';
import { bucketPlace, isBucketUrl } from '../../functions/store/location.ts';

describe('bucketPlace', () => {
  it.each([
    ['s3://bucket', { bucket: 'bucket', key: '' }],
    ['s3://bucket/', { bucket: 'bucket', key: '' }],
    ['s3://my.bucket-1/teams/platform', { bucket: 'my.bucket-1', key: 'teams/platform' }],
    ['s3://bucket/teams/platform/', { bucket: 'bucket', key: 'teams/platform' }],
    ['s3://bucket/a b/ä.json', { bucket: 'bucket', key: 'a b/ä.json' }],
  ])('%s', (url, place) => {
    expect(bucketPlace(url)).toEqual(place);
  });

  it.each([
    's3://',
    's3:///key',
    's3://b',
    's3://Bucket',
    's3://bucket_1',
    'S3://bucket',
    's3://bucket//key',
    's3://bucket/a//b',
    's3://bucket/../b',
    's3://bucket/a/.',
    's3://arn:aws:s3:eu-west-1:111111111111:accesspoint/x',
    'bucket/key',
    './s3:/bucket',
  ])('refuses %s', (url) => {
    expect(bucketPlace(url)).toBeUndefined();
  });
});

describe('isBucketUrl', () => {
  it('knows a bucket by its scheme, even if the rest is wrong', () => {
    expect(['s3://', 'S3://Bucket', 's3://bucket'].every(isBucketUrl)).toBe(true);
    expect(['', './out', '/s3://x', 's3:/x', 'C:\\out', 's3'].some(isBucketUrl)).toBe(false);
  });
});
