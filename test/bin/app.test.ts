import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenlight-app-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the app as `cdk synth` does, in a folder of its own. */
function synth(context: { readonly config?: string; readonly credentials?: string }) {
  const { status, stderr } = spawnSync(process.execPath, [resolve('bin/app.ts')], {
    cwd: folder,
    encoding: 'utf8',
    env: { CDK_OUTDIR: join(folder, 'cdk.out'), CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, ...context }) },
  });
  const manifest = join(folder, 'cdk.out', 'manifest.json');
  return { status, stderr, manifest: existsSync(manifest) ? readFileSync(manifest, 'utf8') : undefined };
}

// Each case is a process that loads the CDK: seconds on a busy machine.
describe('cdk synth', { timeout: 60_000 }, () => {
  it('makes the tooling stack without a configuration file, deployed through the bootstrap roles', () => {
    const { status, manifest } = synth({});
    expect(status).toBe(0);
    expect(manifest).toContain('"EksGreenlight"');
    expect(manifest).toContain('"assumeRoleArn"');
  });

  it('takes a configuration file and, with -c credentials=cli, the credentials of the caller', () => {
    writeFileSync(join(folder, 'good.yaml'), 'accounts: { explicit: [{ id: "111111111111" }] }\n');
    const { status, manifest } = synth({ config: 'good.yaml', credentials: 'cli' });
    expect(status).toBe(0);
    expect(manifest).toContain('"EksGreenlight"');
    expect(manifest).not.toContain('"assumeRoleArn"');
  });

  it.each([
    { name: 'greenlight.yaml', context: {} },
    { name: 'other.yaml', context: { config: 'other.yaml' } },
  ])('refuses a wrong $name with every problem in it', ({ name, context }) => {
    writeFileSync(join(folder, name), 'regionz: enabled\naccounts: {}\n');
    const { status, stderr, manifest } = synth(context);
    expect(status).toBe(1);
    expect(stderr).toContain(`Cannot synthesize with ${name}:`);
    expect(stderr).toContain(`${name}:1 regionz`);
    expect(stderr).toContain(`${name}:2 accounts`);
    expect(manifest).toBeUndefined();
  });

  it.each([
    { context: { config: 'missing.yaml' }, at: 'config' },
    { context: { credentials: 'role' }, at: 'credentials' },
  ])('refuses -c $at with a value that it cannot use', ({ context, at }) => {
    const { status, stderr, manifest } = synth(context);
    expect(status).toBe(1);
    expect(stderr).toContain(`at ${at}`);
    expect(manifest).toBeUndefined();
  });
});
