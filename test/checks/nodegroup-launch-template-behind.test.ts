import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodegroupLaunchTemplateBehind } from '../../functions/checks/nodegroup-launch-template-behind.ts';
import { createNodegroup, unavailable } from './builders.ts';
import { createLaunchTemplate } from './builders-nodes.ts';
import { runCheckOn } from './run-check-on.ts';

const using = (version: string | null, reference: object = { id: 'lt-0a1', name: 'web' }) =>
  createNodegroup({ launchTemplate: { ...reference, version } });
const on = (nodegroups: readonly unknown[], launchTemplates: readonly unknown[] = [createLaunchTemplate()]) =>
  runCheckOn(nodegroupLaunchTemplateBehind, { 'eks.nodegroups': nodegroups, 'ec2.launchTemplates': launchTemplates });

describe('nodegroup-launch-template-behind', () => {
  test('an older version fails, with both versions and the command', () => {
    expect(on([using('6')]).findings).toEqual([
      {
        severity: 'recommended',
        subject: { kind: 'Nodegroup', name: 'web', arn: 'arn:aws:eks:eu-west-1:111111111111:nodegroup/payments/web/8ec1' },
        message: 'Node group web uses version 6 of launch template web, the newest is 7',
        facts: { launchTemplateId: 'lt-0a1', launchTemplateName: 'web', version: 6, latestVersion: 7 },
        remediation:
          'aws eks update-nodegroup-version --region eu-west-1 --cluster-name payments --nodegroup-name web --launch-template id=lt-0a1,version=7',
        labels: undefined,
        tags: { team: 'web' },
      },
    ]);
  });

  test("the version of the group counts, not the template's default", () => {
    expect(on([using('7')], [createLaunchTemplate({ DefaultVersionNumber: 1 })])).toMatchObject({ status: 'passed', missing: [] });
    expect(on([using('6')], [createLaunchTemplate({ DefaultVersionNumber: 7 })]).status).toBe('failed');
    expect(on([using('7')], [createLaunchTemplate({ DefaultVersionNumber: null })]).status).toBe('passed');
  });

  test('versions are numbers, not text', () => {
    expect(on([using('9')], [createLaunchTemplate({ LatestVersionNumber: 10 })]).status).toBe('failed');
    expect(on([using('10')], [createLaunchTemplate({ LatestVersionNumber: 9 })]).status).toBe('passed');
  });

  test('a template is found by its id, else by its name', () => {
    const templates = [
      createLaunchTemplate({ LaunchTemplateId: 'lt-0b2', LatestVersionNumber: 2 }),
      createLaunchTemplate({ LaunchTemplateName: 'renamed' }),
    ];
    expect(on([using('6')], templates).findings).toMatchObject([{ facts: { launchTemplateId: 'lt-0a1', latestVersion: 7 } }]);
    expect(on([using('1', { name: 'web' })], templates).findings).toMatchObject([
      { facts: { launchTemplateId: 'lt-0b2', latestVersion: 2 } },
    ]);
    const [finding] = on([using('1', { name: 'web' })], [createLaunchTemplate({ LaunchTemplateId: null })]).findings;
    expect(finding?.remediation).toContain('--launch-template name=web,version=7');
  });

  test('the template that EKS makes is not judged', () => {
    expect(on([createNodegroup(), createNodegroup({ nodegroupName: 'b', launchTemplate: null })])).toMatchObject({
      status: 'not-applicable',
      missing: [],
    });
    expect(on([]).status).toBe('not-applicable');
  });

  test('a template that EC2 does not know is unknown, with its name, and the others are judged', () => {
    const gone = createNodegroup({ nodegroupName: 'gone', launchTemplate: { id: 'lt-0dead', name: 'gone', version: '1' } });
    expect(on([gone, using('6')])).toMatchObject({
      status: 'unknown',
      findings: [{ subject: { name: 'web' } }],
      missing: [
        {
          evidence: 'ec2.launchTemplates',
          code: 'NotFound',
          message: 'EC2 does not know launch template gone, which node group gone uses',
        },
      ],
    });
  });

  test.each([null, '', 'seven', '7.5', '-1', '0'])('version %j is no pass', (version) => {
    const outcome = on([using(version)]);
    expect(outcome).toMatchObject({ status: 'unknown', findings: [], missing: [{ code: 'InvalidResponse' }] });
    expect(outcome.missing[0]?.message).toContain('node group web');
  });

  test('a template without a latest version, or without any name, is no pass', () => {
    expect(on([using('6')], [createLaunchTemplate({ LatestVersionNumber: null })])).toMatchObject({ status: 'unknown', findings: [] });
    expect(on([using('6', {})], [createLaunchTemplate({ LaunchTemplateName: null })])).toMatchObject({ status: 'unknown', findings: [] });
  });

  test.each(['eks.nodegroups', 'ec2.launchTemplates'] as const)(
    'without %s it is unknown, or skipped where it was not asked for',
    (key) => {
      const evidence = { 'eks.nodegroups': [using('6')], 'ec2.launchTemplates': [createLaunchTemplate()] };
      expect(runCheckOn(nodegroupLaunchTemplateBehind, { ...evidence, [key]: unavailable('Throttled') })).toMatchObject({
        status: 'unknown',
        missing: [{ evidence: key, code: 'Throttled' }],
      });
      expect(runCheckOn(nodegroupLaunchTemplateBehind, { ...evidence, [key]: unavailable('NotRequested') }).status).toBe('skipped');
    },
  );

  test('fails exactly when the version in use is below the newest, whatever the default', () => {
    const number = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(number, number, number, (version, LatestVersionNumber, DefaultVersionNumber) => {
        const { status } = on([using(String(version))], [createLaunchTemplate({ LatestVersionNumber, DefaultVersionNumber })]);
        expect(status).toBe(version < LatestVersionNumber ? 'failed' : 'passed');
      }),
    );
  });
});
