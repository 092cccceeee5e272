import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type Cdk, cdk } from './cdk.ts';

/** What is deployed of the product: the stack of the tooling account, and the role of each member account. */
export interface PipelineDeployment {
  readonly outputs: PipelineOutputs;
  /** Folder of the cloud assembly, for another deployment of the same. */
  readonly assembly: string;
  /** Milliseconds of each step, in order. */
  readonly timings: readonly { readonly step: string; readonly ms: number }[];
}

const outputsSchema = z.object({
  FindingsBucketName: z.string(),
  AlertsTopicArn: z.string(),
  ChatTopicArn: z.string(),
  FleetScanStateMachineArn: z.string(),
  DashboardUrl: z.string(),
  /** Where rotations are switched on. */
  NodeRotationStateMachineArn: z.string().optional(),
  RevertRotationStateMachineArn: z.string().optional(),
});
export type PipelineOutputs = z.output<typeof outputsSchema>;

export interface PipelineAccounts {
  readonly hub: string;
  readonly members: readonly string[];
}

/** Bootstraps the accounts and deploys the product into them, by the real CDK command line, as the guide says.
 *  @param onStep told before each step, for progress */
export async function deployPipeline(
  commands: Cdk,
  { hub, members }: PipelineAccounts,
  configuration: unknown,
  onStep: (step: string) => void = () => {},
): Promise<PipelineDeployment> {
  const timings: { step: string; ms: number }[] = [];
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    onStep(step);
    const startedAt = performance.now();
    const result = await work();
    timings.push({ step, ms: Math.round(performance.now() - startedAt) });
    return result;
  };
  await timed(`cdk bootstrap aws://${hub}`, () => commands.bootstrap({ account: hub }));
  const assembly = await timed('cdk synth', () =>
    withConfiguration(configuration, (config) => commands.synthesize({ config, toolingAccount: hub, versions: 'false' })),
  );
  const { outputs } = await timed(`cdk deploy EksGreenlight in ${hub}`, () => commands.deploy('EksGreenlight', { account: hub, assembly }));
  for (const account of members) {
    await timed(`cdk bootstrap aws://${account}`, () => commands.bootstrap({ account }));
    await timed(`cdk deploy EksGreenlightMember in ${account}`, () => commands.deploy('EksGreenlightMember', { account, assembly }));
  }
  return { outputs: outputsSchema.parse(outputs), assembly, timings };
}

/** Runs the CDK command line in the world, and removes what it wrote. */
export async function withCdk<T>(environment: Readonly<Record<string, string>>, work: (commands: Cdk) => Promise<T>): Promise<T> {
  const commands = cdk(environment);
  try {
    return await work(commands);
  } finally {
    commands.close();
  }
}

/** Writes a configuration as a greenlight.yaml that lives as long as the work. */
export async function withConfiguration<T>(configuration: unknown, work: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'greenlight-configuration-'));
  const file = join(folder, 'greenlight.yaml');
  writeFileSync(file, stringify(configuration));
  try {
    return await work(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
