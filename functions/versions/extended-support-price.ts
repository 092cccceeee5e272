import * as z from 'zod';
import pricingFacts from './facts/eks-pricing.json' with { type: 'json' };

const facts = z
  .object({
    source: z.string().min(1),
    asOf: z.iso.date(),
    usdPerClusterHour: z.object({ standard: z.number().positive(), extended: z.number().positive(), surcharge: z.number().positive() }),
    hoursPerMonth: z.number().positive(),
  })
  .parse(pricingFacts);

/** The same in USD per hour, and the hours that a month is counted as. */
export const extendedSupportSurchargeUsdPerHour: number = facts.usdPerClusterHour.surcharge;
export const hoursPerMonth: number = facts.hoursPerMonth;

/** What extended support adds to the bill of one cluster, in USD per month of 730 hours, on top of standard support.
 *  Billing starts at 00:00 UTC of the day standard support ends.
 *  @see https://aws.amazon.com/eks/pricing/ */
export const extendedSupportSurchargeUsdPerMonth: number = facts.usdPerClusterHour.surcharge * facts.hoursPerMonth;

/** The day on which the price was last read from its source. */
export const priceAsOf: string = facts.asOf;
