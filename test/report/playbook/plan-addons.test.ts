import { describe, expect, it } from 'vitest';
import { planAddons } from '../../../functions/report/playbook/plan-addons.ts';
import { createAddon, createAddonInfo } from '../../checks/builders.ts';

const identity = { accountId: '111111111111', region: 'eu-west-1', name: 'payments', arn: 'arn' };
const path = [33, 34, 35].map((minor) => ({ major: 1, minor }));
const plan = (installed: Readonly<Record<string, string>>, ...catalogue: Parameters<typeof planAddons>[1]) =>
  planAddons(
    Object.entries(installed).map(([addonName, addonVersion]) => createAddon({ addonName, addonVersion })),
    catalogue,
    path,
    identity,
  ).map(({ before, after, notPlanned }) => ({
    before: before.map(({ name, from, to }) => `${name} ${from} → ${to}`),
    after: after.map(({ name, from, to }) => `${name} ${from} → ${to}`),
    notPlanned,
  }));

describe('the updates of add-ons on a path', () => {
  it('come after the control plane where both versions take what is installed, hop by hop', () => {
    const coredns = createAddonInfo('coredns', {
      'v1.11.1-eksbuild.1': ['1.33', '1.34'],
      'v1.12.0-eksbuild.1': ['1.34*', '1.35'],
      'v1.13.0-eksbuild.1': ['1.35*'],
    });
    expect(plan({ coredns: 'v1.11.1-eksbuild.1' }, coredns)).toEqual([
      { before: [], after: ['coredns v1.11.1-eksbuild.1 → v1.12.0-eksbuild.1'], notPlanned: [] },
      { before: [], after: ['coredns v1.12.0-eksbuild.1 → v1.13.0-eksbuild.1'], notPlanned: [] },
    ]);
  });

  it('come before it where the next version does not take it, and to the default after it', () => {
    const csi = createAddonInfo('aws-ebs-csi-driver', {
      'v1.30.0-eksbuild.1': ['1.33'],
      'v1.40.0-eksbuild.1': ['1.33', '1.34', '1.35'],
      'v1.50.0-eksbuild.1': ['1.34*', '1.35*'],
    });
    expect(plan({ 'aws-ebs-csi-driver': 'v1.30.0-eksbuild.1' }, csi)[0]).toEqual({
      before: ['aws-ebs-csi-driver v1.30.0-eksbuild.1 → v1.40.0-eksbuild.1'],
      after: ['aws-ebs-csi-driver v1.40.0-eksbuild.1 → v1.50.0-eksbuild.1'],
      notPlanned: [],
    });
  });

  it('takes kube-proxy to the version of the control plane, not of the one before', () => {
    const proxy = createAddonInfo('kube-proxy', {
      'v1.33.0-eksbuild.1': ['1.33*', '1.34'],
      'v1.34.0-eksbuild.1': ['1.34*', '1.35'],
      'v1.35.0-eksbuild.1': ['1.35*'],
    });
    expect(plan({ 'kube-proxy': 'v1.33.0-eksbuild.1' }, proxy).map(({ after }) => after)).toEqual([
      ['kube-proxy v1.33.0-eksbuild.1 → v1.34.0-eksbuild.1'],
      ['kube-proxy v1.34.0-eksbuild.1 → v1.35.0-eksbuild.1'],
    ]);
  });

  it('takes vpc-cni one minor at a time', () => {
    const cni = createAddonInfo('vpc-cni', {
      'v1.18.0-eksbuild.1': ['1.33', '1.34'],
      'v1.19.0-eksbuild.1': ['1.34'],
      'v1.20.0-eksbuild.1': ['1.34*', '1.35*'],
    });
    expect(plan({ 'vpc-cni': 'v1.18.0-eksbuild.1' }, cni)[0]?.after).toEqual([
      'vpc-cni v1.18.0-eksbuild.1 → v1.19.0-eksbuild.1',
      'vpc-cni v1.19.0-eksbuild.1 → v1.20.0-eksbuild.1',
    ]);
  });

  it('never goes back, begins with the network, and names what it cannot plan', () => {
    const info = (name: string) =>
      createAddonInfo(name, { 'v1.0.0-eksbuild.1': ['1.33*', '1.34*'], 'v1.1.0-eksbuild.1': ['1.33', '1.34'] });
    const [first, second] = plan(
      { private: 'v1.0.0', metrics: 'v1.1.0-eksbuild.1', coredns: 'v0.9.0-eksbuild.1', 'vpc-cni': 'v0.9.0-eksbuild.1' },
      info('metrics'),
      info('coredns'),
      info('vpc-cni'),
    );
    expect(first).toEqual({
      before: ['vpc-cni v0.9.0-eksbuild.1 → v1.0.0-eksbuild.1', 'coredns v0.9.0-eksbuild.1 → v1.0.0-eksbuild.1'],
      after: [],
      notPlanned: ['private'],
    });
    expect(second?.notPlanned).toEqual(['vpc-cni', 'coredns', 'metrics', 'private']);
  });
});
