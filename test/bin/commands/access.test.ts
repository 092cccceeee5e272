import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { accessCommand } from '../../../bin/commands/access.ts';
import { accessRequirements, accessText } from '../../../functions/access/access-requirements.ts';
import { defaultConfiguration } from '../../../functions/config/defaults.ts';
import { type AccessWorld, accessWorld } from '../../access/access-world.ts';
import { scanRoleArn, tooling } from '../../access/builders.ts';
import { loopbackAccessAws, loopbackCluster } from '../../access/loopback-cluster.ts';
import { selfSigned } from '../../adapters/kubernetes/loopback-api-server.ts';
import { runCommand } from './run-command.ts';

let pem: string;
let folder: string;
beforeAll(() => {
  pem = selfSigned();
  folder = mkdtempSync(join(tmpdir(), 'greenlight-access-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, 'does-not-exist');
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_REGION', 'AWS_DEFAULT_REGION']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const access = (...args: readonly string[]) => runCommand(accessCommand, ['access', ...args]);

function configured(text: string): string {
  const file = join(folder, 'greenlight.yaml');
  writeFileSync(file, text);
  return file;
}
const explicit = (more = '') => configured(`accounts: { explicit: [ { id: "111111111111", regions: [eu-west-1] } ] }\n${more}`);

describe('access print', () => {
  it.each(['--cloudformation', '--iam', '--trust'])('%s prints one JSON document and nothing else', async (option) => {
    const { out, err, code } = await access('print', option, '--tooling-account', tooling);
    expect([err, code]).toEqual([[], 0]);
    expect(Object.keys(JSON.parse(out))[0]).toMatch(/Version$/);
  });

  it('--kubernetes prints the ClusterRole and its binding, as configured', async () => {
    const { out } = await access('print', '--kubernetes', '--config', explicit('kubernetes: { pods: false }'));
    const [role, binding] = parseAllDocuments(out).map((document) => document.toJS());
    expect([role.kind, binding.kind]).toEqual(['ClusterRole', 'ClusterRoleBinding']);
    expect(JSON.stringify(role.rules)).not.toContain('pods');
  });

  it('--access-entry prints what the AWS CLI takes, --aws-auth what mapRoles takes', async () => {
    const entry = await access('print', '--access-entry', '--cluster', 'payments', '--config', explicit());
    expect(JSON.parse(entry.out)).toEqual({
      clusterName: 'payments',
      principalArn: scanRoleArn,
      kubernetesGroups: ['eks-greenlight:scan'],
    });
    const lines = await access('print', '--aws-auth', '--account', '111111111111', '--region', 'cn-north-1');
    expect(parse(lines.out)).toMatchObject([{ rolearn: 'arn:aws-cn:iam::111111111111:role/eks-greenlight-scan' }]);
  });

  it('reads role, external id and trusted people from greenlight.yaml', async () => {
    const file = explicit('scanRole: { name: reader, externalId: ext, trustedPrincipals: ["arn:aws:iam::222222222222:user/joe"] }');
    const { out } = await access('print', '--trust', '--organization-id', 'o-abcdefghij', '--config', file);
    expect(JSON.parse(out).Statement).toMatchObject([
      {
        Principal: { AWS: 'arn:aws:iam::222222222222:root' },
        Condition: { StringEquals: { 'sts:ExternalId': 'ext', 'aws:PrincipalOrgID': 'o-abcdefghij' } },
      },
    ]);
    expect(JSON.parse((await access('print', '--cloudformation', '--config', file)).out).Resources.ScanRole.Properties.RoleName).toBe(
      'reader',
    );
  });

  it('trusts nobody outside the organization that greenlight.yaml names', async () => {
    const file = explicit('scanRole: { organizationId: o-a1b2c3d4e5 }');
    for (const document of ['--trust', '--cloudformation'])
      expect((await access('print', document, '--tooling-account', '999999999999', '--config', file)).out).toContain('o-a1b2c3d4e5');
  });

  it('without an option prints everything for people', async () => {
    const { out, code } = await access(
      'print',
      '--tooling-account',
      tooling,
      '--account',
      '111111111111',
      '--cluster',
      'payments',
      '--region',
      'eu-west-1',
    );
    expect(code).toBe(0);
    for (const part of [
      `${tooling}:role/eks-greenlight-plan-scan`,
      'eks:DescribeNodegroup',
      `create-access-entry --region eu-west-1 --cluster-name payments --principal-arn ${scanRoleArn}`,
      `- rolearn: ${scanRoleArn}`,
      'kind: ClusterRoleBinding',
    ])
      expect(out).toContain(part);
    expect(out).not.toMatch(/ACCOUNT_ID|CLUSTER\b|REGION\b/);
    expect((await access('print')).out).toContain('arn:aws:iam::TOOLING_ACCOUNT_ID:root');
  });

  it('prints the same documents of the rotate role where rotations are enabled', async () => {
    const file = explicit('rotation: { enabled: true }');
    const print = async (...args: readonly string[]) => (await access('print', ...args, '--role', 'rotate', '--config', file)).out;
    const arn = 'arn:aws:iam::111111111111:role/eks-greenlight-rotate';
    expect(await print('--iam')).toContain('eks:UpdateNodegroupConfig');
    expect(await print('--trust', '--tooling-account', tooling)).toContain(`${tooling}:role/eks-greenlight-rotation-step`);
    expect(await print('--kubernetes')).toContain('pods/eviction');
    expect(parse(await print('--aws-auth'))).toEqual([
      { rolearn: arn, username: 'eks-greenlight-rotate', groups: ['eks-greenlight:rotate'] },
    ]);
    expect(JSON.parse(await print('--access-entry', '--cluster', 'payments'))).toMatchObject({
      principalArn: arn,
      kubernetesGroups: ['eks-greenlight:rotate'],
    });
    const everything = (await access('print', '--tooling-account', tooling, '--config', file)).out;
    for (const part of ['eks-greenlight-scan-cluster', 'eks-greenlight-rotation-step', 'pods/eviction', 'eks-greenlight/pair=PAIR'])
      expect(everything).toContain(part);
    expect((await access('print', '--cloudformation', '--config', file)).out).toContain('RotateRole');
  });

  it('prints nothing that writes while rotations are off', async () => {
    for (const args of [['--cloudformation'], ['--kubernetes'], ['--iam'], []])
      expect((await access('print', ...args, '--config', explicit())).out).not.toMatch(/rotat|eviction|UpdateNodegroupConfig/i);
  });

  it.each([
    [['--iam', '--role', 'rotate'], 'rotation: { enabled: true }'],
    [['--trust'], 'give --tooling-account ID'],
    [['--aws-auth'], 'Give --account ID'],
    [['--access-entry', '--account', '111111111111'], 'give --cluster NAME'],
    [['--iam', '--kubernetes'], 'cannot be used with'],
    [['--tooling-account', '12'], 'expected 12 digits'],
    [['--organization-id', 'x'], 'such as o-'],
    [['--partition', 'gcp'], 'such as aws'],
    [['--principal-arn', 'arn:aws:sts::111111111111:assumed-role/a/b'], 'expected the ARN of an IAM role or user'],
  ])('%j is refused with what to do', async (args, message) => {
    const { out, err, code } = await access('print', ...args);
    expect([out, code]).toEqual(['', 1]);
    expect(err.join('\n')).toContain(message);
  });
});

/** Both servers over one world, with the SDK pointed at them. */
async function withWorld(world: AccessWorld, test: (requests: () => number) => Promise<void>): Promise<void> {
  const cluster = await loopbackCluster(pem, world);
  const aws = await loopbackAccessAws(world, { endpoint: cluster.endpoint, pem });
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
  try {
    await test(() => cluster.requests.length);
  } finally {
    await Promise.all([cluster.close(), aws.close()]);
  }
}

const one = ['--cluster', 'payments', '--region', 'eu-west-1'];
const needed = () => new Set(accessRequirements(defaultConfiguration).map(accessText));

describe('access verify', () => {
  it('is content with what a scan needs', () =>
    withWorld(accessWorld({ allowed: needed() }), async () => {
      const { out, code } = await access('verify', ...one);
      expect(code).toBe(0);
      expect(out).toMatch(/payments +complete +22 of 22 actions +ok +API/);
    }));

  it('says what is missing and how to mend it, and ends with 1', () =>
    withWorld(accessWorld({ denied: new Set(['eks:DescribeAddon']), allowed: new Set(['list nodes']) }), async () => {
      const { out, code } = await access('verify', ...one, '--role-arn', scanRoleArn);
      expect(code).toBe(1);
      expect(out).toMatch(/payments +MISSING +21 of 22 actions +\d+ missing +API/);
      expect(out).toContain('may not list pods');
      expect(out).toContain('eks:DescribeAddon of add-on');
      expect(out).toContain('aws iam put-role-policy --role-name eks-greenlight-scan');
      expect(out).toContain(`greenlight access apply --cluster payments --region eu-west-1 --principal-arn ${scanRoleArn}`);
    }));

  it('warns of more than needed, and ends with 0', () =>
    withWorld(accessWorld({ allowed: new Set([...needed(), 'create pods/eviction']) }), async () => {
      const { out, code } = await access('verify', ...one);
      expect(code).toBe(0);
      expect(out).toContain('more than needed: may create pods/eviction');
    }));

  it('asks about the rights of a rotation when told so', () =>
    withWorld(accessWorld({ allowed: needed() }), async () => {
      const { out, code } = await access('verify', ...one, '--role', 'rotate', '--config', explicit('rotation: { enabled: true }'));
      expect(code).toBe(1);
      expect(out).toMatch(/payments +MISSING +10 of 10 actions/);
      expect(out).toContain('may not create pods/eviction');
    }));

  it('enters the accounts of greenlight.yaml through the scan role, cluster by cluster', () =>
    withWorld(accessWorld({ allowed: needed() }), async () => {
      const file = explicit('clusters: { exclude: [ { name: alpha } ] }');
      const { out, code } = await access('verify', '--config', file, '--format', 'json');
      const { complete, clusters, failed } = JSON.parse(out);
      expect(clusters.map(({ name, status, principalArn }: Record<string, string>) => `${name} ${status} ${principalArn}`)).toEqual([
        `alpha skipped ${scanRoleArn}`,
        `beta missing ${scanRoleArn}`,
        `payments complete ${scanRoleArn}`,
      ]);
      expect([complete, failed, code]).toEqual([false, [], 1]);
    }));

  it('needs to know which clusters', async () => {
    const { err, code } = await access('verify');
    expect([err.join(''), code]).toEqual(['which clusters? Give --cluster NAME, or describe the fleet in greenlight.yaml', 1]);
  });
});

describe('access apply', () => {
  it('lets the scan role in, once; the dry run says so and does nothing', async () => {
    const world = accessWorld();
    await withWorld(world, async () => {
      const dry = await access('apply', ...one, '--dry-run');
      expect([dry.code, world.writes]).toEqual([0, []]);
      expect(dry.out).toMatch(/^would +111111111111 +eu-west-1 +payments\n/);
      const first = await access('apply', ...one);
      expect([first.code, first.out.split(/\s/)[0]]).toEqual([0, 'done']);
      expect(world.writes).toEqual([
        `create ${scanRoleArn}`,
        'apply /apis/rbac.authorization.k8s.io/v1/clusterroles/eks-greenlight:scan',
        'apply /apis/rbac.authorization.k8s.io/v1/clusterrolebindings/eks-greenlight:scan',
      ]);
      expect((await access('apply', ...one)).out).toBe('unchanged  111111111111  eu-west-1  payments\n');
      expect(world.writes).toHaveLength(3);
    });
  });

  it('lets the rotate role in too where rotations are enabled, or one of the two alone', async () => {
    const file = explicit('rotation: { enabled: true }');
    const rotateRoleArn = scanRoleArn.replace('scan', 'rotate');
    const world = accessWorld();
    await withWorld(world, async () => {
      const [first] = (await access('apply', ...one, '--config', file, '--role', 'rotate')).out.split('\n');
      expect(first).toBe('done       111111111111  eu-west-1  payments  (rotate)');
      expect([...world.entries.keys()]).toEqual([rotateRoleArn]);
      const lines = (await access('apply', ...one, '--config', file)).out.split('\n').filter((line) => line.includes('payments'));
      expect(lines).toEqual(['done       111111111111  eu-west-1  payments', 'unchanged  111111111111  eu-west-1  payments  (rotate)']);
      expect([...world.entries.values()]).toEqual([['eks-greenlight:rotate'], ['eks-greenlight:scan']]);
      const refused = await access('apply', ...one, '--role', 'rotate');
      expect([refused.code, refused.err.join('')]).toEqual([1, expect.stringContaining('there is no rotate role')]);
    });
  });

  it('prints the lines where the mode is CONFIG_MAP', () =>
    withWorld(accessWorld({ authenticationMode: 'CONFIG_MAP' }), async () => {
      const { out, code } = await access('apply', ...one, '--principal-arn', 'arn:aws:iam::111111111111:role/jane');
      expect(code).toBe(0);
      expect(out).toContain('manual');
      expect(out).toContain('  - rolearn: arn:aws:iam::111111111111:role/jane\n    username: eks-greenlight\n');
    }));

  it('goes on with the fleet where one cluster fails, and leaves excluded ones alone', async () => {
    const world = accessWorld();
    await withWorld(world, async () => {
      const { out, code } = await access(
        'apply',
        '--config',
        explicit('clusters: { exclude: [ { name: alpha } ] }'),
        '--role-name',
        'admin',
        '--format',
        'json',
      );
      const { clusters } = JSON.parse(out);
      expect(clusters.map(({ name, outcome }: Record<string, string>) => `${name} ${outcome}`)).toEqual([
        'alpha skipped',
        'beta failed',
        'payments done',
      ]);
      expect(code).toBe(1);
      expect(world.entries.has(scanRoleArn)).toBe(true);
    });
  });

  it('reports an account that it may not enter', () =>
    withWorld(accessWorld(), async (requests) => {
      const file = configured('accounts: { explicit: [ { id: "222222222222", regions: [eu-west-1] } ] }');
      const { out, code } = await access('apply', '--config', file);
      expect(code).toBe(1);
      expect(out).toContain('222222222222 *: AccessDenied');
      expect(requests()).toBe(0);
    }));

  it('is refused for one principal in a whole fleet', async () => {
    const { err, code } = await access('apply', '--config', explicit(), '--principal-arn', scanRoleArn);
    expect([err.join('').includes('give --cluster NAME too'), code]).toEqual([true, 1]);
  });
});
