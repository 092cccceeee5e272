import { z } from 'zod';

const severity = z.enum(['required', 'recommended', 'info']);
export type Severity = z.output<typeof severity>;

const subject = z.object({
  name: z.string(),
  what: z.string(),
  /** Ours; none for what is fine. */
  findings: z.array(z.object({ severity, check: z.string() })),
});
/** Something that is wrong, or fine at a second look, with what we say of it. */
export type Subject = z.output<typeof subject>;

const reported = z.object({
  /** The subject, a node group where a tool names a node. */
  name: z.string(),
  severity: z.enum(['required', 'recommended']),
  /** The tool's own code for it. */
  code: z.string(),
});
/** What another tool says of something. */
export type Reported = z.output<typeof reported>;

const load = z.object({
  awsCalls: z.number(),
  lists: z.number(),
  /** Of the answers to LIST requests, as sent. */
  megabytes: z.number(),
});
export type Load = z.output<typeof load>;

/** What `npm run compare` saw, and the reference is made from. */
export const comparisonSchema = z.object({
  /** Minors of the control plane and of the upgrade. */
  controlPlane: z.string(),
  target: z.string(),
  versions: z.object({ eksup: z.string(), pluto: z.string() }),
  cluster: z.object({
    subjects: z.array(subject),
    reported: z.object({ eksup: z.array(reported), pluto: z.array(reported), kubent: z.array(reported) }),
  }),
  files: z.object({
    subjects: z.array(subject),
    reported: z.object({ pluto: z.array(reported), kubent: z.array(reported) }),
  }),
  load: z.object({ greenlight: load, eksup: load, pluto: load, kubent: load }),
});
export type Comparison = z.output<typeof comparisonSchema>;
