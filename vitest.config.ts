import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    // The handlers' logs and metrics are for CloudWatch; a test that is about them says so.
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true', POWERTOOLS_METRICS_NAMESPACE: 'EksGreenlight' },
    exclude: ['test/local-aws/**', 'test/browser/**'],
    coverage: { provider: 'v8', include: ['bin/**', 'lib/**', 'functions/**', 'simulator/**'], reporter: ['text-summary', 'html'] },
  },
});
