import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { queryError } from '../../../adapters/aws/loopback-aws.ts';
import { ended, executionOf, machine, openDeployment, type StartRequest, type World } from './deployment.ts';

let deployment: Awaited<ReturnType<typeof openDeployment>>;
afterEach(() => deployment.close());

const on = ['--cluster', 'payments', '--region', 'eu-west-1'];
const wait = ['--wait', '--every', '0.1'];
const input = { accountId: '111111111111', region: 'eu-west-1', clusterName: 'payments', dryRun: false, options: {} };

async function start(world: World, ...args: readonly string[]) {
  deployment = await openDeployment(world);
  return deployment.rotate('start', ...args);
}
const blueOf = ({ input: { blue } }: StartRequest) => blue;

describe('rotate start', () => {
  it('starts the deployed machine, and prints the id and where to look', async () => {
    const { out, err, code } = await start({}, ...on, '--nodegroup', 'blue', '--option', 'poolSoakMinutes=1', '--request-id', 'r-1');
    const [started] = deployment.started;
    expect(started).toMatchObject({
      stateMachineArn: machine,
      name: expect.stringMatching(/^rot-payments-[0-9a-f]{6}-r-1$/),
      input: { ...input, blue: { nodegroup: 'blue' }, requestId: 'r-1', options: { poolSoakMinutes: 1 } },
    });
    const { name = '' } = started ?? {};
    expect(out).toBe(`${name}\nhttps://console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${executionOf(name)}\n`);
    expect({ err, code }).toEqual({ err: [`started; look on with: greenlight rotate watch ${name}`], code: 0 });
  });

  it('says that a request was made before, and starts nothing', async () => {
    await start({}, ...on, '--request-id', 'r-1');
    const again = await deployment.rotate('start', ...on, '--request-id', 'r-1', '--format', 'json');
    const name = deployment.started[0]?.name ?? '';
    expect(deployment.started).toHaveLength(1);
    expect(JSON.parse(again.out)).toMatchObject([{ rotationId: name, executionArn: executionOf(name), existed: true, outcome: null }]);
    expect(again.err).toEqual([expect.stringMatching(/^there is a rotation of this request already/)]);
  });

  it.each([
    ['succeeded', 0],
    ['noop', 0],
    ['planned', 0],
    ['reverted', 2],
    ['busy', 2],
  ] as const)('looks on with --wait: %s is %i', async (name, code) => {
    const ran = await start({ machine: () => ended(name) }, ...on, ...wait);
    expect(ran.out).toContain(`${name}: because`);
    expect(ran.code).toBe(code);
  });

  it('says why a machine did not begin', async () => {
    const ran = await start({ machine: () => ({ error: 'region: expected an AWS region' }) }, ...on, ...wait);
    expect(ran).toMatchObject({
      code: 1,
      err: [expect.stringMatching(/did not begin: its execution ended FAILED: InvalidInput: region: expected/)],
    });
  });

  it('takes the account of the role that enters it', async () => {
    await start({}, ...on, '--nodegroup', 'blue', '--role-arn', 'arn:aws:iam::333333333333:role/rotate');
    expect(deployment.started).toMatchObject([{ input: { accountId: '333333333333' } }]);
  });

  it('takes its input from a file, alone', async () => {
    deployment = await openDeployment();
    const file = join(deployment.folder, 'input.json');
    await writeFile(file, JSON.stringify({ ...input, accountId: '222222222222', pair: 'workers' }));
    await deployment.rotate('start', '--input', file, '--dry-run');
    expect(deployment.started).toMatchObject([{ input: { accountId: '222222222222', pair: 'workers', dryRun: true } }]);
    expect(await deployment.rotate('start', '--input', file, '--pair', 'x')).toMatchObject({
      code: 1,
      err: [expect.stringMatching(/^--input says everything/)],
    });
  });

  it('rotates several one after the other, as long as they succeed', async () => {
    const groups = ['--nodegroup', 'b', '--nodegroup', 'a', '--nodegroup', 'c'];
    const ran = await start(
      { machine: (_, nth) => ended(nth === 2 ? 'reverted' : 'succeeded') },
      ...on,
      ...groups,
      ...wait,
      '--format',
      'json',
    );
    expect(deployment.started.map(blueOf)).toEqual([{ nodegroup: 'b' }, { nodegroup: 'a' }]);
    expect(JSON.parse(ran.out)).toMatchObject([
      { nodegroup: 'b', outcome: 'succeeded' },
      { nodegroup: 'a', outcome: 'reverted' },
    ]);
    expect(ran.err.at(-1)).toBe('not started, because the one before did not succeed: c');
    expect(ran.code).toBe(2);
  });

  it('finds all node groups that have nodes', async () => {
    const ran = await start({ machine: () => ended('succeeded') }, ...on, '--all', ...wait);
    expect(deployment.started.map(blueOf)).toEqual([{ nodegroup: 'blue' }, { nodegroup: 'green' }]);
    expect(ran.code).toBe(0);
  });

  it.each([
    ['a standby', { scalingConfig: { desiredSize: 2 }, taints: [{ key: 'eks-greenlight/standby', value: 'true', effect: 'NO_SCHEDULE' }] }],
    ['empty', { scalingConfig: { desiredSize: 0 } }],
  ])('leaves out a node group that is %s', async (_, green) => {
    await start({ machine: () => ended('succeeded'), green }, ...on, '--all', ...wait);
    expect(deployment.started.map(blueOf)).toEqual([{ nodegroup: 'blue' }]);
  });

  it.each([
    [[...on, '--nodegroup', 'a', '--nodegroup', 'b'], /2 node groups are rotated one after the other: give --wait/],
    [[...on, '--all', '--pair', 'p'], /--all: give it without/],
    [['--all', '--region', 'eu-west-1'], /--all of which cluster/],
    [['--region', 'eu-west-1'], /which cluster\? Give --cluster NAME/],
    [[...on, '--request-id', 'Not This'], /expected at most 16/],
    [[...on, '--account', '1'], /12/],
  ])('refuses %j, and starts nothing', async (args, sentence) => {
    expect(await start({}, ...args)).toMatchObject({ code: 1, err: [expect.stringMatching(sentence)] });
    expect(deployment.started).toEqual([]);
  });

  it('says that rotations are not enabled, or that it is another stack', async () => {
    expect((await start({ outputs: { FindingsBucketName: 'findings' } }, ...on)).err).toEqual([
      'stack EksGreenlight in eu-west-1 has no output NodeRotationStateMachineArn: set rotation.enabled to true in greenlight.yaml and deploy it',
    ]);
    await deployment.close();
    expect((await start({ outputs: {} }, ...on)).err).toEqual([expect.stringContaining('has no output FindingsBucketName')]);
  });
});

