import { describe, expect, it } from 'vitest';
import { accessRequirements, accessText } from '../../functions/access/access-requirements.ts';
import { chosen } from './builders.ts';

const texts = (...args: Parameters<typeof chosen>) => accessRequirements(chosen(...args)).map(accessText);

describe('what only an option opens', () => {
  it.each([
    ['Secrets', 'helmReleases', 'list secrets'],
    ['/metrics', 'metrics', 'get /metrics'],
  ] as const)('%s', (_, option, access) => {
    expect(texts({ [option]: true })).toContain(access);
    expect(texts({ helmReleases: true, metrics: true, [option]: false })).not.toContain(access);
    expect(texts()).not.toContain(access);
  });

  it('adds nothing else', () => {
    const plain = texts();
    expect(texts({ helmReleases: true, metrics: true }).filter((text) => !plain.includes(text))).toEqual(['list secrets', 'get /metrics']);
  });
});

it('kinds of removed APIs are listed, and never read one by one', () => {
  const flowControl = texts().filter((text) => text.endsWith('.flowcontrol.apiserver.k8s.io'));
  expect(flowControl.sort()).toEqual([
    'list flowschemas.flowcontrol.apiserver.k8s.io',
    'list prioritylevelconfigurations.flowcontrol.apiserver.k8s.io',
  ]);
  expect(texts().filter((text) => /leases|leasecandidates|\bevents/.test(text))).toEqual([]);
});
