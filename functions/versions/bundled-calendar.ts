import * as z from 'zod';
import supportCalendarFacts from './facts/support-calendar.json' with { type: 'json' };

/** The support dates of one minor on EKS, as UTC days. An end date means 00:00 UTC of that day: on it, the next status already holds. */
export interface SupportDates {
  /** `1.34` */
  readonly version: string;
  readonly releaseDate: string | null;
  readonly endOfStandardSupport: string;
  readonly endOfExtendedSupport: string;
}

const day = z.iso.date();

const facts = z
  .object({
    source: z.string().min(1),
    asOf: day,
    versions: z
      .array(
        z.object({
          clusterVersion: z.string().regex(/^1\.\d+$/),
          releaseDate: day.nullable(),
          endOfStandardSupportDate: day,
          endOfExtendedSupportDate: day,
        }),
      )
      .min(1),
  })
  .parse(supportCalendarFacts);

/** The day on which the bundled table was last read from its source: a report that relies on it says how old it is. */
export const bundledCalendarAsOf: string = facts.asOf;

/** The bundled table, in the order of the file; its source stands in the file. */
export const bundledSupportDates: readonly SupportDates[] = facts.versions.map((row) => ({
  version: row.clusterVersion,
  releaseDate: row.releaseDate,
  endOfStandardSupport: row.endOfStandardSupportDate,
  endOfExtendedSupport: row.endOfExtendedSupportDate,
}));
