import { defineConfig } from 'vitest/config';

/** The end-to-end layer; started by `run`, which prepares what the world needs. One world serves all files, one after the other. */
export default defineConfig({
  test: {
    include: ['test/local-aws/**/*.test.ts'],
    globalSetup: ['test/local-aws/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
  },
});
