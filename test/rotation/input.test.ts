import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput, parseInput } from '../../functions/config/invalid-input.ts';
import { inputSchema, isRotationId, rotationIdOf } from '../../functions/rotation/input.ts';
import { paymentsInput } from './desk.ts';

const problem = (input: unknown): string => {
  try {
    parseInput(inputSchema, input);
  } catch (error) {
    if (error instanceof InvalidInput) return error.message;
    throw error;
  }
  return 'none';
};

describe('the input of a rotation', () => {
  it.each([
    ['three lines', paymentsInput],
    ['a pair', { ...paymentsInput, pair: 'workers' }],
    ['groups', { ...paymentsInput, blue: { nodegroup: 'a' }, green: { nodegroup: 'b' } }],
    ['Auto Scaling groups', { ...paymentsInput, blue: { autoScalingGroup: 'a' }, green: { autoScalingGroup: 'b' } }],
    ['a green to create', { ...paymentsInput, blue: { nodegroup: 'a' }, green: { create: { instanceTypes: ['m7i.large'] } } }],
    ['options', { ...paymentsInput, dryRun: true, options: { poolSoakMinutes: 0.1 }, requestId: 'nightly-1' }],
  ])('may be %s', (_, input) => expect(problem(input)).toBe('none'));

  it.each([
    ['an account that is none', { ...paymentsInput, accountId: '11' }, /^accountId: expected a 12-digit account id, found "11"/],
    ['no region', { accountId: '111111111111', clusterName: 'payments' }, /^region: expected an AWS region/],
    ['a key that is misspelt', { ...paymentsInput, dryrun: true }, /dryrun/],
    ['a pair and a group', { ...paymentsInput, pair: 'x', blue: { nodegroup: 'a' } }, /^pair: expected either pair, or blue and green/],
    ['a green that is two things', { ...paymentsInput, green: { nodegroup: 'a', create: {} } }, /^green: expected \{ "nodegroup"/],
    [
      'an option out of bounds',
      { ...paymentsInput, options: { batchPercent: 101 } },
      /^options.batchPercent: expected at most 100 percent, found 101/,
    ],
    ['an option that there is not', { ...paymentsInput, options: { soak: 1 } }, /^options: .*soak/],
    ['a request id that is too long', { ...paymentsInput, requestId: 'x'.repeat(17) }, /^requestId: expected at most 16/],
  ])('is refused with %s', (_, input, said) => expect(problem(input)).toMatch(said));
});

describe('the id of a rotation', () => {
  it('names the cluster, and tells clusters of one name apart', () => {
    const of = (account: string) => rotationIdOf(`arn:aws:eks:eu-west-1:${account}:cluster/Payments_EU`, 'Payments_EU', 'nightly');
    expect(of('111111111111')).toMatch(/^rot-payments-eu-[0-9a-f]{6}-nightly$/);
    expect(of('111111111111')).not.toBe(of('222222222222'));
  });

  it('is a label value and a name of an execution, whatever the cluster is called', () => {
    const name = fc.stringMatching(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/);
    const request = fc.stringMatching(/^[a-z0-9-]{1,16}$/);
    fc.assert(fc.property(name, request, (cluster, asked) => isRotationId(rotationIdOf(`arn:${cluster}`, cluster, asked))));
  });
});
