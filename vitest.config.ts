import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    exclude: ['test/local-aws/**'],
    coverage: { provider: 'v8', include: ['bin/**', 'lib/**', 'functions/**', 'simulator/**'], reporter: ['text-summary', 'html'] },
  },
});
