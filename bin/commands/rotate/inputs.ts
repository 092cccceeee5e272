import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { InvalidInput, parseInput } from '../../../functions/config/invalid-input.ts';
import { messageOf } from '../../../functions/inventory/error-codes.ts';
import { inputSchema, type RotationInput } from '../../../functions/rotation/input.ts';
import { CommandFailure } from '../failure.ts';
import type { SelectorOptions } from './options.ts';

/** What a rotation of the named groups is started with: one input for each `--nodegroup`, in their order.
 *  @param accountId of the cluster
 *  @throws CommandFailure that names every option that is missing or cannot be together; InvalidInput */
export function inputsFor(options: SelectorOptions, { accountId, region }: { accountId: string; region: string }): RotationInput[] {
  const { cluster, nodegroup = [], asg, green, pair, option, requestId } = options;
  if (cluster === undefined) throw new CommandFailure('which cluster? Give --cluster NAME and --region REGION, or --input FILE');
  if (asg !== undefined && nodegroup.length > 0)
    throw new CommandFailure('--nodegroup and --asg: give one of them; blue is a managed node group or an Auto Scaling group');
  if (pair !== undefined && (asg !== undefined || green !== undefined || nodegroup.length > 0))
    throw new CommandFailure('--pair finds both groups by their tag: give it without --nodegroup, --asg and --green');
  if (nodegroup.length > 1 && green !== undefined)
    throw new CommandFailure('--green takes over from one group: give one --nodegroup with it, or leave it out and each gets a new one');
  if (nodegroup.length > 1 && requestId !== undefined)
    throw new CommandFailure('--request-id names one rotation: give one --nodegroup with it');
  const blues = asg !== undefined ? [{ autoScalingGroup: asg }] : nodegroup.map((name) => ({ nodegroup: name }));
  const greenRef = green === undefined ? undefined : asg === undefined ? { nodegroup: green } : { autoScalingGroup: green };
  const common = {
    accountId,
    region,
    clusterName: cluster,
    ...(pair === undefined ? {} : { pair }),
    ...(greenRef && { green: greenRef }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(option && { options: option }),
  };
  return (blues.length === 0 ? [undefined] : blues).map((blue) => parseInput(inputSchema, { ...common, ...(blue && { blue }) }));
}

/** The input that stands in a file, or comes from standard input for `-`.
 *  @throws CommandFailure that names the file, and every field that is wrong */
export async function readInput(file: string): Promise<RotationInput> {
  const fail = (error: unknown): never => {
    throw new CommandFailure(`cannot use the input ${file === '-' ? 'of standard input' : file}: ${messageOf(error)}`);
  };
  const body = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch(fail);
  try {
    return parseInput(inputSchema, JSON.parse(body));
  } catch (error) {
    if (error instanceof InvalidInput) return fail(error);
    return fail(new Error(`expected JSON: ${messageOf(error)}`));
  }
}
