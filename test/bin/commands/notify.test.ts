import { afterEach, describe, expect, it, vi } from 'vitest';
import { notifyCommand } from '../../../bin/commands/notify.ts';
import { type LoopbackAws, loopbackAws, queryError, type WireAnswer } from '../../adapters/aws/loopback-aws.ts';
import { runCommand } from './run-command.ts';

const machine = 'arn:aws:states:eu-west-1:999999999999:stateMachine:eks-greenlight-fleet-scan';
const execution = `${machine.replace('stateMachine', 'execution')}:1`;
const json = (body: object): WireAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(body),
});
const stack = (outputs: string): WireAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>EksGreenlight</StackName><CreationTime>2026-11-21T06:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${outputs}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
});
const output = `<member><OutputKey>FleetScanStateMachineArn</OutputKey><OutputValue>${machine}</OutputValue></member>`;

let server: LoopbackAws;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

/** A deployed machine whose execution is RUNNING once and then ends so. */
async function notifyTest(ended: object, answerOfStack: WireAnswer = stack(output)) {
  let looks = 0;
  server = await loopbackAws(({ headers }) => {
    const target = String(headers['x-amz-target'] ?? '');
    if (target.endsWith('StartExecution')) return json({ executionArn: execution, startDate: 1 });
    if (!target.endsWith('DescribeExecution')) return answerOfStack;
    looks += 1;
    return json({ executionArn: execution, stateMachineArn: machine, startDate: 1, ...(looks === 1 ? { status: 'RUNNING' } : ended) });
  });
  for (const service of ['CLOUDFORMATION', 'SFN']) vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  return runCommand(notifyCommand, ['notify', 'test', '--region', 'eu-west-1']);
}

describe('notify test', () => {
  it('starts the deployed machine with a simulation and waits for its end', async () => {
    const ran = await notifyTest({ status: 'SUCCEEDED' });
    expect(ran).toMatchObject({ code: 0, err: [expect.stringContaining('look for TEST')] });
    const started = server.requests.find(({ headers }) => String(headers['x-amz-target']).endsWith('StartExecution'));
    expect(JSON.parse(started?.body ?? '')).toMatchObject({ stateMachineArn: machine, input: '{"simulate":"milestone"}' });
  });

  it('says what kept the sample from being sent', async () => {
    const ran = await notifyTest({ status: 'FAILED', error: 'NotificationFailed', cause: 'chat: AccessDenied' });
    expect(ran).toMatchObject({ code: 1, err: [expect.stringMatching(/ended FAILED: NotificationFailed: chat: AccessDenied/)] });
  });

  it.each([
    ['is another stack', stack(''), 'has no output FleetScanStateMachineArn'],
    [
      'does not exist',
      queryError(400, 'ValidationError', 'Stack with id EksGreenlight does not exist'),
      'cloudformation:DescribeStacks of stack EksGreenlight in eu-west-1',
    ],
  ])('says that the stack %s', async (_, answer, sentence) => {
    expect(await notifyTest({}, answer)).toMatchObject({ code: 1, err: [expect.stringContaining(sentence)] });
  });
});
