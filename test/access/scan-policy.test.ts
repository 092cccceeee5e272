import * as accountSdk from '@aws-sdk/client-account';
import * as autoScalingSdk from '@aws-sdk/client-auto-scaling';
import * as cloudWatchSdk from '@aws-sdk/client-cloudwatch';
import * as ec2Sdk from '@aws-sdk/client-ec2';
import * as eksSdk from '@aws-sdk/client-eks';
import * as quotasSdk from '@aws-sdk/client-service-quotas';
import * as ssmSdk from '@aws-sdk/client-ssm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyOptIn, evidenceInUse } from '../../functions/access/evidence-in-use.ts';
import { eksResourceTypes, eksWithoutResource, readParameters, scanActions, scanPolicy } from '../../functions/access/scan-policy.ts';
import { probes } from '../../functions/access/verify-aws.ts';
import { amiParameter } from '../../functions/inventory/evidence/ssm-ami-release-versions.ts';
import { choices } from './builders.ts';
import { decide } from './policy-evaluator.ts';

/** An ARN of each kind that an action of EKS is authorized on. */
const examples: Readonly<Record<string, string>> = {
  addon: 'addon/payments/vpc-cni/aabb',
  cluster: 'cluster/payments',
  fargateprofile: 'fargateprofile/payments/batch/aabb',
  nodegroup: 'nodegroup/payments/blue/aabb',
};
const publicParameter = amiParameter('BOTTLEROCKET_x86_64', '1.34') ?? '';
const resourceOf = (action: string, partition: string) => {
  if (action === readParameters) return `arn:${partition}:ssm:eu-west-1::parameter${publicParameter}`;
  const type = eksResourceTypes[action];
  return type === undefined ? '*' : `arn:${partition}:eks:eu-west-1:111111111111:${examples[type]}`;
};

/** Every operation of the services that a scan calls, as their SDKs know them. */
const sdks = {
  eks: eksSdk,
  ec2: ec2Sdk,
  account: accountSdk,
  autoscaling: autoScalingSdk,
  cloudwatch: cloudWatchSdk,
  servicequotas: quotasSdk,
  ssm: ssmSdk,
};
const operations = Object.entries(sdks).flatMap(([service, sdk]) =>
  Object.keys(sdk).flatMap((name) => {
    const operation = /^([A-Z]\w*)Command$/.exec(name)?.[1];
    return operation === undefined ? [] : [`${service}:${operation}`];
  }),
);
const others = ['iam:PassRole', 'iam:CreateRole', 'iam:PutRolePolicy', 'sts:AssumeRole', 's3:GetObject', 'secretsmanager:GetSecretValue'];

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

  it('allows no other operation of the services that it reads, nor what leads further', () => {
    const policy = scanPolicy({ partition: 'aws', choice: everyOptIn });
    const needed = scanActions(everyOptIn);
    expect(operations).toEqual(expect.arrayContaining([...needed]));
    const all = [...operations, ...others];
    expect(all.length).toBeGreaterThan(700);
    const resources = [
      '*',
      resourceOf(readParameters, 'aws'),
      ...Object.values(examples).map((example) => `arn:aws:eks:eu-west-1:111111111111:${example}`),
    ];
    const allowed = all.filter((action) => resources.some((resource) => decide([policy], { action, resource }) === 'allowed'));
    expect(allowed.sort()).toEqual([...needed]);
    const reads = /:(?:Describe|List)|^cloudwatch:GetMetricStatistics$|^servicequotas:Get|^ssm:GetParameters$/;
    expect(allowed.filter((action) => !reads.test(action))).toEqual([]);
  });

  it.each([
    ['of the account', 'arn:aws:ssm:eu-west-1:111111111111:parameter/database/password'],
    ['of the account under the name of a public one', `arn:aws:ssm:eu-west-1:111111111111:parameter${publicParameter}`],
    ['that AWS publishes for something else', 'arn:aws:ssm:eu-west-1::parameter/aws/service/global-infrastructure/regions'],
    ['in general', '*'],
  ])('opens no parameter %s', (_which, resource) => {
    expect(decide([scanPolicy({ partition: 'aws', choice: everyOptIn })], { action: readParameters, resource })).toBe('denied');
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
