import { describe, expect, test } from 'vitest';
import { selfManagedLaunchTemplateBehind } from '../../functions/checks/self-managed-launch-template-behind.ts';
import type { AutoScalingGroup } from '../../functions/inventory/evidence/autoscaling-groups.ts';
import { unavailable } from './builders.ts';
import { createAutoScalingGroup, createLaunchTemplate, createManagedAutoScalingGroup } from './builders-nodes.ts';
import { runCheckOn } from './run-check-on.ts';

const web = (Version?: string | null) => ({ LaunchTemplateId: 'lt-0a1', LaunchTemplateName: 'web', Version });
const arm = (Version?: string | null) => ({ LaunchTemplateId: 'lt-0b2', LaunchTemplateName: 'arm', Version });
const templates = [
  createLaunchTemplate(),
  createLaunchTemplate({ LaunchTemplateId: 'lt-0b2', LaunchTemplateName: 'arm', DefaultVersionNumber: 2, LatestVersionNumber: 2 }),
];
const on = (groups: readonly unknown[], launchTemplates: readonly unknown[] = templates) =>
  runCheckOn(selfManagedLaunchTemplateBehind, { 'autoscaling.groups': groups, 'ec2.launchTemplates': launchTemplates });
const mixed = (main: object | null, ...overrides: (object | null)[]) =>
  createAutoScalingGroup({
    LaunchTemplate: null,
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: main,
        Overrides: overrides.map((LaunchTemplateSpecification) => ({ InstanceType: 'm7g.large', LaunchTemplateSpecification })),
      },
    },
  });
const instance = (InstanceId: string, Version: string, LifecycleState = 'InService') => ({
  InstanceId,
  LifecycleState,
  LaunchTemplate: web(Version),
});

