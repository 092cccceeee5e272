import * as accountSdk from '@aws-sdk/client-account';
import * as ec2Sdk from '@aws-sdk/client-ec2';
import * as eksSdk from '@aws-sdk/client-eks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyOptIn, evidenceInUse } from '../../functions/access/evidence-in-use.ts';
import { eksResourceTypes, eksWithoutResource, scanActions, scanPolicy } from '../../functions/access/scan-policy.ts';
import { probes } from '../../functions/access/verify-aws.ts';
import { choices } from './builders.ts';
import { decide } from './policy-evaluator.ts';

/** An ARN of each kind that an action of EKS is authorized on. */
const examples: Readonly<Record<string, string>> = {
  addon: 'addon/payments/vpc-cni/aabb',
  cluster: 'cluster/payments',
  fargateprofile: 'fargateprofile/payments/batch/aabb',
  nodegroup: 'nodegroup/payments/blue/aabb',
};
const resourceOf = (action: string, partition: string) => {
  const type = eksResourceTypes[action];
  return type === undefined ? '*' : `arn:${partition}:eks:eu-west-1:111111111111:${examples[type]}`;
};

/** Every operation of the services that a scan calls, as their SDKs know them. */
const operations = Object.entries({ eks: eksSdk, ec2: ec2Sdk, account: accountSdk }).flatMap(([service, sdk]) =>
  Object.keys(sdk).flatMap((name) => {
    const operation = /^([A-Z]\w*)Command$/.exec(name)?.[1];
    return operation === undefined ? [] : [`${service}:${operation}`];
  }),
);
const autoScalingWrites = [
  'SetDesiredCapacity',
  'UpdateAutoScalingGroup',
  'TerminateInstanceInAutoScalingGroup',
  'DeleteAutoScalingGroup',
  'SuspendProcesses',
  'CreateOrUpdateTags',
].map((operation) => `autoscaling:${operation}`);
const others = [
  'iam:PassRole',
  'iam:CreateRole',
  'iam:PutRolePolicy',
  'sts:AssumeRole',
  's3:GetObject',
  'secretsmanager:GetSecretValue',
  'ssm:GetParameter',
];

describe('the scan policy', () => {
  it('allows every action of the evidence, on its resource, under every configuration and in every partition', () => {
    fc.assert(
      fc.property(choices, fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b'), (choice, partition) => {
        const policy = scanPolicy({ partition, choice });
        for (const action of [...evidenceInUse(choice).flatMap(({ aws }) => aws?.actions ?? []), 'eks:ListClusters', 'account:ListRegions'])
          expect([action, decide([policy], { action, resource: resourceOf(action, partition) })]).toEqual([action, 'allowed']);
      }),
    );
  });

  it('allows no other operation of EKS, EC2, Account, Auto Scaling, nor what leads further', () => {
    const policy = scanPolicy({ partition: 'aws', choice: everyOptIn });
    const needed = scanActions(everyOptIn);
    expect(operations).toEqual(expect.arrayContaining([...needed]));
    const all = [...operations, ...autoScalingWrites, ...others];
    expect(all.length).toBeGreaterThan(700);
    const resources = ['*', ...Object.values(examples).map((example) => `arn:aws:eks:eu-west-1:111111111111:${example}`)];
    const allowed = all.filter((action) => resources.some((resource) => decide([policy], { action, resource }) === 'allowed'));
    expect(allowed.sort()).toEqual([...needed]);
    expect(allowed.filter((action) => !/:(?:Describe|List)/.test(action))).toEqual([]);
  });

  it('names actions one by one', () => {
    const { Statement } = scanPolicy({ partition: 'aws', choice: everyOptIn });
    expect(Statement.flatMap(({ Action }) => Action).filter((action) => /[*?]/.test(action))).toEqual([]);
  });

  it('knows of each action of EKS whether it has a resource, and how to try each action of the evidence', () => {
    const actions = scanActions(everyOptIn);
    const decided = [...Object.keys(eksResourceTypes), ...eksWithoutResource];
    expect(actions.filter((action) => action.startsWith('eks:') && !decided.includes(action))).toEqual([]);
    const ofEvidence = evidenceInUse(everyOptIn).flatMap(({ aws }) => aws?.actions ?? []);
    expect(Object.keys(probes).sort()).toEqual([...new Set(ofEvidence)].sort());
  });
});
