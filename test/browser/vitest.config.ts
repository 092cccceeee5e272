import { defineConfig } from 'vitest/config';

/** The HTML report in a browser; started by `run`, which finds one. */
export default defineConfig({
  test: { include: ['test/browser/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 1, fileParallelism: false },
});
