import * as z from 'zod';

const expected = (what: string) => z.string({ error: `expected ${what}` }).min(1);

/** What the deployment tells the functions of a rotation. */
const storeSchema = z.object({
  FINDINGS_BUCKET: expected('the name of the findings bucket'),
  AWS_REGION: expected('the region of the function, which Lambda sets'),
});

const watchdogSchema = z.object({ REVERT_STATE_MACHINE_ARN: expected('the ARN of the machine that reverts') });

function read<S extends z.ZodType>(schema: S): z.output<S> {
  const result = schema.safeParse(process.env);
  if (!result.success) throw new Error(`the environment of this function is incomplete: ${z.prettifyError(result.error)}`);
  return result.data;
}

/** @throws Error that names each variable that is missing */
export function readStoreEnvironment(): { readonly bucket: string; readonly region: string } {
  const { FINDINGS_BUCKET, AWS_REGION } = read(storeSchema);
  return { bucket: FINDINGS_BUCKET, region: AWS_REGION };
}

/** @throws Error that names each variable that is missing */
export function readWatchdogEnvironment(): { readonly revertStateMachineArn: string } {
  return { revertStateMachineArn: read(watchdogSchema).REVERT_STATE_MACHINE_ARN };
}