describe('self-managed-launch-template-behind', () => {
  test('an older version fails, with both versions and the commands', () => {
    expect(on([createAutoScalingGroup({ LaunchTemplate: web('6') })]).findings).toEqual([
      {
        severity: 'recommended',
        subject: {
          kind: 'AutoScalingGroup',
          name: 'workers',
          arn: 'arn:aws:autoscaling:eu-west-1:111111111111:autoScalingGroup:8ec1:autoScalingGroupName/workers',
        },
        discriminator: 'launch-template',
        message: 'Auto Scaling group workers launches version 6 of launch template web, the newest is 7',
        facts: { templates: [{ id: 'lt-0a1', name: 'web', asked: '6', version: 6, latest: 7 }], instancesBehind: [] },
        remediation:
          'aws autoscaling update-auto-scaling-group --region eu-west-1 --auto-scaling-group-name workers --launch-template LaunchTemplateId=lt-0a1,Version=7, ' +
          'then replace its nodes: aws autoscaling start-instance-refresh --region eu-west-1 --auto-scaling-group-name workers',
        tags: { 'kubernetes.io/cluster/payments': 'owned', team: 'platform' },
      },
    ]);
  });

  test.each([
    ['7', 3, 'passed'],
    ['6', 3, 'failed'],
    ['$Latest', 1, 'passed'],
    ['$Default', 6, 'failed'],
    ['$Default', 7, 'passed'],
    [undefined, 6, 'failed'],
    [null, 6, 'failed'],
    ['', 6, 'failed'],
    [undefined, 7, 'passed'],
  ])('version %j with default %i: %s', (version, DefaultVersionNumber, status) => {
    expect(on([createAutoScalingGroup({ LaunchTemplate: web(version) })], [createLaunchTemplate({ DefaultVersionNumber })])).toMatchObject({
      status,
      missing: [],
    });
  });

  test('a default that is behind is to be moved', () => {
    const [finding] = on([createAutoScalingGroup({ LaunchTemplate: web() })]).findings;
    expect(finding).toMatchObject({
      message: 'Auto Scaling group workers launches version $Default, now 3, of launch template web, the newest is 7',
      facts: { templates: [{ asked: '$Default', version: 3, latest: 7 }] },
    });
    expect(finding?.remediation).toContain(
      'aws ec2 modify-launch-template --region eu-west-1 --launch-template-id lt-0a1 --default-version 7, then',
    );
    const [byName] = on(
      [createAutoScalingGroup({ LaunchTemplate: { LaunchTemplateName: 'web' } })],
      [createLaunchTemplate({ LaunchTemplateId: null })],
    ).findings;
    expect(byName?.remediation).toContain('--launch-template-name web --default-version 7');
  });

  test('a mixed instances policy counts, its overrides too', () => {
    expect(on([mixed(web('7'), null, arm('2'))])).toMatchObject({ status: 'passed', missing: [] });
    expect(on([mixed(web('6'))]).findings).toMatchObject([{ facts: { templates: [{ name: 'web', version: 6 }] } }]);
    expect(on([mixed(web('7'), arm('1'))]).findings).toMatchObject([
      {
        message: 'Auto Scaling group workers launches version 1 of launch template arm, the newest is 2',
        remediation: expect.stringContaining('mixed instances policy (aws autoscaling update-auto-scaling-group --region eu-west-1'),
      },
    ]);
    const both = on([mixed(web('6'), arm('1'), web('6'))]).findings;
    expect(both).toHaveLength(1);
    expect(both[0]?.message).toBe(
      'Auto Scaling group workers launches version 6 of launch template web, the newest is 7; version 1 of launch template arm, the newest is 2',
    );
  });

  test('a launch configuration is retired', () => {
    const group = createAutoScalingGroup({ LaunchTemplate: null, LaunchConfigurationName: 'workers-2019' });
    const { findings, status } = on([group]);
    expect(status).toBe('failed');
    expect(findings).toMatchObject([
      {
        severity: 'recommended',
        subject: { kind: 'AutoScalingGroup', name: 'workers' },
        discriminator: 'launch-configuration',
        message: 'Auto Scaling group workers uses launch configuration workers-2019: launch configurations are retired',
        facts: { launchConfiguration: 'workers-2019' },
        documentation: 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html',
        tags: { team: 'platform' },
      },
    ]);
    expect(findings[0]?.remediation).toContain(
      'aws autoscaling describe-launch-configurations --region eu-west-1 --launch-configuration-names workers-2019',
    );
  });

  test('groups behind managed node groups are not judged', () => {
    expect(on([createManagedAutoScalingGroup({ LaunchTemplate: web('1') })])).toMatchObject({ status: 'not-applicable', missing: [] });
    expect(on([]).status).toBe('not-applicable');
  });

  test('every group is judged', () => {
    const groups = Array.from({ length: 120 }, (_, index) =>
      createAutoScalingGroup({ AutoScalingGroupName: `g${index}`, LaunchTemplate: web('1') }),
    );
    expect(on(groups).findings).toHaveLength(120);
  });

  test('instances of an older version are found where the group itself follows the newest', () => {
    const Instances = [instance('i-1', '6'), instance('i-2', '7'), instance('i-3', '9'), instance('i-4', '5', 'Terminating:Wait')];
    expect(on([createAutoScalingGroup({ LaunchTemplate: web('$Latest'), Instances })]).findings).toMatchObject([
      {
        severity: 'recommended',
        discriminator: 'launch-template',
        message:
          '1 instance of Auto Scaling group workers (i-1) runs an older version of its launch template than the newest, which it launches now',
        facts: { instancesBehind: ['i-1'] },
        remediation: 'Replace its nodes: aws autoscaling start-instance-refresh --region eu-west-1 --auto-scaling-group-name workers',
      },
    ]);
    expect(on([createAutoScalingGroup({ LaunchTemplate: web('$Latest'), Instances: [instance('i-2', '7')] })]).status).toBe('passed');
    const odd = { InstanceId: 'i-5', LaunchTemplate: { Version: '1' } } satisfies NonNullable<AutoScalingGroup['Instances']>[number];
    expect(on([createAutoScalingGroup({ Instances: [odd, { InstanceId: 'i-6' }] })]).status).toBe('passed');
  });

  test.each([
    [
      'a template that EC2 does not know',
      { LaunchTemplate: { LaunchTemplateId: 'lt-0dead', Version: '1' } },
      'ec2.launchTemplates',
      'NotFound',
      'lt-0dead',
    ],
    ['a template without id and name', { LaunchTemplate: { Version: '1' } }, 'ec2.launchTemplates', 'NotFound', 'workers'],
    ['a version that is none', { LaunchTemplate: web('$Newest') }, 'ec2.launchTemplates', 'InvalidResponse', '$Newest'],
    ['neither template nor configuration', { LaunchTemplate: null }, 'autoscaling.groups', 'InvalidResponse', 'workers'],
    [
      'an empty policy',
      { LaunchTemplate: null, MixedInstancesPolicy: { LaunchTemplate: null } },
      'autoscaling.groups',
      'InvalidResponse',
      'workers',
    ],
  ] as const)('%s is no pass, and the others are judged', (_, hole, evidence, code, name) => {
    const outcome = on([createAutoScalingGroup(hole), createAutoScalingGroup({ AutoScalingGroupName: 'other', LaunchTemplate: web('1') })]);
    expect(outcome).toMatchObject({ status: 'unknown', findings: [{ subject: { name: 'other' } }], missing: [{ evidence, code }] });
    expect(outcome.missing[0]?.message).toContain(name);
  });

  test('a template without default or latest version is no pass', () => {
    expect(on([createAutoScalingGroup({ LaunchTemplate: web() })], [createLaunchTemplate({ DefaultVersionNumber: null })]).status).toBe(
      'unknown',
    );
    expect(on([createAutoScalingGroup()], [createLaunchTemplate({ LatestVersionNumber: null })]).status).toBe('unknown');
  });

  test.each(['autoscaling.groups', 'ec2.launchTemplates'] as const)(
    'without %s it is unknown, or skipped where it was not asked for',
    (key) => {
      const evidence = { 'autoscaling.groups': [createAutoScalingGroup()], 'ec2.launchTemplates': templates };
      expect(runCheckOn(selfManagedLaunchTemplateBehind, { ...evidence, [key]: unavailable('AccessDenied') })).toMatchObject({
        status: 'unknown',
        missing: [{ evidence: key, code: 'AccessDenied' }],
      });
      expect(runCheckOn(selfManagedLaunchTemplateBehind, { ...evidence, [key]: unavailable('NotRequested') }).status).toBe('skipped');
    },
  );

  test('a group without tags is self-managed', () => {
    expect(on([createAutoScalingGroup({ Tags: null, LaunchTemplate: web('1') })]).findings).toMatchObject([{ tags: {} }]);
    expect(
      on([createAutoScalingGroup({ Tags: [{ Key: null, Value: 'x' }, { Key: 'team' }], LaunchTemplate: web('1') })]).findings,
    ).toMatchObject([{ tags: { team: '' } }]);
  });
});
