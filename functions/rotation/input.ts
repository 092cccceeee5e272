import { createHash } from 'node:crypto';
import * as z from 'zod';
import { givenOptionsSchema } from '../config/rotation-options.ts';

const name = (what: string, pattern: RegExp) => {
  const error = `expected ${what}`;
  return z.string({ error }).regex(pattern, { error });
};
const groupName = (what: string) =>
  z
    .string({ error: `expected the name of ${what}` })
    .min(1)
    .max(255);

const groupSchema = z.union(
  [
    z.strictObject({ nodegroup: groupName('a managed node group') }),
    z.strictObject({ autoScalingGroup: groupName('an Auto Scaling group') }),
  ],
  { error: 'expected { "nodegroup": NAME } or { "autoScalingGroup": NAME }' },
);
/** A group of nodes by its name. */
export type GroupRef = z.output<typeof groupSchema>;

export const createSchema = z.strictObject({
  name: groupName('the new node group').max(63).optional(),
  version: z.string().optional(),
  releaseVersion: z.string().optional(),
  amiType: z.string().optional(),
  instanceTypes: z.array(z.string()).min(1).optional(),
  launchTemplate: z.strictObject({ id: z.string().optional(), name: z.string().optional(), version: z.string().optional() }).optional(),
});
/** What a green that is made from blue has otherwise than blue. */
export type CreateGreen = z.output<typeof createSchema>;

/** Input of `node-rotation` (rotation.md §1). What is left out is found. */
export const inputSchema = z
  .strictObject({
    accountId: name('a 12-digit account id', /^\d{12}$/),
    region: name('an AWS region such as eu-west-1', /^[a-z]{2,}(-[a-z]+)+-\d$/),
    clusterName: name('the name of an EKS cluster', /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/),
    pair: z.string({ error: 'expected the value of tag eks-greenlight/pair' }).min(1).max(256).optional(),
    blue: groupSchema.optional(),
    green: z
      .union([...groupSchema.options, z.strictObject({ create: createSchema })], {
        error: 'expected { "nodegroup": NAME }, { "autoScalingGroup": NAME } or { "create": { … } }',
      })
      .optional(),
    dryRun: z.boolean({ error: 'expected true or false' }).default(false),
    requestId: name('at most 16 of a-z, 0-9 and -', /^[a-z0-9-]{1,16}$/).optional(),
    options: givenOptionsSchema.prefault({}),
  })
  .refine(({ pair, blue, green }) => pair === undefined || (blue === undefined && green === undefined), {
    error: 'expected either pair, or blue and green, not both',
    path: ['pair'],
  });
export type RotationInput = z.output<typeof inputSchema>;

/** Names that can be a rotation's: a label value, and the name of an execution. */
const rotationIdShape = /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/;
export function isRotationId(text: string): boolean {
  return rotationIdShape.test(text);
}

/** `rot-<first 30 of cluster>-<6 hex of its ARN>-<request ≤ 16>`, at most 60 characters of `[a-z0-9-]`. */
export function rotationIdOf(clusterArn: string, clusterName: string, request: string): string {
  const digest = createHash('sha256').update(clusterArn).digest('hex').slice(0, 6);
  const cluster = clusterName
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, 30)
    .replace(/-+$/, '');
  return `rot-${cluster}-${digest}-${request}`.replace(/-+$/, '');
}
