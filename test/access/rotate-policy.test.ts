import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rotatePolicy } from '../../functions/access/rotate-policy.ts';
import { scanPolicy } from '../../functions/access/scan-policy.ts';
import { pairTag, rotationTag } from '../../functions/inventory/group-tags.ts';
import * as view from '../../functions/rotation/read/cluster-view.ts';
import { chosen } from './builders.ts';
import { type AccessAttempt, decide } from './policy-evaluator.ts';
import { allowedAttempts, attemptsByMethod, groupArn, inAccount, nodegroupArn, refusedAttempts, resourceTag } from './rotate-attempts.ts';

const policy = rotatePolicy({ partition: 'aws' });
const may = (attempt: AccessAttempt) => decide([policy], attempt);

/** Names of the methods of an interface in functions/rotation/ports.ts. */
function methodsOf(port: string): readonly string[] {
  const source = readFileSync('functions/rotation/ports.ts', 'utf8');
  const body = new RegExp(`export interface ${port} [^{]*\\{([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? '';
  return [...body.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => String(name));
}

describe('the rotate policy', () => {
  const ports = [
    ...['EksReadPort', 'EksWritePort', 'AutoScalingReadPort', 'AutoScalingWritePort', 'Ec2ReadPort'],
    ...['ServiceQuotasReadPort', 'LoadBalancingReadPort', 'CloudWatchReadPort'],
  ];

  it('is asked here about every operation of the ports of a rotation', () => {
    const methods = ports.flatMap(methodsOf);
    expect(methods.length).toBeGreaterThan(25);
    expect(methods.filter((method) => !(method in attemptsByMethod))).toEqual([]);
  });

  it('names the tags that rotations set and look for', () => {
    expect([pairTag, rotationTag]).toEqual([view.pairTag, view.rotationTag]);
  });

  it.each(allowedAttempts)('allows %s', (_, attempt) => {
    expect(may(attempt)).toBe('allowed');
  });

  it.each(refusedAttempts)('does not allow %s', (_, attempt) => {
    expect(may(attempt)).toBe('denied');
  });

  it.each(['autoscaling:CreateOrUpdateTags', 'autoscaling:DeleteTags'])('denies %s of the tags by which EKS knows its groups', (action) => {
    const managed = {
      action,
      resource: groupArn,
      context: { ...resourceTag('eks:cluster-name'), 'aws:TagKeys': ['team', 'eks:nodegroup-name'] },
    };
    expect(may(managed)).toBe('explicitly denied');
  });

  it('names actions one by one, and every write with a resource', () => {
    const actions = policy.Statement.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /[*?]/.test(action))).toEqual([]);
    const everywhere = policy.Statement.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
    expect(everywhere.filter((action) => !/:(?:Describe|List|Get)/.test(action))).toEqual([]);
  });

  it('uses the partition that it is given', () => {
    const text = JSON.stringify(rotatePolicy({ partition: 'aws-cn' }));
    expect(text).not.toContain('arn:aws:');
    expect(
      decide([rotatePolicy({ partition: 'aws-cn' })], { action: 'iam:GetRole', resource: 'arn:aws-cn:iam::222222222222:role/node' }),
    ).toBe('allowed');
  });

  it('fits into the inline policies of a role', () => {
    expect(JSON.stringify(policy).length).toBeLessThan(10_240 / 2);
  });
});

describe('the scan policy', () => {
  const writes = allowedAttempts.filter(([, { action }]) => !/:(?:Describe|List|Get)/.test(action));
  it.each(writes)('does not allow %s', (_, attempt) => {
    expect(writes.length).toBeGreaterThan(15);
    expect(decide([scanPolicy({ partition: 'aws', choice: chosen() })], attempt)).toBe('denied');
  });
});

it('shows where the tag of a managed group stands: on the node group, not on its Auto Scaling group', () => {
  const size = { action: 'autoscaling:UpdateAutoScalingGroup', resource: groupArn };
  expect(may({ ...size, context: { ...resourceTag(pairTag), ...resourceTag('eks:cluster-name') } })).toBe('denied');
  expect(may({ action: 'eks:UpdateNodegroupConfig', resource: nodegroupArn, context: resourceTag(pairTag) })).toBe('allowed');
  expect(may({ action: 'eks:UpdateNodegroupConfig', resource: inAccount('eks', 'cluster/payments'), context: resourceTag(pairTag) })).toBe(
    'denied',
  );
});
