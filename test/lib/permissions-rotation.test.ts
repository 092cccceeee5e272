import { describe, expect, it } from 'vitest';
import { keys } from '../../functions/store/layout.ts';
import { type AccessAttempt, decide } from '../access/policy-evaluator.ts';
import { allowedAttempts, groupArn, refusedAttempts, resourceTag } from '../access/rotate-attempts.ts';
import { documentIn, physicalArn, policiesOf, toolingAccount } from './deployed-policies.ts';
import { configuration, memberStack, toolingStack, variants } from './stacks.ts';
import { synthesized } from './synthesized.ts';

const tooling = synthesized(toolingStack('rotation'));
const bucket = physicalArn(tooling.one('AWS::S3::Bucket'));
const key = physicalArn(tooling.one('AWS::KMS::Key'));
const scan = [
  'discover-targets',
  'list-clusters',
  'plan-scan',
  'scan-cluster',
  'summarize-run',
  'commit-run',
  'notify',
  'publish-configuration',
];
const rotation = ['start-rotation', 'rotation-step', 'read-outcome', 'take-over', 'sweep'];
const writers = ['start-rotation', 'rotation-step', 'take-over'];
const all = [...scan, ...rotation];

const policies = new Map(all.map((name) => [name, policiesOf(`eks-greenlight-${name}`, tooling)]));
const may = (name: string, attempt: AccessAttempt) => decide(policies.get(name) ?? [], attempt) === 'allowed';
const who = (attempt: AccessAttempt) => all.filter((name) => may(name, attempt));
const object = (action: string, objectKey: string): AccessAttempt => ({ action: `s3:${action}`, resource: `${bucket}/${objectKey}` });
const list = (prefix: string): AccessAttempt => ({ action: 's3:ListBucket', resource: bucket, context: { 's3:prefix': prefix } });

const cluster = { accountId: '222222222222', region: 'eu-west-1', name: 'payments' };
const id = 'rot-payments-0a1b2c-1';
const runId = '2026-11-21T06-00-00Z-1a2b3c4d';

describe('what the functions of a rotation may ask of the store', () => {
  const own = [
    ...[keys.lease(cluster), keys.needsHuman(cluster), keys.rotationRecord(cluster, id), keys.rotationEvent(cluster, id, 1, 1)],
    ...[keys.rotationReport(cluster, id, 'json'), keys.rotationReport(cluster, id, 'html'), keys.rotationIndex(id), keys.openRotation(id)],
  ];

  it.each(own)('%s: written by who may bring a rotation to its end, read by all of them', (objectKey) => {
    expect(who(object('PutObject', objectKey))).toEqual(writers);
    expect(who(object('GetObject', objectKey))).toEqual(rotation);
    // What is not there answers 404 only to those who may list it.
    expect(who(list(objectKey))).toEqual(rotation);
  });

  it('lists the rotations that are open', () => {
    expect(who(list(keys.openRotations))).toEqual(rotation);
    expect(who(list(keys.rotationEvents(cluster, id)))).toEqual(rotation);
  });

  it('removes the marker of an open rotation, and nothing else', () => {
    expect(who(object('DeleteObject', keys.openRotation(id)))).toEqual(writers);
    const others = [...own.filter((one) => one !== keys.openRotation(id)), keys.configuration, keys.run(runId), keys.clusterState(cluster)];
    for (const objectKey of others) expect([objectKey, who(object('DeleteObject', objectKey))]).toEqual([objectKey, []]);
    expect(who(object('DeleteObjectVersion', keys.openRotation(id)))).toEqual([]);
  });

  it('reads the configuration, whose stop switch counts at every step, and writes what was told', () => {
    expect(who(object('GetObject', keys.configuration)).filter((name) => rotation.includes(name))).toEqual(writers);
    const sent = keys.notification('2026-11', 'id');
    expect(who(object('PutObject', sent))).toEqual(['notify', ...writers]);
    expect(who(object('GetObject', sent))).toEqual(['notify', ...writers]);
  });

  it.each([
    keys.configuration,
    keys.run(runId),
    keys.clusterState(cluster),
    keys.latest,
    keys.inbox(cluster),
    keys.inventory(runId, cluster),
  ])('never writes %s', (objectKey) => {
    for (const name of rotation) expect(may(name, object('PutObject', objectKey))).toBe(false);
  });

  it('decrypts and encrypts with the key of the store, and does no more with it', () => {
    for (const name of rotation) expect(may(name, { action: 'kms:Decrypt', resource: key })).toBe(true);
    expect(rotation.filter((name) => may(name, { action: 'kms:GenerateDataKey', resource: key }))).toEqual(writers);
    expect(who({ action: 'kms:ScheduleKeyDeletion', resource: key })).toEqual([]);
  });
});

