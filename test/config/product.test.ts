import { describe, expect, test } from 'vitest';
import { isOurUserAgent, product, userAgent } from '../../functions/config/product.ts';

describe('isOurUserAgent', () => {
  test.each([userAgent, product.name, `${product.name}/0.0.1`, `${product.name}/9.9.9 extra/1`])('%s is ours', (agent) => {
    expect(isOurUserAgent(agent)).toBe(true);
  });

  test.each(['', 'kubectl/v1.34.0', `${product.name}ish/1.0.0`, `not-${product.name}/1.0.0`, product.name.toUpperCase()])(
    '%s is not',
    (agent) => {
      expect(isOurUserAgent(agent)).toBe(false);
    },
  );
});
