import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import cdkJson from '../../cdk.json' with { type: 'json' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenlight-app-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the app as `cdk synth` does, in a folder of its own, but without bundling, which takes seconds a function. */
function synth(given: Readonly<Record<string, string | undefined>> = {}) {
  const context = { ...cdkJson.context, 'aws:cdk:bundling-stacks': [], ...given };
  const { status, stderr } = spawnSync(process.execPath, [resolve('bin/app.ts')], {
    cwd: folder,
    encoding: 'utf8',
    env: { CDK_OUTDIR: join(folder, 'cdk.out'), CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  const output = (name: string) => {
    const path = join(folder, 'cdk.out', name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  return {
    status,
    stderr,
    manifest: output('manifest.json'),
    tooling: output('EksGreenlight.template.json'),
    member: output('EksGreenlightMember.template.json'),
  };
}

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

const templateSchema = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) })),
});

/** Of the first resource of that type. */
function propertiesOf(type: string, template = '{}') {
  const { Resources } = templateSchema.parse(JSON.parse(template));
  return Object.values(Resources).find(({ Type }) => Type === type)?.Properties ?? {};
}

// Each case is a process that loads the CDK: seconds on a busy machine.
describe('cdk synth', { timeout: 120_000 }, () => {
  it('makes both stacks without a configuration file, for the account they are deployed into and through the bootstrap roles', () => {
    const { status, manifest, tooling, member } = synth();
    expect(status).toBe(0);
    expect(manifest).toContain('"assumeRoleArn"');
    const published = propertiesOf('Custom::PublishedConfiguration', tooling);
    expect(JSON.stringify(published.Configuration)).toContain(
      '{\\"accounts\\":{\\"explicit\\":[{\\"id\\":\\"",{"Ref":"AWS::AccountId"},"\\"}]}',
    );
    expect(member).toContain(':role/eks-greenlight-scan-cluster');
  });

  it('takes a configuration file, the tooling account and, with -c credentials=cli, the credentials of the caller', () => {
    write('good.yaml', 'accounts: { explicit: [{ id: "222222222222" }] }\nscanRole: { externalId: some-external-id }\n');
    const { status, manifest, tooling, member } = synth({ config: 'good.yaml', credentials: 'cli', toolingAccount: '111111111111' });
    expect(status).toBe(0);
    expect(manifest).not.toContain('"assumeRoleArn"');
    expect(tooling).toContain('222222222222');
    expect(member).toContain('some-external-id');
    expect(member).toContain(':iam::111111111111:role/eks-greenlight-scan-cluster');
  });

  it('deploys rotations where they are enabled, in versions unless told otherwise', () => {
    write('greenlight.yaml', 'accounts: { explicit: [{ id: "222222222222" }] }\nrotation: { enabled: true }\n');
    const versions = '"AWS::StepFunctions::StateMachineVersion"';
    const { status, tooling, member } = synth();
    expect([status, tooling?.includes(versions)]).toEqual([0, true]);
    expect(member).toContain('eks-greenlight-rotation-step');
    const plain = synth({ versions: 'false' });
    expect([plain.status, plain.tooling?.includes(versions), plain.tooling?.includes('eks-greenlight-node-rotation')]).toEqual([
      0,
      false,
      true,
    ]);
    const wrong = synth({ versions: 'no' });
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('expected false')]);
  });

  it('rolls the roles out to the units of an organization', () => {
    write('greenlight.yaml', 'accounts: { organization: { organizationalUnits: [r-abcd] } }\n');
    const { status, tooling, member } = synth({ organizationId: 'o-a1b2c3d4e5', memberRoles: 'management' });
    expect(status).toBe(0);
    expect(propertiesOf('AWS::CloudFormation::StackSet', tooling).CallAs).toBe('SELF');
    for (const template of [tooling, member]) expect(template).toContain('o-a1b2c3d4e5');
  });

  it('trusts nobody outside the organization that greenlight.yaml names', () => {
    write('greenlight.yaml', 'accounts: { explicit: [{ id: "111111111111" }] }\nscanRole: { organizationId: o-a1b2c3d4e5 }\n');
    const { tooling, member } = synth({ toolingAccount: '999999999999' });
    expect(member).toContain('"aws:PrincipalOrgID"');
    for (const template of [tooling, member]) expect(template).toContain('o-a1b2c3d4e5');
  });

  it('refuses to roll them out to an organization without a unit', () => {
    write('greenlight.yaml', 'accounts: { organization: {} }\n');
    const { status, stderr, manifest } = synth();
    expect(status).not.toBe(0);
    expect(stderr).toContain('name the root of the organization');
    expect(manifest).toBeUndefined();
  });

  it.each([
    { name: 'greenlight.yaml', context: {} },
    { name: 'other.yaml', context: { config: 'other.yaml' } },
  ] satisfies { name: string; context: Record<string, string> }[])(
    'refuses a wrong $name with every problem in it',
    ({ name, context }) => {
      write(name, 'regionz: enabled\naccounts: {}\n');
      const { status, stderr, manifest } = synth(context);
      expect(status).toBe(1);
      expect(stderr).toContain(`Cannot synthesize with ${name}:`);
      expect(stderr).toContain(`${name}:1 regionz`);
      expect(stderr).toContain(`${name}:2 accounts`);
      expect(manifest).toBeUndefined();
    },
  );

  it('refuses every value of -c that it cannot use, at once', () => {
    const { status, stderr, manifest } = synth({
      config: 'missing.yaml',
      credentials: 'role',
      toolingAccount: '1234',
      organizationId: 'r-abcd',
      memberRoles: 'stackset',
    });
    expect(status).toBe(1);
    for (const key of ['config', 'credentials', 'toolingAccount', 'organizationId', 'memberRoles']) expect(stderr).toContain(`at ${key}`);
    expect(manifest).toBeUndefined();
  });
});
