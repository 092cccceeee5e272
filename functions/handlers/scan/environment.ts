import * as z from 'zod';

/** What the deployment tells the scan functions. */
const environmentSchema = z.object({
  FINDINGS_BUCKET: z.string({ error: 'expected the name of the findings bucket' }).min(1),
  AWS_REGION: z.string({ error: 'expected the region of the function, which Lambda sets' }).min(1),
});

export interface ScanEnvironment {
  readonly bucket: string;
  readonly region: string;
}

/** The only place of these handlers that reads the process environment.
 *  @throws Error that names each variable that is missing */
export function readEnvironment(): ScanEnvironment {
  const result = environmentSchema.safeParse(process.env);
  if (!result.success) throw new Error(`the environment of this function is incomplete: ${z.prettifyError(result.error)}`);
  return { bucket: result.data.FINDINGS_BUCKET, region: result.data.AWS_REGION };
}
