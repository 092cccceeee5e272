import { defineConfig } from 'vitest/config';

const patience = { testTimeout: 120_000, hookTimeout: 300_000, teardownTimeout: 60_000, fileParallelism: false };

/** The end-to-end layer; started by `run`, which prepares what the world needs. Each project has a world of its own, which serves all its
 *  files, one after the other: `laptop` is the command line and the world itself, `pipeline` is what is deployed. */
export default defineConfig({
  test: {
    maxWorkers: 1,
    projects: [
      {
        test: {
          ...patience,
          name: 'laptop',
          include: ['test/local-aws/**/*.test.ts'],
          exclude: ['test/local-aws/**/pipeline*.test.ts'],
          globalSetup: ['test/local-aws/global-setup.ts'],
        },
      },
      {
        test: {
          ...patience,
          name: 'pipeline',
          include: ['test/local-aws/**/pipeline*.test.ts'],
          globalSetup: ['test/local-aws/pipeline-setup.ts'],
        },
      },
    ],
  },
});
