import { describe, expect, it } from 'vitest';
import { type AccessAttempt, type Decision, decide } from './policy-evaluator.ts';

const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (more: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const deny = (more: object) => ({ Effect: 'Deny', Action: '*', Resource: '*', ...more });

const cluster = 'arn:aws:eks:eu-west-1:111111111111:cluster/payments';
const describeCluster: AccessAttempt = { action: 'eks:DescribeCluster', resource: cluster };
const role = 'arn:aws:iam::222222222222:role/scan';

const rows: readonly (readonly [string, readonly object[], AccessAttempt, Decision])[] = [
  ['nothing allows', [document()], describeCluster, 'denied'],
  ['one statement allows', [{ Statement: allow({}) }], describeCluster, 'allowed'],
  ['an action, in another case', [document(allow({ Action: 'EKS:describe*' }))], describeCluster, 'allowed'],
  ['another action', [document(allow({ Action: ['eks:List*', 'eks:DescribeClusters'] }))], describeCluster, 'denied'],
  ['a dot is a dot', [document(allow({ Action: 'eks.DescribeCluster' }))], describeCluster, 'denied'],
  ['? is one character', [document(allow({ Action: 'ek?:DescribeCluste?' }))], describeCluster, 'allowed'],
  ['all actions but this', [document({ Effect: 'Allow', NotAction: 'eks:*', Resource: '*' })], describeCluster, 'denied'],
  ['all actions but others', [document({ Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' })], describeCluster, 'allowed'],
  ['its resource', [document(allow({ Resource: 'arn:aws:eks:*:*:cluster/*' }))], describeCluster, 'allowed'],
  ['a resource in another case', [document(allow({ Resource: 'arn:aws:eks:*:*:cluster/Payments' }))], describeCluster, 'denied'],
  ['all resources but it', [document({ Effect: 'Allow', Action: '*', NotResource: '*/payments' })], describeCluster, 'denied'],
  ['a deny elsewhere', [document(allow({})), document(deny({ Action: 'eks:DescribeC*' }))], describeCluster, 'explicitly denied'],
  ['a deny of something else', [document(allow({}), deny({ Action: 'eks:Delete*' }))], describeCluster, 'allowed'],
];

const conditions: readonly (readonly [object, NonNullable<AccessAttempt['context']>, boolean])[] = [
  [{ StringEquals: { 'aws:RequestTag/a': ['x', 'y'] } }, { 'aws:requesttag/A': 'y' }, true],
  [{ StringEquals: { k: 'x*' } }, { k: 'xy' }, false],
  [{ StringEquals: { k: 'x' } }, {}, false],
  [{ StringEqualsIfExists: { k: 'x' } }, {}, true],
  [{ StringLike: { k: 'x*' } }, { k: 'xy' }, true],
  [{ StringNotEquals: { k: ['x', 'y'] } }, { k: 'y' }, false],
  [{ StringNotEquals: { k: 'x' } }, {}, true],
  [{ StringNotLike: { k: 'x*' } }, { k: 'xy' }, false],
  [{ ArnLike: { k: 'arn:aws:eks:*:*:cluster/*' } }, { k: cluster }, true],
  [{ ArnEquals: { k: 'arn:*:cluster/payments' } }, { k: cluster }, false],
  [{ ArnNotEquals: { k: cluster } }, { k: cluster }, false],
  [{ Bool: { 'aws:SecureTransport': false } }, { 'aws:SecureTransport': 'false' }, true],
  [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'true' }, false],
  [{ Null: { k: 'true' } }, {}, true],
  [{ Null: { k: 'false' } }, {}, false],
  [{ 'ForAnyValue:StringLike': { 'aws:TagKeys': 'a*' } }, { 'aws:TagKeys': ['b', 'ab'] }, true],
  [{ 'ForAnyValue:StringLike': { 'aws:TagKeys': 'a*' } }, { 'aws:TagKeys': ['b', 'c'] }, false],
  [{ 'ForAnyValue:StringEquals': { k: 'a' } }, {}, false],
  [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['b', 'a'] }, true],
  [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['b', 'c'] }, false],
  [{ 'ForAllValues:StringEquals': { k: 'a' } }, {}, true],
  [{ StringEquals: { k: 'x', l: 'y' } }, { k: 'x' }, false],
  [{ StringEquals: { k: 'x' }, Bool: { b: 'true' } }, { k: 'x', b: 'false' }, false],
];

describe('decide', () => {
  it.each(rows)('%s', (_, documents, attempt, decision) => {
    expect(decide(documents, attempt)).toBe(decision);
  });

  it.each(conditions)('%j with %j: %s', (Condition, context, holds) => {
    expect(decide([document(allow({ Condition }))], { ...describeCluster, context })).toBe(holds ? 'allowed' : 'denied');
  });

  it.each([
    ['*', 'allowed'],
    [{ AWS: role }, 'allowed'],
    [{ AWS: 'arn:aws:iam::222222222222:root' }, 'allowed'],
    [{ AWS: ['222222222222'] }, 'allowed'],
    [{ AWS: 'arn:aws:iam::333333333333:root' }, 'denied'],
    [{ Service: 'lambda.amazonaws.com' }, 'denied'],
  ] as const)('principal %j: %s', (Principal, decision) => {
    const trust = document({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal });
    expect(decide([trust], { action: 'sts:AssumeRole', principal: role })).toBe(decision);
    expect(decide([trust], { action: 'sts:AssumeRole' })).toBe(Principal === '*' ? 'allowed' : 'denied');
  });

  it('fills in policy variables, and lets one without a value fit nothing', () => {
    const bucket = document(allow({ Resource: `arn:aws:s3:::b/inbox/\${aws:PrincipalAccount}/*` }));
    const put = { action: 's3:PutObject', principal: role };
    expect(decide([bucket], { ...put, resource: 'arn:aws:s3:::b/inbox/222222222222/x' })).toBe('allowed');
    expect(decide([bucket], { ...put, resource: 'arn:aws:s3:::b/inbox/333333333333/x' })).toBe('denied');
    expect(decide([bucket], { action: 's3:PutObject', resource: 'arn:aws:s3:::b/inbox//x' })).toBe('denied');
  });

  it.each([
    { Effect: 'Allow', Action: '*', Resource: '*', Condition: { 'ForAnyValue:NumericEquals': { 'aws:TagKeys': 'a' } } },
    { Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:TagKeys': 'a' } } },
    { Effect: 'Allow', Action: '*', Principal: { CanonicalUser: 'x' } },
    { Effect: 'Allow', Action: '*', NotPrincipal: { AWS: role } },
    { Effect: 'Allow', Resource: '*' },
    { Effect: 'Allow', Action: '*', Resource: { 'Fn::Sub': 'arn' } },
  ])('refuses what it does not know: %j', (statement) => {
    expect(() => decide([document(statement)], { ...describeCluster, context: { 'aws:TagKeys': ['a'] } })).toThrow();
  });
});
