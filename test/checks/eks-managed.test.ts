import { describe, expect, it } from 'vitest';
import { isManagedByEks } from '../../functions/checks/eks-managed.ts';
import { createAddon } from './builders.ts';

const component = { 'eks.amazonaws.com/component': 'coredns', 'k8s-app': 'kube-dns' };
const recommended = { 'app.kubernetes.io/managed-by': 'EKS', 'app.kubernetes.io/name': 'aws-ebs-csi-driver' };

describe('isManagedByEks', () => {
  it('finds the add-on that an object names', () => {
    expect(isManagedByEks(component, [createAddon({ addonName: 'coredns' })])).toBe(true);
    expect(isManagedByEks(recommended, [createAddon({ addonName: 'aws-ebs-csi-driver' })])).toBe(true);
    const instance = { 'app.kubernetes.io/managed-by': 'EKS', 'app.kubernetes.io/name': 'agent', 'app.kubernetes.io/instance': 'adot' };
    expect(isManagedByEks(instance, [createAddon({ addonName: 'adot' })])).toBe(true);
  });

  it('does not believe labels of what is not installed as an add-on', () => {
    expect(isManagedByEks(component, [createAddon({ addonName: 'vpc-cni' })])).toBe(false);
    expect(isManagedByEks(recommended, [])).toBe(false);
  });

  it('does not take a name alone for an add-on', () => {
    const helm = { ...recommended, 'app.kubernetes.io/managed-by': 'Helm' };
    expect(isManagedByEks(helm, [createAddon({ addonName: 'aws-ebs-csi-driver' })])).toBe(false);
    expect(isManagedByEks({ 'app.kubernetes.io/managed-by': 'eksctl' }, undefined)).toBe(false);
    expect(isManagedByEks({}, [createAddon()])).toBe(false);
    expect(isManagedByEks(null, [createAddon()])).toBe(false);
  });

  it('believes managed-by where add-ons were not collected, and not the label that coredns always carries', () => {
    expect(isManagedByEks(recommended, undefined)).toBe(true);
    expect(isManagedByEks(component, undefined)).toBe(false);
  });
});
