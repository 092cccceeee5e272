import type { TestProject } from 'vitest/node';
import { cdk } from './cdk.ts';
import { setUp } from './global-setup.ts';
import { deployPipeline } from './pipeline.ts';
import { HUB, MEMBER_ACCOUNTS, pipelineConfiguration, pipelineWorld } from './pipeline-world.ts';
import { allowScan, populate } from './populate.ts';

/** Starts the world of the pipeline, fills its clusters, and deploys the product into it by the real CDK command line. */
export default async (project: TestProject) => {
  let environment: Readonly<Record<string, string>> = {};
  const close = await setUp(project, pipelineWorld, (main, ofPlane, of) => {
    environment = of;
    populate(main);
    allowScan(ofPlane('orders'));
  });
  // Kept until the end: its folder holds the assembly that tests deploy again.
  const commands = cdk(environment);
  const end = async () => {
    commands.close();
    await close();
  };
  try {
    const deployment = await deployPipeline(commands, { hub: HUB, members: MEMBER_ACCOUNTS }, pipelineConfiguration);
    project.provide('deployment', deployment);
  } catch (error) {
    await end();
    throw error;
  }
  return end;
};