describe('rotate plan', () => {
  const total = { min: 1, expected: 2, max: 3 };
  const plan = {
    blue: null,
    green: null,
    nodes: { size: 4, toLaunch: 4, headroom: 2 },
    batches: [],
    heldUp: [],
    heldUpCount: 0,
    quota: null,
    addresses: [],
    duration: { phases: [], total },
    changes: ['workers-a is held at 4 nodes'],
    restores: [],
    shortened: false,
  };
  const problem = {
    id: 'pod-blocked',
    rule: 'D8',
    severity: 'block' as const,
    object: 'Pod shop/one',
    message: 'no controller',
    remedy: null,
    waived: false,
  };

  it('is made by the deployed machine as a dry run', async () => {
    deployment = await openDeployment({ machine: () => ({ ...ended('planned'), dryRun: true, notes: { plan } }) });
    const { out, code } = await deployment.rotate('plan', '--every', '0.1', ...on, '--nodegroup', 'blue');
    expect(deployment.started).toMatchObject([{ input: { dryRun: true, blue: { nodegroup: 'blue' } } }]);
    expect(out).toContain('It would change\n  - workers-a is held at 4 nodes');
    expect(out).toMatch(/planned: because\n$/);
    expect(code).toBe(0);
  });

  it('says what refuses it, and exits with 2', async () => {
    deployment = await openDeployment({ machine: () => ({ ...ended('refused'), problems: [problem] }) });
    const { out, code } = await deployment.rotate('plan', '--every', '0.1', ...on);
    expect(out).toMatch(/^Found by the preflight\n {2}✗ Pod shop\/one: no controller \(pod-blocked\)\n/);
    expect(code).toBe(2);
    const json = JSON.parse((await deployment.rotate('plan', '--every', '0.1', ...on, '--format', 'json')).out);
    expect(json).toMatchObject({ schemaVersion: '1', plan: null, outcome: { name: 'refused' }, problems: [{ id: 'pod-blocked' }] });
  });

  it('is one at a time', async () => {
    deployment = await openDeployment();
    expect((await deployment.rotate('plan', '--every', '0.1', ...on, '--nodegroup', 'a', '--nodegroup', 'b')).err).toEqual([
      'plan one rotation at a time: give --nodegroup once',
    ]);
  });

  it('does not go on without a deployment where somebody named its bucket', async () => {
    deployment = await openDeployment({ stackAnswer: queryError(400, 'ValidationError', 'Stack does not exist') });
    const ran = await deployment.rotateInBucket('plan', ...on, '--store', 's3://findings');
    expect(ran).toMatchObject({ code: 1, err: [expect.stringContaining('cloudformation:DescribeStacks of stack EksGreenlight')] });
  });
});
