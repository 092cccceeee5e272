import type { TestProject } from 'vitest/node';
import { setUp } from './global-setup.ts';
import { deployPipeline, withCdk } from './pipeline.ts';
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
  try {
    const deployment = await withCdk(environment, (commands) =>
      deployPipeline(commands, { hub: HUB, members: MEMBER_ACCOUNTS }, pipelineConfiguration),
    );
    project.provide('deployment', deployment);
  } catch (error) {
    await close();
    throw error;
  }
  return close;
};
