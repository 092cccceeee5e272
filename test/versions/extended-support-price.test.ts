import { expect, test } from 'vitest';
import { extendedSupportSurchargeUsdPerMonth, priceAsOf } from '../../functions/versions/extended-support-price.ts';

test('extended support adds 0.50 USD an hour for 730 hours', () => {
  // https://aws.amazon.com/eks/pricing/: 0.60 USD per cluster-hour in extended support, 0.10 in standard support.
  expect(extendedSupportSurchargeUsdPerMonth).toBe(365);
});

test('the price says when it was read', () => {
  expect(priceAsOf).toBe('2026-06-01');
});