describe('what the functions may do outside of the store where rotations are enabled', () => {
  const states = (name: string) => physicalArn(tooling.one('AWS::StepFunctions::StateMachine', `RotationPipeline${name}StateMachine`));
  const lambda = (name: string) => `arn:aws:lambda:eu-west-1:${toolingAccount}:function:${name}`;
  const assume = (role: string, account = '222222222222'): AccessAttempt => ({
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::${account}:role/${role}`,
  });

  it.each<readonly [AccessAttempt, readonly string[]]>([
    [assume('eks-greenlight-rotate'), ['rotation-step']],
    [assume('eks-greenlight-rotate', toolingAccount), ['rotation-step']],
    [assume('path/eks-greenlight-rotate'), []],
    [assume('eks-greenlight-scan'), ['list-clusters', 'plan-scan', 'scan-cluster']],
    [assume('admin'), []],
    [{ action: 'states:StartExecution', resource: states('RevertRotation') }, ['sweep']],
    [{ action: 'states:StartExecution', resource: states('NodeRotation') }, []],
    [
      { action: 'states:StopExecution', resource: `arn:aws:states:eu-west-1:${toolingAccount}:execution:eks-greenlight-node-rotation:x` },
      [],
    ],
    [{ action: 'lambda:InvokeFunction', resource: lambda('is-it-fine') }, ['rotation-step']],
    [{ action: 'lambda:InvokeFunction', resource: lambda('another') }, []],
    [{ action: 'lambda:InvokeFunction', resource: lambda('eks-greenlight-rotation-step') }, []],
    [{ action: 'lambda:UpdateFunctionCode', resource: lambda('eks-greenlight-rotation-step') }, []],
    ...tooling
      .ofType('AWS::SNS::Topic')
      .map((topic) => [{ action: 'sns:Publish', resource: physicalArn(topic) }, ['notify', ...writers]] as const),
    [{ action: 'events:PutEvents', resource: `arn:aws:events:eu-west-1:${toolingAccount}:event-bus/default` }, ['notify', ...writers]],
    [
      { action: 'secretsmanager:GetSecretValue', resource: 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:webhook-a1b2c3' },
      ['notify', ...writers],
    ],
    [{ action: 'ec2:CreateNetworkInterface' }, ['scan-cluster', 'rotation-step']],
    [{ action: 'iam:PassRole', resource: `arn:aws:iam::${toolingAccount}:role/eks-greenlight-rotation-step` }, []],
    [{ action: 'autoscaling:UpdateAutoScalingGroup', resource: groupArn, context: resourceTag('eks-greenlight/pair') }, []],
  ])('%j: %j', (attempt, allowed) => {
    expect(who(attempt)).toEqual(allowed);
  });
});

describe('the rotate role of a member account', () => {
  const settings = configuration({ ...variants.rotation, scanRole: { externalId: 'some-external-id' } });
  const stack = synthesized(memberStack({ configuration: settings, toolingAccountId: toolingAccount, organizationId: 'o-a1b2c3d4e5' }));
  const rotate = policiesOf('eks-greenlight-rotate', stack);
  const scanRole = policiesOf('eks-greenlight-scan', stack);

  it('is kept when the stack goes, and has no path', () => {
    const role = stack.one('AWS::IAM::Role', 'RotateRole');
    expect(role).toMatchObject({ deletionPolicy: 'Retain', updateReplacePolicy: 'Retain' });
    expect(role.properties).not.toHaveProperty('Path');
    expect(Object.keys(stack.outputs)).toEqual(['ScanRoleArn', 'RotateRoleArn']);
  });

  it.each(allowedAttempts)('may %s', (_, attempt) => {
    expect(decide(rotate, attempt)).toBe('allowed');
  });

  it.each(refusedAttempts)('may not %s', (_, attempt) => {
    expect(decide(rotate, attempt)).toBe('denied');
  });

  it('can do what the scan role cannot: that one rotates nothing', () => {
    const writes = allowedAttempts.filter(([, { action }]) => !/:(?:Describe|List|Get)/.test(action));
    expect(writes.filter(([, attempt]) => decide(scanRole, attempt) !== 'denied')).toEqual([]);
  });

  const context = { 'sts:ExternalId': 'some-external-id', 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' };
  const trusted = (role: string, name: string, with_ = context, account = toolingAccount) =>
    decide([documentIn(stack.one('AWS::IAM::Role', role), 'AssumeRolePolicyDocument', stack)], {
      action: 'sts:AssumeRole',
      principal: `arn:aws:iam::${account}:role/eks-greenlight-${name}`,
      context: with_,
    });

  it('is entered by the function that does the steps, and the scan role by the scan functions', () => {
    expect(all.filter((name) => trusted('RotateRole', name) === 'allowed')).toEqual(['rotation-step']);
    expect(all.filter((name) => trusted('ScanRole', name) === 'allowed')).toEqual(['list-clusters', 'plan-scan', 'scan-cluster']);
  });

  it('is entered from the tooling account alone, with the external id, from the organization', () => {
    expect(trusted('RotateRole', 'rotation-step', context, '333333333333')).toBe('denied');
    expect(trusted('RotateRole', 'rotation-step', { ...context, 'sts:ExternalId': 'another' })).toBe('denied');
    expect(trusted('RotateRole', 'rotation-step', { ...context, 'aws:PrincipalOrgID': 'o-another0000' })).toBe('denied');
  });
});
