import { describe, expect, it } from 'vitest';
import { ownerOf } from '../../functions/analysis/owners.ts';

const owners = { fromTag: 'team', fromLabel: 'app.kubernetes.io/part-of' };
const label = { 'app.kubernetes.io/part-of': 'from-label' };

describe('ownerOf', () => {
  it('asks the label of the subject, then its tag, then the tag of the cluster', () => {
    const tags = { team: 'from-tag' };
    const cluster = { team: 'from-cluster' };
    expect(ownerOf({ labels: label, tags }, cluster, owners)).toBe('from-label');
    expect(ownerOf({ labels: {}, tags }, cluster, owners)).toBe('from-tag');
    expect(ownerOf({ labels: null, tags: {} }, cluster, owners)).toBe('from-cluster');
    expect(ownerOf({}, {}, owners)).toBeNull();
  });

  it('looks only where the configuration says', () => {
    expect(ownerOf({ labels: label, tags: { team: 'x' } }, { team: 'y' }, {})).toBeNull();
    expect(ownerOf({ labels: label, tags: { team: 'x' } }, {}, { fromTag: 'team' })).toBe('x');
  });

  it('takes an empty value for none', () => {
    expect(ownerOf({ labels: { 'app.kubernetes.io/part-of': '' }, tags: { team: '' } }, { team: 'platform' }, owners)).toBe('platform');
  });

  it('does not take what every object has for a tag', () => {
    expect(ownerOf({ labels: {}, tags: {} }, {}, { fromLabel: 'constructor', fromTag: 'toString' })).toBeNull();
  });
});
