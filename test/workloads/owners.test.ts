import { describe, expect, it } from 'vitest';
import { controllerOf } from '../../functions/workloads/owners.ts';

const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d4f', uid: 'u1', controller: true };
const node = { apiVersion: 'v1', kind: 'Node', name: 'ip-10-0-0-1', uid: 'u2', controller: false };

describe('controllerOf', () => {
  it('is the owner with controller: true, wherever it stands', () => {
    expect(controllerOf({ metadata: { ownerReferences: [node, replicaSet] } })).toEqual(replicaSet);
  });

  it.each([
    ['no references', {}],
    ['null', { ownerReferences: null }],
    ['an empty list', { ownerReferences: [] }],
    ['an owner that says it is no controller', { ownerReferences: [node] }],
    ['an owner that does not say', { ownerReferences: [{ ...node, controller: undefined }] }],
    ['an owner with null', { ownerReferences: [{ ...node, controller: null }] }],
  ])('is none with %s', (_, metadata) => {
    expect(controllerOf({ metadata })).toBeUndefined();
  });
});
