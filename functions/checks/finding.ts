import * as z from 'zod';

/** required: without it the upgrade fails, or support, data or service is lost. */
export const severities = ['required', 'recommended', 'info'] as const;
export type Severity = (typeof severities)[number];

const fact = z.json();

/** One statement about one subject. */
export const findingSchema = z.object({
  /** First 16 hex digits of a SHA-256 over cluster, check, subject and discriminator: stable between runs. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  check: z.string(),
  severity: z.enum(severities),
  subject: z.object({ kind: z.string(), namespace: z.string().nullable(), name: z.string(), arn: z.string().nullable() }),
  /** Issue code, insight id, … where one check says several things of one subject. */
  discriminator: z.string().nullable(),
  /** First version at which it counts; null if it counts now. */
  hop: z.string().nullable(),
  message: z.string(),
  facts: z.record(z.string(), fact),
  remediation: z.string(),
  documentation: z.string(),
  owner: z.string().nullable(),
});
export type Finding = z.output<typeof findingSchema>;

/** A finding as a check states it; the analysis adds id, check, owner, and documentation where the check gives none. */
export interface FindingDraft {
  readonly severity: Severity;
  readonly subject: { readonly kind: string; readonly namespace?: string | null; readonly name: string; readonly arn?: string | null };
  readonly discriminator?: string;
  /** Null or absent: it counts now. */
  readonly hop?: string | null;
  readonly message: string;
  readonly facts: Finding['facts'];
  readonly remediation: string;
  readonly documentation?: string;
  /** Labels or tags of the subject, from which the owner is read. */
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly tags?: Readonly<Record<string, string>> | null;
}
