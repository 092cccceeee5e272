import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import * as z from 'zod';
import { rotateCommand } from '../../../../bin/commands/rotate.ts';
import type { RotationRecord } from '../../../../functions/rotation/record.ts';
import { createRecord, findRotation, readRecord, writeIndex } from '../../../../functions/rotation/record-store.ts';
import { openStore } from '../../../../functions/wiring/stores.ts';
import { loopbackAws, type WireAnswer } from '../../../adapters/aws/loopback-aws.ts';
import { createRotationRecord } from '../../../rotation/records.ts';
import { runCommand } from '../run-command.ts';

export const machine = 'arn:aws:states:eu-west-1:999999999999:stateMachine:node-rotation:live';
export const executionOf = (name: string) => `arn:aws:states:eu-west-1:999999999999:execution:node-rotation:${name}`;

const json = (body: object, status = 200): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(body),
});
const stack = (outputs: Readonly<Record<string, string>>): WireAnswer => {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>EksGreenlight</StackName><CreationTime>2026-11-21T06:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  };
};
const startSchema = z.object({
  stateMachineArn: z.string(),
  name: z.string(),
  input: z.string().transform((text) => z.looseObject({}).parse(JSON.parse(text))),
});
export type StartRequest = z.output<typeof startSchema>;

export interface World {
  /** What the machine does with a start: the record that it leaves, or how its execution ended without one. */
  readonly machine?: (start: StartRequest, nth: number) => Partial<RotationRecord> | { readonly error: string };
  readonly outputs?: Readonly<Record<string, string>>;
  /** Of node group green, beside what the fixture says. */
  readonly green?: Readonly<Record<string, unknown>>;
  /** Instead of the stack. */
  readonly stackAnswer?: WireAnswer;
}

/** A deployment whose machine ends at once, with its records in a folder. */
export async function openDeployment({ machine: act = () => ({}), outputs, green, stackAnswer }: World = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-rotate-'));
  const store = openStore(folder);
  const started: StartRequest[] = [];
  const failures = new Map<string, string>();
  const pending: Promise<unknown>[] = [];
  const server = await loopbackAws(({ headers, body, form, url }) => {
    const target = String(headers['x-amz-target'] ?? '');
    if (form.get('Action') === 'DescribeStacks')
      return stackAnswer ?? stack(outputs ?? { FindingsBucketName: 'findings', NodeRotationStateMachineArn: machine });
    if (target.endsWith('StartExecution')) {
      const request = startSchema.parse(JSON.parse(body));
      if (started.some(({ name }) => name === request.name))
        return json({ __type: 'com.amazonaws.swf.service.v2.model#ExecutionAlreadyExists', message: 'it exists' }, 400);
      started.push(request);
      const left = act(request, started.length);
      if ('error' in left) failures.set(executionOf(request.name), left.error);
      else pending.push(keep({ rotationId: request.name, ...left }));
      return json({ executionArn: executionOf(request.name), startDate: 1 });
    }
    if (target.endsWith('DescribeExecution')) {
      const { executionArn } = z.object({ executionArn: z.string() }).parse(JSON.parse(body));
      const cause = failures.get(executionArn);
      const ended = cause === undefined ? { status: 'RUNNING' } : { status: 'FAILED', error: 'InvalidInput', cause };
      return json({ executionArn, stateMachineArn: machine, startDate: 1, ...ended });
    }
    if (green && url.pathname.endsWith('/node-groups/green')) return json({ nodegroup: { nodegroupName: 'green', ...green } });
    return undefined;
  });
  for (const service of ['CLOUDFORMATION', 'SFN', 'STS', 'EKS']) vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');

  async function keep(overrides: Partial<RotationRecord>): Promise<void> {
    const record = createRotationRecord(overrides);
    await writeIndex(store, record.rotationId, record.cluster);
    await createRecord(store, record);
  }
  return {
    started,
    store,
    folder,
    keep,
    record: async (rotationId = 'rot-payments-1') => {
      const cluster = await findRotation(store, rotationId);
      return cluster && (await readRecord(store, cluster, rotationId))?.record;
    },
    rotate: (...args: readonly string[]) => runCommand(rotateCommand, ['rotate', ...args, '--store', folder], { region: 'eu-west-1' }),
    /** With the bucket of the deployment. */
    rotateInBucket: (...args: readonly string[]) => runCommand(rotateCommand, ['rotate', ...args], { region: 'eu-west-1' }),
    close: async () => {
      vi.unstubAllEnvs();
      await Promise.allSettled(pending);
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

export const ended = (name: NonNullable<RotationRecord['outcome']>['name'], cause = 'because') => ({
  outcome: { name, cause, at: '2026-11-21T12:30:00.000Z' },
});
